package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one authorization server when the resource server starts: what its profile knows about
 * it, what was loosened for it, whether its keys can be had, and what its metadata means for
 * clients. Nothing here stops a start.
 *
 * @param server how it is configured
 * @param notes who is told
 */
record SetupCheck(AuthorizationServer server, Consumer<Authenticator.SetupNote> notes) {
  /**
   * Tells what the configuration alone says.
   *
   * @param ownVerifiers how many servers have a verifier of their own
   */
  void configuration(int ownVerifiers) {
    ProviderProfile profile = server.profile();
    String name =
        "profile "
            + profile.name()
            + (profile.confirmed() ? "" : " (some of its facts unverified)");
    switch (profile.tokens()) {
      case JWT ->
          note(false, name + ". If its tokens are refused for their audience: " + profile.remedy());
      case JWT_ON_REQUEST ->
          note(
              false,
              name + ". Its access tokens may be opaque unless configured. " + profile.remedy());
      case OPAQUE -> {
        if (server.verifier() == null) {
          note(true, name + ". No token of it can be accepted as a JWT. " + profile.remedy());
        }
      }
    }
    if (server.verifier() != null && ownVerifiers > 1) {
      note(
          true,
          "Its verifier sees only tokens that name it in an iss which can be read: "
              + ownVerifiers
              + " authorization servers have a verifier, and nothing tells whose another token"
              + " is.");
    }
    if (!profile.resourceAsAudience()
        && server.audiences().isEmpty()
        && server.trustedClients().isEmpty()) {
      note(
          true,
          "Its tokens cannot carry the resource in 'aud', so every one will be refused. "
              + profile.remedy());
    }
    if (!server.trustedClients().isEmpty()) {
      note(
          true,
          "Tokens without a usable audience are accepted from the clients "
              + server.trustedClients()
              + ": whoever else these clients talk to can use their tokens here.");
    }
  }

  /** Tells how the first fetch of the keys went. */
  void keys(@Nullable Throwable problem) {
    if (problem == null) {
      return;
    }
    Throwable cause = problem.getCause() == null ? problem : problem.getCause();
    String why =
        cause instanceof AuthException refused
            ? refused.reason() + " " + refused.facts()
            : cause.getClass().getName();
    note(
        true,
        "Its keys cannot be had yet: "
            + why
            + ". Requests with its tokens get a 503 until they can. "
            + (server.jwksUri() == null
                ? "Check the issuer, letter by letter, against the provider's metadata."
                : "Check the jwks_uri."));
  }

  /** Tells what clients make of the metadata, which they read themselves. */
  void metadata(AuthorizationServerMetadata metadata) {
    List<String> methods = metadata.codeChallengeMethodsSupported();
    // MCP authorization, "Authorization Code Protection": clients MUST refuse to proceed.
    if (methods == null) {
      note(
          true,
          "Its metadata publishes no code_challenge_methods_supported, so MCP clients that check it"
              + " refuse to log in there. If yours do, put a proxy in front of it that has an"
              + " issuer of its own and publishes S256.");
    } else if (!methods.contains("S256")) {
      note(
          true,
          "Its code_challenge_methods_supported are "
              + AuthException.fitForLog(methods.toString())
              + ", without S256, so MCP clients that check it refuse to log in there. Turn on S256"
              + " at the provider.");
    }
    if (metadata.registrationEndpoint() == null && !metadata.clientIdMetadataDocumentSupported()) {
      note(
          false,
          "Its metadata offers neither client id metadata documents nor dynamic registration:"
              + " register a client at the provider, and enter its client id in each MCP client.");
    }
  }

  /** Tells that the metadata, which nothing here depends on, cannot be read. */
  void noMetadata(AuthException problem) {
    note(
        false,
        "Its metadata cannot be read from here: "
            + problem.facts()
            + ". Tokens are judged without it; MCP clients need it, and read it themselves.");
  }

  private void note(boolean warning, String text) {
    notes.accept(new Authenticator.SetupNote(server.issuer(), warning, text));
  }
}
