package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_ENDED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.http.Withheld;
import io.mcpauth.internal.json.InvalidJsonException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a token endpoint answers: strictly where it grants something, and without a word about
 * the rest. The SDK takes the last of duplicate members and any type of token.
 */
final class TokenAnswer {
  /** What an identity provider calls an identity assertion (ID-JAG draft, section 4.3). */
  static final String ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";

  /** The provider does not know this client, or not with this proof (RFC 6749 section 5.2). */
  static final String INVALID_CLIENT = "invalid_client";

  /**
   * Refusals that say nothing about the refresh token: of the client, of its proof, of what the
   * request names beside it ({@code invalid_scope}, {@code invalid_target}), and those that pass.
   * Every other code that is one, {@code invalid_grant} first, would be the same the next time:
   * {@code invalid_request} and {@code bad_refresh_token} are what deployed servers say of a
   * refresh token that they do not take any more.
   */
  private static final Set<String> NOT_ABOUT_THE_GRANT =
      Set.of(
          INVALID_CLIENT,
          "invalid_dpop_proof",
          "use_dpop_nonce",
          "invalid_scope",
          "invalid_target",
          "server_error",
          "slow_down",
          "temporarily_unavailable");

  /** An error code, and not the words of a proxy or a framework for a status: "Not Found". */
  private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]*");

  /**
   * What ends an authorization with a 401 or 403 too, which proxies say as well, with words of
   * their own: RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, OpenID Connect Core section
   * 3.1.2.6.
   */
  private static final Set<String> OF_OAUTH =
      Set.of(
          "invalid_grant",
          "invalid_request",
          "unauthorized_client",
          "unsupported_grant_type",
          "access_denied",
          "invalid_token",
          "interaction_required",
          "login_required",
          "consent_required");

  private final String issuer;
  private final Withheld withheld;
  private final GrantedMembers granted;

  TokenAnswer(String issuer, Grant grant, TokenTarget target, Withheld withheld) {
    this.issuer = issuer;
    this.withheld = withheld;
    this.granted = new GrantedMembers(issuer, grant, target);
  }

  /**
   * The token of an answer.
   *
   * @param asked when the request began
   */
  AccessToken read(OutboundResponse response, Instant asked) throws ClientException {
    return granted.renewable(answered(response), asked);
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
    return granted.set(members, asked, dpop, granted.refreshToken(members));
  }

  /**
   * The tokens of an answer to a refresh. Once the server has answered with another refresh token,
   * the old one is spent and a second use ends all (RFC 9700 section 4.14.2): so the new one is
   * kept whatever is wrong with the rest of the answer, and where it cannot be read there is none.
   *
   * @param old the tokens that were to be refreshed
   */
  Renewal readRenewal(OutboundResponse response, Instant asked, boolean dpop, TokenSet old) {
    TokenSet.RefreshToken next = old.refreshToken();
    boolean parsed = false;
    try {
      Map<String, @Nullable Object> members = answered(response);
      parsed = true;
      if (!JsonAnswer.isNone(members.get("refresh_token"))) {
        next = granted.refreshToken(members);
      }
      return Renewal.of(granted.set(members, asked, dpop, next));
    } catch (ClientException e) {
      boolean unread = !parsed && e.reason() == RESPONSE_INVALID && JsonAnswer.isSuccess(response);
      TokenSet.RefreshToken kept =
          unread ? ArrivedRefreshToken.in(response.body()).orElse(next) : next;
      TokenSet tokens = new TokenSet(issuer, old.accessToken(), kept);
      return new Renewal(tokens, kept == null ? ended(e) : overIfFinal(e, response.status()));
    }
  }

  /** Whether the answer ends the authorization, as {@code AUTHORIZATION_ENDED}. */
  private ClientException overIfFinal(ClientException e, int status) {
    return e.reason() == REFUSED && isFinal(status, String.valueOf(e.error())) ? ended(e) : e;
  }

  /** Of these no secret that is part of the name may hide it. */
  private static boolean decides(String name) {
    return NOT_ABOUT_THE_GRANT.contains(name) || OF_OAUTH.contains(name);
  }

  /**
   * Only what a token endpoint itself says (RFC 6749 section 5.2: 400, or 401 for the client; some
   * say it with a 200). A 404 or 405 with JSON is a server that is not there yet, or a proxy, and
   * must not log everybody out.
   */
  private static boolean isFinal(int status, String code) {
    if (NOT_ABOUT_THE_GRANT.contains(code)) {
      return false;
    }
    return (status == 401 || status == 403)
        ? OF_OAUTH.contains(code)
        : (status <= 400 && CODE.matcher(code).matches());
  }

  private ClientException ended(ClientException e) {
    return e.reason() == AUTHORIZATION_ENDED ? e : ClientException.authorizationEnded(issuer, e);
  }

  /** The identity assertion of an answer. */
  JwtAssertion readAssertion(OutboundResponse response) throws ClientException {
    return granted.assertion(answered(response));
  }

  /** Whether a token endpoint wants its nonce in the proof (RFC 9449 section 8). */
  static boolean asksForNonce(OutboundResponse response) {
    try {
      return (response.status() == 400 || response.status() == 401)
          && "use_dpop_nonce".equals(JsonAnswer.members(response.body()).get("error"));
    } catch (InvalidJsonException e) {
      return false;
    }
  }

  /** RFC 7009 section 2.2: a 200, whatever the body; also for a token that was none. */
  void requireRevoked(OutboundResponse response) throws ClientException {
    if (!JsonAnswer.isSuccess(response)) {
      Map<String, @Nullable Object> members = members(response);
      throw refusal(response.status(), JsonAnswer.error(members), members.get("error_description"));
    }
  }

  private Map<String, @Nullable Object> answered(OutboundResponse response) throws ClientException {
    Map<String, @Nullable Object> members = members(response);
    Object error = JsonAnswer.error(members);
    // Casdoor, GitHub and others say no with a 200.
    if (!JsonAnswer.isSuccess(response) || error != null) {
      throw refusal(response.status(), error, members.get("error_description"));
    }
    return members;
  }

  private Map<String, @Nullable Object> members(OutboundResponse response) throws ClientException {
    try {
      return JsonAnswer.members(response.body());
    } catch (InvalidJsonException e) {
      if (JsonAnswer.isSuccess(response)) {
        throw ClientException.noToken(RESPONSE_INVALID, issuer, String.valueOf(e.getMessage()));
      }
      return Map.of(); // many errors come from a proxy in front, in HTML
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
    String code = error instanceof String name && decides(name) ? name : withheld.shown(error);
    return ClientException.noToken(reason, issuer, status, code, withheld.shown(description));
  }
}
