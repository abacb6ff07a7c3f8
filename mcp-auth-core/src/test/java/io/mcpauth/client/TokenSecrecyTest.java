package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.Withheld;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets and tokens in whatever people read; the provider does its worst. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenSecrecyTest {
  private static final String SECRET = "s3cret-of-the-guard"; // that of TokenServer
  private static final String SUBJECT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl";

  private final MutableClock clock = new MutableClock();
  private final RecordedLog log = new RecordedLog();
  private final TokenServer server = new TokenServer();
  private final List<String> texts = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
  }

  /** All of what was sent, a part of it, percent-encoded, and what the client was given before. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad secret " + SECRET,
        "bad secret s3cret-of-the-gua...",
        "invalid subject_token " + SUBJECT,
        "invalid subject_token eyJhbGciOiJSUzI1NiJ9.eyJ...",
        "...c2lnbmF0dXJl is no signature"
      })
  void providerThatRepeatsWhatItWasSent_isNotQuoted(String words) throws Exception {
    server.answer(
        TokenServer.json(
            400, "{\"error\":\"" + words + "\",\"error_description\":\"" + words + "\"}"));
    try (ClientCredentials client = client();
        TokenExchange exchange =
            new TokenExchange(server.endpoint(), TokenTarget.unnamed(), clock)) {
      SubjectToken subject = SubjectToken.of(server.issuer(), SUBJECT);
      texts.addAll(List.of(client.toString(), exchange.toString(), subject.toString()));
      if (words.contains("s3cret")) {
        tell(catchThrowableOfType(ClientException.class, client::token));
      }
      ClientException problem =
          catchThrowableOfType(
              ClientException.class,
              () -> exchange.exchange(subject, clock.instant().plusSeconds(60)));
      assertThat(problem.errorDescription()).isEqualTo("(withheld: it repeats a secret)");
      tell(problem);
    }

    assertNothingTold();
  }

  @Test
  void basicCredentialsThatComeBack_areNotQuoted() {
    String basic =
        Base64.getEncoder().encodeToString(("guard:" + SECRET).getBytes(StandardCharsets.US_ASCII));
    server.answer(TokenServer.json(401, "{\"error\":\"Basic " + basic + "\"}"));
    try (ClientCredentials client = client()) {
      ClientException problem = catchThrowableOfType(ClientException.class, client::token);
      assertThat(problem.getMessage()).doesNotContain(basic);
      assertThat(problem.error()).isEqualTo("(withheld: it repeats a secret)");
    }
  }

  @Test
  void shortSecretAtTheEndOfWhatIsShown_isNotQuotedInPart() {
    Withheld withheld = new Withheld(List.of("pa55word"));

    assertThat(withheld.shown("x".repeat(196) + "pa55word")).startsWith("(withheld");
    assertThat(withheld.shown("an ordinary text")).isEqualTo("an ordinary text");
    assertThat(withheld.shown(7)).isNull();
  }

  @Test
  void answerThatIsNoAnswer_isNotQuoted() {
    for (String body :
        List.of(
            "{\"access_token\":\"issued-token-1\",\"token_type\":\"mac\"}",
            "{\"access_token\":\"issued-token-1\",\"token_type\":\"Bearer\"",
            "{\"access_token\":\"issued-token-1\",\"token_type\":\"issued-token-1\"}",
            "{\"access_token\":\"issued-token-1\\n\",\"token_type\":\"Bearer\"}",
            "{\"access_token\":\"\",\"token_type\":\"Bearer\",\"scope\":\"issued-token-1\\n\"}")) {
      server.answer(body);
      try (ClientCredentials client = client()) {
        tell(catchThrowableOfType(ClientException.class, client::token));
      }
    }

    assertThat(texts).hasSize(10).noneMatch(text -> text.contains("issued-token-1"));
  }

  @Test
  void logOfAFailedRenewal_namesNoToken() throws Exception {
    try (ClientCredentials client = client()) {
      AccessToken token = client.token();
      texts.add(token.toString());
      server.answer(
          TokenServer.json(
              400, "{\"error\":\"x\",\"error_description\":\"" + SECRET + "\\r\\n\"}"));
      client.forget(token);
      assertThat(client.token()).isSameAs(token);
    }
    texts.addAll(log.lines());

    assertThat(log.lines()).hasSize(1);
    assertNothingTold();
    assertThat(texts).noneMatch(text -> text.contains("token-1") || text.contains("\n"));
  }

  @Test
  void publicClient_hasNoTokenOfItsOwn() {
    TokenEndpoint endpoint =
        TokenEndpoint.of(server.issuer(), server.uri(), ClientAuthentication.none("guard"));

    assertThatThrownBy(() -> new ClientCredentials(endpoint, TokenTarget.unnamed()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guard");
  }

  @Test
  void subjectToken_letsNobodyRead() {
    assertThat(SubjectToken.class).isFinal();
    assertThat(Serializable.class.isAssignableFrom(SubjectToken.class)).isFalse();
    assertThat(
            Arrays.stream(SubjectToken.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName))
        .containsExactlyInAnyOrder("of", "issuer", "toString");
    assertThat(SubjectToken.class.getFields()).isEmpty();
    assertThat(SubjectToken.class.getConstructors()).isEmpty();
    assertThat(SubjectToken.of("https://login.example.com", SUBJECT))
        .hasToString("SubjectToken[issuer=https://login.example.com]");
  }

  private ClientCredentials client() {
    return new ClientCredentials(
        server.endpoint(),
        TokenTarget.unnamed(),
        new OutboundHttp.Limits(Duration.ofSeconds(60), 50 * 1024, 4),
        clock,
        log.logger());
  }

  private void tell(ClientException problem) {
    assertThat(problem.getCause()).isNull();
    texts.add(problem.toString());
    texts.add(problem.error() + " " + problem.errorDescription());
  }

  private void assertNothingTold() {
    assertThat(texts)
        .isNotEmpty()
        .noneMatch(
            text ->
                text.contains("s3cret") || text.contains("eyJ") || text.contains("c2lnbmF0dXJl"));
  }
}
