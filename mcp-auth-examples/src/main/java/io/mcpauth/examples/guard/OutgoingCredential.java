package io.mcpauth.examples.guard;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.DiscoveredTokenEndpoint;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenTarget;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the guard shows the target instead of the caller's credential. */
interface OutgoingCredential extends AutoCloseable {
  /** No credential: the target trusts its network. */
  OutgoingCredential NONE = request -> null;

  /**
   * The credential that settings ask for; asks nobody for it yet.
   *
   * @throws IllegalArgumentException if a value is none that it could use
   */
  static OutgoingCredential of(OutgoingSettings settings, String issuer) {
    if (settings.kind() == OutgoingSettings.Kind.NONE) {
      return NONE;
    }
    TokenEndpoint endpoint = endpoint(settings, issuer);
    TokenTarget target = target(settings);
    return settings.kind() == OutgoingSettings.Kind.CLIENT_CREDENTIALS
        ? new OwnToken(endpoint, target)
        : new ExchangedToken(endpoint, target);
  }

  private static TokenEndpoint endpoint(OutgoingSettings settings, String issuer) {
    String id = Objects.requireNonNull(settings.clientId(), "checked with the settings");
    String secret = Objects.requireNonNull(settings.clientSecret(), "checked with the settings");
    ClientAuthentication client =
        GuardedResource.naming(
            "OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET",
            () -> ClientAuthentication.secretBasic(id, secret));
    URI configured = settings.tokenEndpoint();
    return GuardedResource.naming(
        "GUARD_TOKEN_ENDPOINT or issuer",
        () ->
            configured == null
                ? DiscoveredTokenEndpoint.of(issuer, client)
                : TokenEndpoint.of(issuer, configured, client));
  }

  private static TokenTarget target(OutgoingSettings settings) {
    TokenTarget scoped =
        GuardedResource.naming(
            "OAUTH_SCOPES",
            () -> TokenTarget.unnamed().withScopes(settings.scopes().toArray(String[]::new)));
    URI resource = settings.resource();
    TokenTarget located =
        resource == null
            ? scoped
            : GuardedResource.naming("GUARD_TARGET_RESOURCE", () -> scoped.withResource(resource));
    String audience = settings.audience();
    return audience == null ? located : located.withAudience(audience);
  }

  /**
   * The {@code Authorization} of a call, or null for none. May block while a token is fetched.
   *
   * @throws NoCredentialException if there is none now
   */
  @Nullable String authorizationFor(HttpServletRequest request) throws NoCredentialException;

  /**
   * The target has answered 401 to this {@code Authorization}.
   *
   * @return whether the next one may be another, so that it is worth asking once more
   */
  default boolean refused(String authorization) {
    return false;
  }

  @Override
  default void close() {}
}
