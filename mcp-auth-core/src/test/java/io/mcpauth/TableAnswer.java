package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.McpPrincipal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer as the rows of {@code policy-table} do. Only what is the same in every answer is
 * left out, and only after it was found there to the letter; a header of another form is written
 * whole, so that no row can equal it.
 */
final class TableAnswer {
  private static final Pattern CHALLENGE =
      Pattern.compile(
          "Bearer (?:error=\"insufficient_scope\", )?(?:scope=\"([^\"]+)\", )?"
              + Pattern.quote(Guarded.METADATA)
              + "(?:, error_description=\"More scopes are required for this call\")?");
  private static final String CHALLENGE_IN_RESULT = "mcp/www_authenticate";

  /** With what the login has to be, behind all that other challenges have (RFC 9470 section 3). */
  private static final Pattern ANOTHER_LOGIN =
      Pattern.compile(
          "Bearer error=\"insufficient_user_authentication\", (?:scope=\"([^\"]+)\", )?"
              + Pattern.quote(Guarded.METADATA)
              + ", error_description=\"Another login of the user is required for this call\""
              + "(?:, acr_values=\"([^\"]+)\")?(?:, max_age=\"([0-9]+)\")?");

  private TableAnswer() {}

  /**
   * The answer of the whole decision.
   *
   * @param bodyRead whether the body is read before it, so that its id has to be there
   */
  static String of(AccessDecision decision, TableCall call, boolean bodyRead)
      throws InvalidJsonException {
    if (decision instanceof AccessDecision.Granted) {
      return "200";
    }
    if (decision instanceof AccessDecision.Dropped) {
      return "202";
    }
    AccessDecision.Refused refused = (AccessDecision.Refused) decision;
    String header = refused.headers().get("WWW-Authenticate");
    String reason = refused.reason().name().toLowerCase(Locale.ROOT);
    Map<String, @Nullable Object> body = Json.object(refused.body());
    if (!call.method().equals("POST")) {
      assertThat(body).containsOnlyKeys("error", "message");
    } else {
      assertThat(body).containsEntry("jsonrpc", "2.0");
      assertThat(body.get("id"))
          .as("id")
          .isEqualTo(bodyRead && !reason.startsWith("body_") ? call.id() : null);
    }
    if (body.containsKey("result")) {
      assertThat(refused.reason()).isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
      return "200 isError" + inResult(body, call);
    }
    String code = code(body, call);
    return switch (refused.reason()) {
      case CREDENTIAL_MISSING -> refused.status() + scopes(header, null) + code;
      case UNKNOWN_TOOL -> refused.status() + (header == null ? "" : " " + header) + code;
      case AUTHENTICATION_INSUFFICIENT ->
          refused.status() + " " + reason + anotherLogin(header) + code;
      case INSUFFICIENT_SCOPE -> refused.status() + " " + reason + scopes(header, reason) + code;
      default -> {
        String challenge = refused.status() == 403 ? scopes(header, null) : header;
        yield refused.status() + " " + reason + (challenge == null ? "" : challenge) + code;
      }
    };
  }

  /** The answer that a verdict leads to, for callers that no token can be minted for. */
  static String of(
      ToolPolicy.Verdict verdict,
      ToolPolicy policy,
      @Nullable McpPrincipal caller,
      boolean stateless) {
    if (verdict instanceof ToolPolicy.Verdict.CredentialMissing missing) {
      return "401" + quoted(missing.scopes());
    }
    if (verdict instanceof ToolPolicy.Verdict.ScopesMissing missing) {
      return "403 insufficient_scope"
          + quoted(
              stateless // where clients add what they have themselves (SEP-2350)
                  ? missing.required()
                  : policy.challengeScopes(Objects.requireNonNull(caller), missing.required()));
    }
    if (verdict instanceof ToolPolicy.Verdict.AuthenticationInsufficient another) {
      Refusal.AnotherLogin login = new Refusal.AnotherLogin(another.acrValues(), another.maxAge());
      return "401 authentication_insufficient"
          + quoted(policy.challengeScopes(Objects.requireNonNull(caller), another.required()))
          + login(login.parameters());
    }
    if (verdict instanceof ToolPolicy.Verdict.Denied denied) {
      return switch (denied.cause()) {
        case NOT_NAMED, DENIED -> "403 denied_by_policy";
        case UNKNOWN_TOOL -> "200 -32602";
        case ROLE -> "403 role_missing";
        case CLAIM -> "403 claim_missing";
        case SCHEME -> "403 scheme_not_allowed";
        case CREDENTIAL_SCOPE -> "403 scope_beyond_credential";
        case AUTHENTICATION -> "403 authentication_not_possible";
        case ACTOR -> "403 actor_not_allowed";
        case CLIENT_CAP -> "403 scope_beyond_client";
      };
    }
    return verdict instanceof ToolPolicy.Verdict.Ignored ? "202" : "200";
  }

  private static String anotherLogin(@Nullable String header) {
    Matcher challenge = ANOTHER_LOGIN.matcher(String.valueOf(header));
    if (!challenge.matches()) {
      return " " + header;
    }
    String scopes = challenge.group(1);
    String acrValues = challenge.group(2);
    String maxAge = challenge.group(3);
    return (scopes == null ? "" : " \"" + scopes + "\"")
        + (acrValues == null ? "" : " acr_values " + acrValues)
        + (maxAge == null ? "" : " max_age " + maxAge);
  }

  private static String login(Map<String, String> parameters) {
    StringBuilder text = new StringBuilder();
    parameters.forEach((name, value) -> text.append(' ').append(name).append(' ').append(value));
    return text.toString();
  }

  private static String quoted(List<String> scopes) {
    return scopes.isEmpty() ? "" : " \"" + String.join(" ", scopes) + "\"";
  }

  /** The scopes of a challenge that is otherwise as it has to be. */
  private static String scopes(@Nullable String header, @Nullable String error) {
    Matcher challenge = CHALLENGE.matcher(String.valueOf(header));
    boolean asExpected =
        challenge.matches()
            && header != null
            && header.contains("error=\"") == (error != null)
            && header.contains("error_description=") == (error != null);
    if (!asExpected) {
      return " " + header;
    }
    String scopes = challenge.group(1);
    return scopes == null ? "" : " \"" + scopes + "\"";
  }

  /** The JSON-RPC code, unless it is that of every refusal in this revision. */
  private static String code(Map<String, @Nullable Object> body, TableCall call) {
    if (!call.method().equals("POST")) {
      return "";
    }
    assertThat(body.get("error")).isInstanceOf(Map.class);
    Object code = ((Map<?, ?>) Objects.requireNonNull(body.get("error"))).get("code");
    Long usual = call.stateless() ? -31001L : -32001L;
    return usual.equals(code) ? "" : " " + code;
  }

  private static String inResult(Map<String, @Nullable Object> body, TableCall call) {
    Map<?, ?> result = (Map<?, ?>) Objects.requireNonNull(body.get("result"));
    assertThat(result.get("isError")).isEqualTo(true);
    assertThat(result.get("resultType")).isEqualTo(call.stateless() ? "complete" : null);
    Map<?, ?> meta = (Map<?, ?>) Objects.requireNonNull(result.get("_meta"));
    List<?> challenges = (List<?>) Objects.requireNonNull(meta.get(CHALLENGE_IN_RESULT));
    assertThat(challenges).hasSize(1);
    return scopes((String) challenges.get(0), "insufficient_scope");
  }
}
