package io.mcpauth.examples.guard;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.outbound.OutboundConnections;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** What the guard shows the target instead of the caller's credential. */
interface OutgoingCredential extends AutoCloseable {
  /** No credential: the target trusts its network. */
  OutgoingCredential NONE = request -> null;

  /**
   * The credential of that kind, as settings say; asks nobody for it yet.
   *
   * @throws IllegalArgumentException if a value is none that it could use
   */
  static OutgoingCredential of(CredentialKind kind, Settings settings) {
    return switch (kind) {
      case NONE -> NONE;
      case CLIENT_CREDENTIALS -> new OwnToken(endpoint(settings), target(settings));
      case TOKEN_EXCHANGE -> new ExchangedToken(endpoint(settings), target(settings));
    };
  }

  private static TokenEndpoint endpoint(Settings settings) {
    String issuer = settings.values(Setting.ISSUER).get(0);
    String id = settings.require(GuardSetting.OAUTH_CLIENT_ID);
    String secret = settings.require(GuardSetting.OAUTH_CLIENT_SECRET);
    ClientAuthentication client =
        settings.naming(
            GuardSetting.OAUTH_CLIENT_SECRET, () -> ClientAuthentication.secretBasic(id, secret));
    OutboundConnections connections = ConfiguredServer.connections(settings);
    if (settings.value(GuardSetting.GUARD_TOKEN_ENDPOINT) == null) {
      return settings.naming(
          Setting.ISSUER, () -> TokenEndpoint.discovered(issuer, client, connections));
    }
    URI configured = GuardSettings.url(settings, GuardSetting.GUARD_TOKEN_ENDPOINT);
    return settings.naming(
        GuardSetting.GUARD_TOKEN_ENDPOINT,
        () -> TokenEndpoint.of(issuer, configured, client, connections));
  }

  private static TokenTarget target(Settings settings) {
    String[] scopes = settings.words(GuardSetting.OAUTH_SCOPES).toArray(String[]::new);
    TokenTarget target =
        settings.naming(GuardSetting.OAUTH_SCOPES, () -> TokenTarget.unnamed().withScopes(scopes));
    String audience = settings.value(GuardSetting.GUARD_TARGET_AUDIENCE);
    TokenTarget named = audience == null ? target : target.withAudience(audience);
    URI resource = resource(settings);
    return resource == null
        ? named
        : settings.naming(GuardSetting.GUARD_TARGET_RESOURCE, () -> named.withResource(resource));
  }

  private static @Nullable URI resource(Settings settings) {
    String value = settings.value(GuardSetting.GUARD_TARGET_RESOURCE);
    try {
      return value == null ? null : new URI(value);
    } catch (URISyntaxException e) {
      throw settings.wrong(
          GuardSetting.GUARD_TARGET_RESOURCE,
          "which is no URI. Write the identifier of the target, such as"
              + " 'https://files.example.com/mcp'.");
    }
  }

  /**
   * The {@code Authorization} of a call, or null for none. May block while a token is fetched.
   *
   * @throws NoCredentialException if there is none now
   */
  @Nullable String authorizationFor(HttpServletRequest request) throws NoCredentialException;

  /**
   * The {@code Authorization} of what the guard asks the target by itself, or null for none: where
   * tokens are exchanged, there is no caller to speak for. May block while a token is fetched.
   *
   * @throws NoCredentialException if there is none now
   */
  default @Nullable String ownAuthorization() throws NoCredentialException {
    return null;
  }

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
