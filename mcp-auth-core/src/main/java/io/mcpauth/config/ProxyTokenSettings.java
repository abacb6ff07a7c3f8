package io.mcpauth.config;

import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProxyTokens;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens in a header settings say are the only credentials.
 *
 * @param settings what is set
 */
record ProxyTokenSettings(Settings settings) {
  @Nullable ProxyTokens scheme() {
    String profile = settings.value(Setting.PROXY_TOKEN_PROFILE);
    if (profile == null && settings.value(Setting.PROXY_TOKEN_HEADER) == null) {
      settings.requireUnset(
          List.of(
              Setting.PROXY_TOKEN_ISSUER,
              Setting.PROXY_TOKEN_AUDIENCE,
              Setting.PROXY_TOKEN_JWKS_URI),
          "there is neither "
              + Setting.PROXY_TOKEN_PROFILE.key()
              + " nor "
              + Setting.PROXY_TOKEN_HEADER.key());
      return null;
    }
    settings.requireUnset(
        Stream.concat(Stream.of(Setting.AUDIENCE), ConfiguredServer.OF_ONE_ISSUER.stream())
            .toList(),
        "the only tokens are those of the proxy ("
            + settings.at(
                profile == null ? Setting.PROXY_TOKEN_HEADER : Setting.PROXY_TOKEN_PROFILE)
            + ")");
    String unused = settings.require(Setting.PROXY_TOKEN_AUDIENCE);
    String[] audiences = settings.values(Setting.PROXY_TOKEN_AUDIENCE).toArray(String[]::new);
    return switch (profile == null ? "generic" : profile) {
      case "generic" -> generic(audiences);
      case "cloudflare-access" -> cloudflare(audiences);
      case "google-iap" -> google(audiences);
      default ->
          throw settings.wrong(
              Setting.PROXY_TOKEN_PROFILE,
              "which is none. Write 'cloudflare-access', 'google-iap' or 'generic'.");
    };
  }

  private ProxyTokens generic(String[] audiences) {
    String header = settings.require(Setting.PROXY_TOKEN_HEADER);
    String issuer = settings.require(Setting.PROXY_TOKEN_ISSUER);
    AuthorizationServer named =
        settings.naming(
            Setting.PROXY_TOKEN_ISSUER,
            () -> AuthorizationServer.of(issuer).expectAudience(audiences));
    String keys = settings.value(Setting.PROXY_TOKEN_JWKS_URI);
    AuthorizationServer proxy =
        keys == null
            ? named
            : settings.naming(Setting.PROXY_TOKEN_JWKS_URI, () -> named.withJwksUri(keys));
    return settings.naming(Setting.PROXY_TOKEN_HEADER, () -> ProxyTokens.inHeader(header, proxy));
  }

  private ProxyTokens cloudflare(String[] audiences) {
    requireOfProfile(Setting.PROXY_TOKEN_HEADER, Setting.PROXY_TOKEN_JWKS_URI);
    String issuer = settings.require(Setting.PROXY_TOKEN_ISSUER);
    return settings.naming(
        Setting.PROXY_TOKEN_ISSUER, () -> ProxyTokens.ofCloudflareAccess(issuer, audiences));
  }

  private ProxyTokens google(String[] audiences) {
    requireOfProfile(
        Setting.PROXY_TOKEN_HEADER, Setting.PROXY_TOKEN_JWKS_URI, Setting.PROXY_TOKEN_ISSUER);
    return ProxyTokens.ofGoogleIap(audiences);
  }

  private void requireOfProfile(Setting... known) {
    settings.requireUnset(List.of(known), settings.at(Setting.PROXY_TOKEN_PROFILE) + " knows it");
  }
}
