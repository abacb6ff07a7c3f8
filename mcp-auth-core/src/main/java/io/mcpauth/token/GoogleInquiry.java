package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.client.TokenQuestion;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks Google which client a token is for (its {@code tokeninfo}). */
record GoogleInquiry() implements Inquiry {
  private static final URI TOKEN_INFO = URI.create("https://oauth2.googleapis.com/tokeninfo");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

  @Override
  public URI endpoint() {
    return TOKEN_INFO;
  }

  @Override
  public @Nullable String clientId() {
    return null;
  }

  @Override
  public boolean tellsTheClientAlone() {
    return true;
  }

  @Override
  public Question question(String token, Asked asked, Instant now) {
    String form = "access_token=" + URLEncoder.encode(token, UTF_8);
    return new Question(
        asked.endpoint(),
        Map.of("Accept", "application/json"),
        form.getBytes(US_ASCII),
        TokenQuestion.CONTENT_TYPE);
  }

  @Override
  public boolean isNo(OutboundResponse response) {
    try {
      return response.status() == 400
          && "invalid_token".equals(Json.object(response.body()).get("error"));
    } catch (InvalidJsonException e) {
      return false;
    }
  }

  @Override
  public Map<String, @Nullable Object> claims(Map<String, @Nullable Object> answer) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(answer);
    if (!(answer.get("sub") instanceof String)) {
      // Without the scope openid it names no user, and all users of the client would be one.
      throw new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", "sub"));
    }
    if (answer.get("exp") instanceof String text && SECONDS.matcher(text).matches()) {
      claims.put("exp", Long.valueOf(text)); // all its members are strings
    }
    return claims;
  }
}
