package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.http.Withheld;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a token endpoint answers, strictly: the SDK takes the last of duplicate members, a
 * string for a number and any type of token.
 */
final class TokenAnswer {
  /** Where the server does not say how long (RFC 6749 section 5.1 only recommends it). */
  static final Duration DEFAULT_LIFE = Duration.ofSeconds(60);

  private static final Duration LONGEST_LIFE = Duration.ofDays(366);
  private static final int MAX_TOKEN_LENGTH = 16 * 1024;

  /** RFC 6750 section 2.1. */
  private static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** RFC 6749 section 3.3, the order and the number of blanks aside. */
  private static final Pattern SCOPE = Pattern.compile("[ !#-\\[\\]-~]*");

  /** What an identity provider calls an identity assertion (ID-JAG draft, section 4.3). */
  static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

  /** Decides whether an authorization is over, so no secret that is part of it may hide it. */
  static final String INVALID_GRANT = "invalid_grant";

  private static final String ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

  private final String issuer;
  private final Grant grant;
  private final TokenTarget target;
  private final Withheld withheld;

  TokenAnswer(String issuer, Grant grant, TokenTarget target, Withheld withheld) {
    this.issuer = issuer;
    this.grant = grant;
    this.target = target;
    this.withheld = withheld;
  }

  /**
   * The token of an answer.
   *
   * @param asked when the request began
   */
  AccessToken read(OutboundResponse response, Instant asked) throws ClientException {
    return accessToken(answered(response), asked, "Bearer");
  }

  /**
   * The tokens of an answer.
   *
   * @param asked when the request began
   * @param dpop whether the request had a proof; then a bearer token is refused, since it would be
   *     less than what was asked for (RFC 9449 section 5)
   */
  TokenSet readSet(OutboundResponse response, Instant asked, boolean dpop) throws ClientException {
    Map<String, @Nullable Object> members = answered(response);
    AccessToken token = accessToken(members, asked, dpop ? "DPoP" : "Bearer");
    return new TokenSet(issuer, token, refreshToken(members.get("refresh_token")));
  }

  /** The identity assertion of an answer. */
  JwtAssertion readAssertion(OutboundResponse response) throws ClientException {
    Map<String, @Nullable Object> members = answered(response);
    if (!ID_JAG.equals(members.get("issued_token_type"))) {
      throw invalid("issued_token_type is not " + ID_JAG);
    }
    // It is no access token: RFC 8693 section 2.2.1 has this type for it.
    if (!(members.get("token_type") instanceof String type) || !type.equalsIgnoreCase("N_A")) {
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

  /** Whether a token endpoint wants its nonce in the proof (RFC 9449 section 8). */
  static boolean asksForNonce(OutboundResponse response) {
    try {
      return response.status() == 400
          && "use_dpop_nonce".equals(Json.object(response.body()).get("error"));
    } catch (InvalidJsonException e) {
      return false;
    }
  }

  /** RFC 7009 section 2.2: a 200, whatever the body; also for a token that was none. */
  void requireRevoked(OutboundResponse response) throws ClientException {
    if (response.status() != 200) {
      Map<String, @Nullable Object> members = members(response);
      throw refusal(response.status(), members.get("error"), members.get("error_description"));
    }
  }

  private Map<String, @Nullable Object> answered(OutboundResponse response) throws ClientException {
    Map<String, @Nullable Object> members = members(response);
    Object error = members.get("error");
    // Casdoor and others say no with a 200.
    if (response.status() != 200 || error != null) {
      throw refusal(response.status(), error, members.get("error_description"));
    }
    return members;
  }

  private AccessToken accessToken(
      Map<String, @Nullable Object> members, Instant asked, String tokenType)
      throws ClientException {
    requireTypes(members, tokenType);
    if (!(members.get("access_token") instanceof String value)
        || value.length() > MAX_TOKEN_LENGTH
        || !B64TOKEN.matcher(value).matches()) {
      throw invalid("access_token is missing or no token");
    }
    return new AccessToken(
        value,
        asked,
        asked.plus(life(members.get("expires_in"))),
        scopes(members.get("scope")),
        tokenType.equals("DPoP"));
  }

  /** Absent where there is none; RFC 6749 appendix A.17 has its characters. */
  private TokenSet.@Nullable RefreshToken refreshToken(@Nullable Object value)
      throws ClientException {
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text) || !TokenSet.RefreshToken.isWellFormed(text)) {
      throw invalid("refresh_token is no token");
    }
    return TokenSet.RefreshToken.of(text);
  }

  private Map<String, @Nullable Object> members(OutboundResponse response) throws ClientException {
    boolean success = response.status() == 200;
    // RFC 6749 section 5.1; many errors come from a proxy in front, in HTML.
    if (!response.contentType().map("application/json"::equals).orElse(false)) {
      if (success) {
        throw invalid("the content type is not application/json");
      }
      return Map.of();
    }
    try {
      return Json.object(response.body());
    } catch (InvalidJsonException e) {
      if (success) {
        throw invalid(String.valueOf(e.getMessage()));
      }
      return Map.of();
    }
  }

  private ClientException refusal(
      int status, @Nullable Object error, @Nullable Object description) {
    ClientException.Reason reason;
    if (status >= 500 || status == 429) {
      reason = ENDPOINT_FAULT;
    } else {
      reason = error instanceof String ? REFUSED : RESPONSE_INVALID;
    }
    String code = INVALID_GRANT.equals(error) ? INVALID_GRANT : withheld.shown(error);
    return ClientException.noToken(reason, issuer, status, code, withheld.shown(description));
  }

  private void requireTypes(Map<String, @Nullable Object> members, String tokenType)
      throws ClientException {
    // RFC 6749 section 7.1: a client must not use a token whose type it does not understand.
    if (!(members.get("token_type") instanceof String type) || !type.equalsIgnoreCase(tokenType)) {
      throw invalid("token_type is not " + tokenType);
    }
    // RFC 8693 section 2.2.1: required, and an ID token must not pass for an access token.
    if (grant instanceof Grant.Exchanged
        && !ACCESS_TOKEN_TYPE.equals(members.get("issued_token_type"))) {
      throw invalid("issued_token_type is not " + ACCESS_TOKEN_TYPE);
    }
  }

  private Duration life(@Nullable Object expiresIn) throws ClientException {
    if (expiresIn == null) {
      return DEFAULT_LIFE;
    }
    if (!(expiresIn instanceof Long seconds) || seconds < 1 || seconds > LONGEST_LIFE.toSeconds()) {
      throw invalid("expires_in is no number of seconds from 1 to " + LONGEST_LIFE.toSeconds());
    }
    return Duration.ofSeconds(seconds);
  }

  private Set<String> scopes(@Nullable Object scope) throws ClientException {
    if (scope == null) {
      return target.scopes(); // RFC 6749 section 5.1: identical to those asked for
    }
    if (!(scope instanceof String text) || !SCOPE.matcher(text).matches()) {
      throw invalid("scope is not a list of scopes");
    }
    Set<String> scopes = new LinkedHashSet<>(List.of(text.strip().split(" +", -1)));
    scopes.remove("");
    return Collections.unmodifiableSet(scopes);
  }

  private ClientException invalid(String problem) {
    return ClientException.noToken(RESPONSE_INVALID, issuer, problem);
  }
}
