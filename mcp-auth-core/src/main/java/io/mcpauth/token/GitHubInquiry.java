package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks GitHub whether a token is one of an application's own ("Check a token" of its REST API).
 *
 * @param clientId the application
 * @param secret its secret
 */
record GitHubInquiry(String clientId, String secret) implements Inquiry {
  private static final String API = "https://api.github.com/applications/%s/token";

  @Override
  public URI endpoint() {
    return URI.create(API.formatted(URLEncoder.encode(clientId, UTF_8)));
  }

  @Override
  public boolean tellsTheClientAlone() {
    return true;
  }

  @Override
  public Question question(String token, Asked asked, Instant now) {
    String both = Base64.getEncoder().encodeToString((clientId + ":" + secret).getBytes(UTF_8));
    return new Question(
        asked.endpoint(),
        Map.of("Accept", "application/vnd.github+json", "Authorization", "Basic " + both),
        Json.write(Map.of("access_token", token)),
        "application/json");
  }

  /** It knows no such token of this application. */
  @Override
  public boolean isNo(OutboundResponse response) {
    return response.status() == 404;
  }

  @Override
  public Map<String, @Nullable Object> claims(Map<String, @Nullable Object> answer) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    Object app = answer.get("app") instanceof Map<?, ?> found ? found.get("client_id") : null;
    if (!clientId.equals(app)) { // it says so itself, and is not believed without
      throw invalid("app");
    }
    claims.put("client_id", clientId);
    // Its number: a login can be given up, and taken by somebody else.
    if (!(answer.get("user") instanceof Map<?, ?> user && user.get("id") instanceof Long id)) {
      throw invalid("user");
    }
    claims.put("sub", id.toString());
    claims.put("username", user.get("login"));
    claims.put("scope", scopes(answer.get("scopes")));
    claims.put("iat", seconds(answer, "created_at"));
    claims.put("exp", seconds(answer, "expires_at"));
    return claims;
  }

  /** Applications of the newer kind have permissions and no scopes: null. */
  private static String scopes(@Nullable Object scopes) {
    if (scopes == null) {
      return "";
    }
    if (scopes instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return String.join(" ", list.stream().map(String.class::cast).toList());
    }
    throw invalid("scopes");
  }

  private static @Nullable Long seconds(Map<String, @Nullable Object> answer, String name) {
    Object time = answer.get(name);
    if (time == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(String.valueOf(time)).toEpochSecond();
    } catch (DateTimeException e) {
      throw invalid(name);
    }
  }

  private static AuthException invalid(String claim) {
    return new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", claim));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "GitHubInquiry[" + clientId + "]";
  }
}
