package io.mcpauth.examples.foreign;

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
 *
 * <p>A user has 20 at a time that were not redeemed so far and 200 that were, and a grant remembers
 * 1,000 replaced tokens: more end the user's own oldest. Nothing is kept for anybody else.
 */
final class Grants implements OAuth2AuthorizationService {
  private final OAuth2AuthorizationService delegate = new InMemoryOAuth2AuthorizationService();

  /** Hash of a replaced refresh token to the id of its grant. */
  private final Map<String, String> replaced = new ConcurrentHashMap<>();

  /** The same by grant, and the grants by user. */
  private final LastOfEach replacedTokens = new LastOfEach(1_000);

  private final LastOfEach unfinished = new LastOfEach(20);
  private final LastOfEach finished = new LastOfEach(200);

  @Override
  public void save(OAuth2Authorization authorization) {
    String before = refreshToken(delegate.findById(authorization.getId()));
    if (before != null && !before.equals(refreshToken(authorization))) {
      String oldest = replacedTokens.add(authorization.getId(), hash(before));
      replaced.put(hash(before), authorization.getId());
      if (oldest != null) {
        replaced.remove(oldest);
      }
    }
    delegate.save(authorization);
    keepWithinShare(authorization);
  }

  private void keepWithinShare(OAuth2Authorization authorization) {
    String user = authorization.getPrincipalName();
    boolean redeemed = authorization.getAccessToken() != null;
    if (redeemed) {
      unfinished.remove(user, authorization.getId());
    }
    String oldest = (redeemed ? finished : unfinished).add(user, authorization.getId());
    OAuth2Authorization grant = oldest == null ? null : delegate.findById(oldest);
    if (grant != null) {
      remove(grant);
    }
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    delegate.remove(authorization);
    unfinished.remove(authorization.getPrincipalName(), authorization.getId());
    finished.remove(authorization.getPrincipalName(), authorization.getId());
    replacedTokens.removeAll(authorization.getId()).forEach(replaced::remove);
  }

  /** Whether a code or a token, good or not any more, is of a grant of that client. */
  boolean has(String clientId, @Nullable String token) {
    if (token == null || token.isBlank()) {
      return false; // the framework would fail
    }
    OAuth2Authorization grant = delegate.findByToken(token, null);
    if (grant == null) {
      String id = replaced.get(hash(token));
      grant = id == null ? null : delegate.findById(id);
    }
    return grant != null && grant.getRegisteredClientId().equals(clientId);
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
