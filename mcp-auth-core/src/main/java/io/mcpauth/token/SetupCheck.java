package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one authorization server when the resource server starts: what its profile knows about
 * it, what was loosened for it, and whether its keys can be had.
 *
 * @param server how it is configured
 * @param notes who is told
 */
record SetupCheck(AuthorizationServer server, Consumer<SetupNote> notes) {
  /** Tells what the configuration alone says. */
  void configuration() {
    ProviderProfile profile = server.profile();
    String name =
        "profile "
            + profile.name()
            + (profile.confirmed() ? "" : " (some of its facts unverified)");
    switch (profile.tokens()) {
      case JWT -> note(false, name + ". " + profile.remedy());
      case JWT_ON_REQUEST ->
          note(
              false,
              name + ". Its access tokens may be opaque unless configured. " + profile.remedy());
      case OPAQUE ->
          note(true, name + ". No token of it can be accepted as a JWT. " + profile.remedy());
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

  private void note(boolean warning, String text) {
    notes.accept(new SetupNote(server.issuer(), warning, text));
  }
}
