package io.mcpauth.examples.authserver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * The grants given so far, with a memory of the refresh tokens that were replaced: whoever shows
 * one of those again may have stolen it, so the whole grant dies (RFC 9700 section 4.14.2).
 */
final class Grants implements OAuth2AuthorizationService {
  private final OAuth2AuthorizationService delegate = new InMemoryOAuth2AuthorizationService();

  /** Hash of a replaced refresh token to the id of its grant. */
  private final Map<String, String> replaced = new ConcurrentHashMap<>();

  @Override
  public void save(OAuth2Authorization authorization) {
    String before = refreshToken(delegate.findById(authorization.getId()));
    if (before != null && !before.equals(refreshToken(authorization))) {
      replaced.put(hash(before), authorization.getId());
    }
    delegate.save(authorization);
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    delegate.remove(authorization);
  }

  @Override
  public @Nullable OAuth2Authorization findById(String id) {
    return delegate.findById(id);
  }

  @Override
  public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
    OAuth2Authorization found = delegate.findByToken(token, type);
    if (found == null && type != null && type.equals(OAuth2TokenType.REFRESH_TOKEN)) {
      revokeFamilyOf(token);
    }
    return found;
  }

  private void revokeFamilyOf(String token) {
    String id = replaced.get(hash(token));
    OAuth2Authorization grant = id == null ? null : delegate.findById(id);
    OAuth2Authorization.Token<OAuth2RefreshToken> current =
        grant == null ? null : grant.getRefreshToken();
    if (grant != null && current != null) {
      delegate.save(OAuth2Authorization.from(grant).invalidate(current.getToken()).build());
    }
  }

  private static @Nullable String refreshToken(@Nullable OAuth2Authorization authorization) {
    OAuth2Authorization.Token<OAuth2RefreshToken> token =
        authorization == null ? null : authorization.getRefreshToken();
    return token == null ? null : token.getToken().getTokenValue();
  }

  private static String hash(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
