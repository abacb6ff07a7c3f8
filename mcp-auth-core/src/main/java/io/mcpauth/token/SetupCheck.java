package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.OutboundException;
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
   * @param ownVerifiers how many servers have a verifier of their own, where nobody sees tokens
   *     without an issuer
   */
  void configuration(int ownVerifiers) {
    ProviderProfile profile = server.profile();
    String name =
        "profile "
            + profile.name()
            + (profile.confirmed() ? "" : " (some of its facts unverified)");
    switch (profile.tokens()) {
      case JWT -> note(false, name + inCaseOfTheAudience(profile));
      case JWT_ON_REQUEST ->
          note(
              false,
              name + ". Its access tokens may be opaque unless configured. " + profile.remedy());
      case OPAQUE -> {
        if (server.verifiesJwts()) {
          note(true, name + ". No token of it can be accepted as a JWT. " + profile.remedy());
        }
      }
    }
    if (profile.has(ProviderProfile.Trait.REGISTERED_SCOPES_ONLY)) {
      note(
          false,
          "A client that registers itself there gets no scope that it did not register with, and"
              + " clients register with those of the first challenge: put all scopes that they may"
              + " need into `initial` of the policy.");
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
    if (server.plainHttp()) {
      note(
          true,
          "Its keys are fetched over plain http: whoever can change what comes from there can make"
              + " tokens for everybody. Give the provider TLS, or its keys as a file.");
    }
    Introspection how = server.introspection();
    if (how != null) {
      introspection(how);
    }
    if (!server.trustedClients().isEmpty()) {
      note(
          true,
          "Tokens without a usable audience are accepted from the clients "
              + server.trustedClients()
              + ": whoever else these clients talk to can use their tokens here.");
    }
  }

  /**
   * What is particular to a provider that was named. Where none was, nothing is known to be wrong,
   * and a refused token brings the remedy with it.
   */
  private static String inCaseOfTheAudience(ProviderProfile profile) {
    return profile.equals(ProviderProfiles.GENERIC)
        ? ""
        : ". If its tokens are refused for their audience: " + profile.remedy();
  }

  private void introspection(Introspection how) {
    note(
        false,
        "It is asked about its tokens; what it revokes ends here within "
            + how.keptFor().toSeconds()
            + " seconds.");
    if (how.plainHttp()) {
      note(
          true,
          "It is asked about its tokens over plain http: whoever is on the way reads the tokens and"
              + " the secret of this server, or answers in its place. Give the provider TLS.");
    }
    if (how.withoutEnd()) {
      note(
          true,
          "Its tokens need no end: one that was stolen is good until somebody revokes it there.");
    }
  }

  /** Tells how the search for the introspection endpoint went. */
  void introspectionEndpoint(@Nullable Throwable problem) {
    if (problem != null) {
      note(
          true,
          "Where it is asked about its tokens is not known yet: "
              + (problem instanceof AuthException refused
                  ? refused.reason() + " " + refused.facts()
                  : problem.getClass().getName())
              + ". Requests with its tokens get a 503 until it is. Write the address with"
              + " Introspection.at, without code MCP_AUTH_INTROSPECTION_ENDPOINT.");
    }
  }

  /** Tells how the first fetch of the keys went. */
  void keys(@Nullable Throwable problem) {
    if (problem == null) {
      return;
    }
    Throwable cause =
        problem instanceof AuthException || problem.getCause() == null
            ? problem
            : problem.getCause();
    String why =
        cause instanceof AuthException refused
            ? refused.reason() + " " + refused.facts()
            : cause.getClass().getName();
    note(
        true,
        "Its keys cannot be had yet: "
            + why
            + ". Requests with its tokens get a 503 until they can. "
            + whatToCheck(cause.getCause()));
  }

  private String whatToCheck(@Nullable Throwable behind) {
    OutboundException.Reason reason =
        behind instanceof OutboundException failure ? failure.reason() : null;
    if (reason == OutboundException.Reason.TLS) {
      return "Its certificate is the matter, not its name here: trust its authority with"
          + " MCP_AUTH_TRUST_STORE (OutboundConnections), or have the provider mend it.";
    }
    if (reason == OutboundException.Reason.PROXY) {
      return "The egress proxy is the matter: see MCP_AUTH_PROXY and MCP_AUTH_NO_PROXY, or where"
          + " they are not set, https.proxyHost of the JVM and HTTPS_PROXY.";
    }
    if (server.discoversKeys()) {
      return "Check the issuer, letter by letter, against the provider's metadata.";
    }
    return server.jwksUri() == null ? "Check the key set." : "Check the jwks_uri.";
  }

  /** Tells what clients make of the metadata, which they read themselves. */
  void metadata(AuthorizationServerMetadata metadata) {
    List<String> unusable = metadata.unusableMembers();
    if (!unusable.isEmpty()) {
      note(
          true,
          "Its metadata has members of the wrong type: "
              + AuthException.fitForLog(unusable.toString())
              + ". Tokens are judged without them; MCP clients may refuse to log in there, so have"
              + " the provider mend them.");
    }
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
