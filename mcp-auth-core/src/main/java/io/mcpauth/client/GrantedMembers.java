package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.net.QuotedWord;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a successful answer grant (RFC 6749 section 5.1). Held to the letter: the
 * access token, its type, and the type that an exchange issued. What only describes it is read
 * where it can be, and counts as absent where it cannot.
 */
final class GrantedMembers {
  /** Where the server does not say how long (RFC 6749 section 5.1 only recommends it). */
  static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);

  /** What is said to last longer counts as this. */
  private static final Duration LONGEST_LIFE = Duration.ofDays(366);

  private static final int MAX_TOKEN_LENGTH = 16 * 1024;

  /**
   * RFC 6749 appendix A.12, visible characters, without blank, comma and quote: those are what
   * separates in a header. Tokens with a pipe or an exclamation mark are common (Laravel Sanctum,
   * Salesforce), so RFC 6750's b64token is not asked for.
   */
  private static final Pattern TOKEN = Pattern.compile("[!#-+\\--~]+");

  private static final String ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

  private final String issuer;
  private final Grant grant;
  private final TokenTarget target;

  GrantedMembers(String issuer, Grant grant, TokenTarget target) {
    this.issuer = issuer;
    this.grant = grant;
    this.target = target;
  }

  /** A bearer token that this client can ask for again at any time, without a user. */
  AccessToken renewable(Map<String, @Nullable Object> members, Instant asked)
      throws ClientException {
    return accessToken(members, asked, "Bearer", DEFAULT_LIFE);
  }

  /** The access token with this refresh token; without one nothing but a 401 tells its end. */
  TokenSet set(
      Map<String, @Nullable Object> members,
      Instant asked,
      boolean dpop,
      TokenSet.@Nullable RefreshToken refreshToken)
      throws ClientException {
    AccessToken token =
        accessToken(
            members, asked, dpop ? "DPoP" : "Bearer", refreshToken == null ? null : DEFAULT_LIFE);
    return new TokenSet(issuer, token, refreshToken);
  }

  /** The refresh token; null where there is none, or none that could be sent. */
  TokenSet.@Nullable RefreshToken refreshToken(Map<String, @Nullable Object> members) {
    return members.get("refresh_token") instanceof String text
            && TokenSet.RefreshToken.isWellFormed(text)
        ? TokenSet.RefreshToken.of(text)
        : null;
  }

  /** The identity assertion (ID-JAG draft, section 4.3). */
  JwtAssertion assertion(Map<String, @Nullable Object> members) throws ClientException {
    if (!TokenAnswer.ID_JAG.equals(members.get("issued_token_type"))) {
      throw invalid("issued_token_type is not " + TokenAnswer.ID_JAG);
    }
    // It is no access token: RFC 8693 section 2.2.1 has this type for it.
    Object type = members.get("token_type");
    if (!JsonAnswer.isNone(type) && !"N_A".equalsIgnoreCase(String.valueOf(type))) {
      throw invalid("token_type is not N_A");
    }
    if (!(members.get("access_token") instanceof String value)
        || value.length() > MAX_TOKEN_LENGTH) {
      throw invalid("access_token is missing or no JWT");
    }
    try {
      return JwtAssertion.of(value);
    } catch (IllegalArgumentException e) {
      throw invalid("access_token is no JWT");
    }
  }

  private AccessToken accessToken(
      Map<String, @Nullable Object> members,
      Instant asked,
      String tokenType,
      @Nullable Duration lifeWhereNoneIsSaid)
      throws ClientException {
    requireTypes(members, tokenType);
    if (!(members.get("access_token") instanceof String value)
        || value.length() > MAX_TOKEN_LENGTH
        || !TOKEN.matcher(value).matches()) {
      throw invalid("access_token is missing or no token");
    }
    Duration life = life(members.get("expires_in"));
    if (life == null) {
      life = lifeWhereNoneIsSaid;
    }
    return new AccessToken(
        value,
        asked,
        life == null ? AccessToken.UNTIL_REFUSED : asked.plus(life),
        scopes(members.get("scope")),
        tokenType.equals("DPoP"));
  }

  private void requireTypes(Map<String, @Nullable Object> members, String tokenType)
      throws ClientException {
    // RFC 6749 section 7.1: a client must not use a token whose type it does not understand. Where
    // none is named, it is what everybody has; who asked for a bound token has to be told so.
    Object type = members.get("token_type");
    boolean unsaid = JsonAnswer.isNone(type) && tokenType.equals("Bearer");
    if (!unsaid && !(type instanceof String text && text.equalsIgnoreCase(tokenType))) {
      throw invalid("token_type is not " + tokenType);
    }
    // RFC 8693 section 2.2.1: required, and an ID token must not pass for an access token.
    if (grant instanceof Grant.Exchanged
        && !ACCESS_TOKEN_TYPE.equals(members.get("issued_token_type"))) {
      throw invalid("issued_token_type is not " + ACCESS_TOKEN_TYPE);
    }
  }

  /** Null where the answer does not say, and where it says nonsense, zero too. */
  private static @Nullable Duration life(@Nullable Object expiresIn) {
    Long seconds = JsonAnswer.integer(expiresIn);
    if (seconds == null || seconds < 1) {
      return null;
    }
    return seconds > LONGEST_LIFE.toSeconds() ? LONGEST_LIFE : Duration.ofSeconds(seconds);
  }

  /** What is no scope is left out; what is no list of them says nothing. */
  private Set<String> scopes(@Nullable Object scope) {
    Collection<?> named;
    if (scope instanceof String text) {
      named = List.of(text.strip().split("\\s+", -1));
    } else if (scope instanceof List<?> list) {
      named = list;
    } else {
      return target.scopes(); // RFC 6749 section 5.1: identical to those asked for
    }
    Set<String> scopes = new LinkedHashSet<>();
    for (Object one : named) {
      if (one instanceof String text && QuotedWord.is(text)) {
        scopes.add(text);
      }
    }
    return Collections.unmodifiableSet(scopes);
  }

  private ClientException invalid(String problem) {
    return ClientException.noToken(RESPONSE_INVALID, issuer, problem);
  }
}
