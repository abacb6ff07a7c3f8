package io.mcpauth.token;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.TokenQuestion;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundResponse;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks as RFC 7662 says.
 *
 * @param client who asks
 */
record StandardInquiry(ClientAuthentication client) implements Inquiry {
  private static final String JSON = "application/json";

  @Override
  public @Nullable URI endpoint() {
    return null;
  }

  @Override
  public String clientId() {
    return client.clientId();
  }

  @Override
  public boolean tellsTheClientAlone() {
    return false;
  }

  @Override
  public Question question(String token, Asked asked, Instant now) {
    // RFC 9701 section 4; a server that does not sign for this client answers as ever.
    String accept = asked.signing() ? SignedAnswers.MEDIA_TYPE + ", " + JSON + ";q=0.5" : JSON;
    TokenQuestion question =
        TokenQuestion.of(asked.issuer(), asked.endpoint(), client, token, accept, now);
    return new Question(
        question.uri(), question.headers(), question.body(), TokenQuestion.CONTENT_TYPE);
  }

  @Override
  public boolean isNo(OutboundResponse response) {
    return false; // RFC 7662 section 2.2: that a token is not active is a 200 too
  }

  @Override
  public Map<String, @Nullable Object> claims(Map<String, @Nullable Object> answer) {
    // RFC 7662 section 2.2: a boolean. What else there may be is no yes.
    if (Boolean.TRUE.equals(answer.get("active"))) {
      return answer;
    }
    Object active = answer.get("active");
    String found =
        active instanceof Boolean ? "false" : answer.containsKey("active") ? "no boolean" : "none";
    throw new AuthException(ReasonCode.TOKEN_NOT_ACTIVE, Map.of("active", found));
  }
}
