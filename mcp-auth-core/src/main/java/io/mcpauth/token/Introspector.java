package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks one authorization server about tokens, within limits. Used by all threads. */
final class Introspector {
  private static final String JSON = "application/json";

  private final AuthorizationServer server;
  private final Introspection how;
  private final IntrospectionEndpoint endpoint;
  private final OutboundHttp http;
  private final Duration timeout;
  private final SignedAnswers signed;
  private final AskingLimits limits;
  private final RefusedTokens refused;
  private final GoodTokens good = new GoodTokens();
  private final Clock clock;

  /**
   * One for a server.
   *
   * @param http its connections, which no other server's answers hold up
   * @param timeout how long a caller waits at most
   * @param signed opens signed answers
   */
  Introspector(
      AuthorizationServer server,
      Introspection how,
      IntrospectionEndpoint endpoint,
      OutboundHttp http,
      Duration timeout,
      SignedAnswers signed,
      Clock clock) {
    this.server = server;
    this.how = how;
    this.endpoint = endpoint;
    this.http = http;
    this.timeout = timeout;
    this.signed = signed;
    this.limits = new AskingLimits(how.mostASecond(), clock);
    this.refused = new RefusedTokens(clock);
    this.clock = clock;
  }

  /**
   * Does what may have to ask about a token, or to wait for another thread that does.
   *
   * @throws AuthException what was said of the token a moment ago; OVER_LIMIT where too many wait
   */
  <T> T admitted(PresentedToken token, Supplier<T> work) {
    refused.requireNone(token);
    return limits.asCaller(good.contains(token), work);
  }

  /**
   * What the server says of a token.
   *
   * @throws AuthException TOKEN_NOT_ACTIVE, or another reason of a 401, where it says no; a reason
   *     of a 503 where it says nothing that can be understood, or is not asked
   */
  TokenClaims ask(PresentedToken token) {
    boolean known = good.contains(token);
    long deadline = System.nanoTime() + timeout.toNanos();
    limits.takeTurn(known);
    return limits.asking(known, timeout, () -> answer(token.value(), deadline));
  }

  /** Remembers that a token is good: its next question is none of a stranger's. */
  void accept(PresentedToken token) {
    good.add(token);
  }

  /** Remembers that a token is not good, so that it is not asked about again at once. */
  void refuse(PresentedToken token, AuthException problem) {
    if (problem.reason().status() == 401) {
      good.remove(token);
      refused.add(token, problem);
    }
  }

  Introspection how() {
    return how;
  }

  IntrospectionEndpoint endpoint() {
    return endpoint;
  }

  private TokenClaims answer(String token, long deadline) {
    IntrospectionEndpoint.Found at =
        endpoint.get(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    boolean signing = at.signing() || how.signedAlone();
    Inquiry.Question question =
        how.inquiry()
            .question(
                token,
                new Inquiry.Asked(server.issuer(), at.address().uri(), signing),
                clock.instant());
    try {
      OutboundResponse response =
          http.post(
              question.uri(),
              at.address().policy(),
              question.headers(),
              question.body(),
              question.contentType(),
              Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      return AnswerClaims.of(server, how, document(response, signing), clock.instant());
    } catch (OutboundException e) {
      endpoint.forget(); // it may have moved
      throw failed(e.inWords(), e);
    } catch (InvalidJsonException e) { // not as the cause: it quotes the answer
      throw failed("the answer is not a strict JSON object", null);
    }
  }

  private Map<String, @Nullable Object> document(OutboundResponse response, boolean signing)
      throws InvalidJsonException {
    Inquiry inquiry = how.inquiry();
    if (inquiry.isNo(response)) {
      throw new AuthException(ReasonCode.TOKEN_NOT_ACTIVE, Map.of("active", "false"));
    }
    if (response.status() != 200) {
      if (response.status() == 404 || response.status() == 410) {
        endpoint.forget(); // it may have moved
      }
      throw failed(inWords(response.status()), null);
    }
    String type = response.contentType().orElse("none");
    if (signing && type.equals(SignedAnswers.MEDIA_TYPE)) {
      return inquiry.claims(signed.open(response.body()));
    }
    // RFC 7662 section 2.2
    if (!type.equals(JSON) || how.signedAlone()) {
      throw failed("the answer is of the type " + type, null);
    }
    return inquiry.claims(Json.object(response.body()));
  }

  private static String inWords(int status) {
    String why =
        status == 401 || status == 403
            ? ": it does not take this server's client id and secret, or not in this way"
                + " (MCP_AUTH_INTROSPECTION_METHOD)"
            : "";
    return "status " + status + why;
  }

  /** Refuses a request because nobody can be asked. */
  static AuthException failed(String problem, @Nullable OutboundException cause) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("problem", problem);
    return new AuthException(ReasonCode.INTROSPECTION_FAILED, facts, cause);
  }
}
