package io.mcpauth.issuer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The codes, grants and tokens that were issued, in the store. Each method is safe on many nodes.
 */
interface Grants {
  /** Keeps what a user allowed, for a minute; returns the code, which nobody has yet. */
  String keep(Code code);

  /**
   * Whether a code or a refresh token was issued to that client, spent or not: one that is spent
   * has to reach {@link #take} or {@link #ofRefreshToken}, which end its grant.
   */
  boolean isOf(String codeOrRefreshToken, String clientId);

  /**
   * Takes a code, to one caller only. One that was taken before ends its grant (RFC 6749 section
   * 4.1.2).
   *
   * @throws io.mcpauth.error.AuthException CODE_INVALID, CODE_REUSED
   */
  Code take(String code);

  /**
   * Begins a grant for a code that was taken, with its first tokens.
   *
   * @param code its text, so that its coming again ends the grant
   * @param refresh whether there is to be a refresh token
   */
  Tokens begin(String code, Code taken, Duration lifetime, boolean refresh);

  /**
   * Tokens for a client itself, without a user and without a refresh token.
   *
   * @param dpopKey the thumbprint that they are bound to, or null
   */
  Tokens ofClient(
      Client client,
      Set<String> scopes,
      String resource,
      Duration lifetime,
      @Nullable String dpopKey);

  /**
   * The grant that a refresh token is of, whether it is the last one, or the one before while its
   * race is still on.
   *
   * @throws io.mcpauth.error.AuthException REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REUSED
   */
  InUse ofRefreshToken(String refreshToken, String clientId);

  /**
   * The next tokens of a grant. The refresh token is spent; within ten seconds, and as long as its
   * successor was not used, it is answered with that same successor.
   *
   * @param scopes those of the access token, all of the grant or fewer
   * @param change what becomes of the grant as it is now, which may be asked again where another
   *     changes it; throws where it may not be refreshed like that, and then nothing is spent
   */
  Tokens rotate(
      String refreshToken,
      Grant grant,
      Set<String> scopes,
      Duration lifetime,
      UnaryOperator<Grant> change);

  /**
   * What is known of an access token that is good, or null. Asks the store for one that this server
   * can have issued, and only for such.
   */
  @Nullable Issued find(String accessToken);

  /**
   * The grant that a token of this client is of, or null. Asks the store for one that this server
   * can have issued, and only for such.
   */
  @Nullable Grant ofToken(String token, String clientId);

  /** Ends the grant that a token is of, or the access token alone where it is one. */
  boolean revoke(String token, String clientId);

  /** Ends a grant and its tokens, on all nodes within a second; whether it was there. */
  boolean end(String grantId);

  /** The grants of a user that are in force, the newest first, 200 at most. */
  List<Grant> ofUser(String subject);

  /**
   * Tokens that were just made: the only time that anybody has them.
   *
   * @param refreshToken null where there is none
   */
  record Tokens(
      Grant grant,
      String accessToken,
      @Nullable String refreshToken,
      Set<String> scopes,
      Duration lifetime) {
    @Override
    public String toString() {
      return "Tokens[" + grant + "]";
    }
  }

  /**
   * A grant that is in force.
   *
   * @param usedAt when it last brought tokens
   */
  record InUse(Grant grant, Instant usedAt) {}

  /**
   * An access token that is good.
   *
   * @param id the {@code jti} of a signed one; null for an opaque one
   */
  record Issued(
      Grant grant, Set<String> scopes, Instant issuedAt, Instant expiresAt, @Nullable String id) {}
}
