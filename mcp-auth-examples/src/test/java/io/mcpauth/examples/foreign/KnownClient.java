package io.mcpauth.examples.foreign;

import io.mcpauth.client.ClientMetadata;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * A client as this server knows it at the moment.
 *
 * @param clientId its id
 * @param metadata what counts of what it said about itself
 * @param host of its metadata document, or null for one that registered
 */
record KnownClient(String clientId, ClientMetadata metadata, @Nullable String host) {
  private static final Duration REFRESH_TOKEN_LIFETIME = Duration.ofHours(8);

  /** What it calls itself, which is plain text by the rules of registration. */
  String name() {
    return Objects.requireNonNullElse(metadata.clientName(), "Unnamed client");
  }

  /**
   * The same in the framework's form. Made anew for each question, so that what a client has
   * published or registered meanwhile counts at once; without a secret, which {@link
   * ClientAuthenticator} asks the registrations about.
   */
  RegisteredClient toFramework(Duration accessTokenLifetime) {
    RegisteredClient.Builder client =
        RegisteredClient.withId(clientId)
            .clientId(clientId)
            .clientName(name())
            .clientAuthenticationMethod(
                new ClientAuthenticationMethod(metadata.tokenEndpointAuthMethod()))
            .redirectUris(uris -> uris.addAll(metadata.redirectUris()))
            .scopes(scopes -> scopes.addAll(metadata.scopes()))
            .clientSettings(
                ClientSettings.builder()
                    .requireProofKey(true)
                    .requireAuthorizationConsent(true)
                    .build())
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenTimeToLive(accessTokenLifetime)
                    .refreshTokenTimeToLive(REFRESH_TOKEN_LIFETIME)
                    .reuseRefreshTokens(false)
                    .build());
    metadata
        .grantTypes()
        .forEach(grant -> client.authorizationGrantType(new AuthorizationGrantType(grant)));
    return client.build();
  }
}
