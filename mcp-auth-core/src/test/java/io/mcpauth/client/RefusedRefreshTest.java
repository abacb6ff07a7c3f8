package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a refresh that does not go well leaves; in the tables an apostrophe stands for a quote. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RefusedRefreshTest {
  private final MutableClock clock = new MutableClock();
  private final TokenServer server = new TokenServer();
  private final TokenClient client = client(null);
  private final List<TokenSet> changes = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  // Tracecat/tracecat#3069: the old one is spent, and a second use would revoke the family.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'access_token':'a b','token_type':'Bearer','refresh_token':'r2'}",
        "{'access_token':'a','token_type':'mac','refresh_token':'r2'}",
        "{'access_token':'a b','token_type':'Bearer','refresh_token':'r\\u0032'}",
        "{'access_token':'a','token_type':'DPoP','refresh_token' : 'r2'}",
        "{'token_type':'Bearer','refresh_token':'r2'}",
        "{'access_token':'a','access_token':'b','token_type':'Bearer','refresh_token':'r2'}",
        "{'access_token':'a','refresh_token':'r2','token_type':'Bea",
        "{'refresh_token':'r2','access_token':'a','token_type':'Bearer'} trailing"
      })
  void newRefreshTokenInAnAnswerThatIsRefused_isKeptAndTheSpentOneIsNotSentAgain(String body)
      throws Exception {
    server.answer(body.replace('\'', '"'));
    RefreshedTokens tokens = tokens("r1");

    assertThat(failed(tokens).reason()).isEqualTo(Reason.RESPONSE_INVALID);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).refreshToken()).extracting("value").isEqualTo("r2");
    assertThat(TokenSet.parse(changes.get(0).toText()).accessToken().value()).isEqualTo("a1");

    server.answer(TokenServer.good("a3"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("a3");
    assertThat(server.requests())
        .extracting(one -> one.form().get("refresh_token"))
        .containsExactly("r1", "r2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'access_token':'a b','token_type':'Bearer','refresh_token':7}",
        "{'access_token':'a b','token_type':'Bearer','refresh_token':'r\\u0032'}x",
        "{'access_token':'a','token_type':'Bearer','refresh_token':'r2','refresh_token':'r3'}",
        "{'access_token':'a','token_type':'Bearer','refresh_token':'r"
      })
  void refreshTokenThatArrivedAndCannotBeRead_isALogin(String body) {
    server.answer(body.replace('\'', '"'));
    RefreshedTokens tokens = tokens("r1");

    assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    clock.advance(Duration.ofSeconds(10));
    assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);
    assertThat(changes.get(0).refreshToken()).isNull();
  }

  /** A page of a proxy in front says nothing about the token. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<title>Log in</title>",
        "{'access_token':'a b','token_type':'Bearer'}",
        "{'access_token':'a b','x':{'refresh_token':'r9'}}",
        "{'access_token':'a b','token_type':'Bearer','refresh_token':null}",
        "{'access_token':'a b','token_type':'Bearer','refresh_token':''}",
        "{}",
        ""
      })
  void answerWithoutARefreshToken_leavesTheOldOne(String body) throws Exception {
    server.answer(body.replace('\'', '"'));
    RefreshedTokens tokens = tokens("r1");

    assertThat(failed(tokens).reason()).isEqualTo(Reason.RESPONSE_INVALID);
    assertThat(changes).isEmpty();

    server.answer(TokenServer.good("a2"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("a2");
    assertThat(server.requests().get(1).form()).containsEntry("refresh_token", "r1");
  }

  @Test
  void boundTokenWithoutATypeInARefresh_keepsTheNewRefreshToken() throws Exception {
    server.answer("{\"access_token\":\"a\",\"refresh_token\":\"r2\"}");
    try (TokenClient bound = client(DpopKey.generate())) {
      Renewal renewal = bound.renew(set("r1"), null);

      assertThat(renewal.problem()).extracting("reason").isEqualTo(Reason.RESPONSE_INVALID);
      assertThat(renewal.tokens().refreshToken()).extracting("value").isEqualTo("r2");
      assertThat(renewal.tokens().toString()).doesNotContain("r2");
    }
  }

  // sveltia/studio#3774 and obot-platform/obot#7501, openai/codex#27165; GitHub says it with a 200.
  @ParameterizedTest
  @CsvSource({
    "400, invalid_grant",
    "200, bad_refresh_token",
    "400, bad_refresh_token",
    "400, invalid_request",
    "401, invalid_request",
    "400, unauthorized_client",
    "401, invalid_token",
    "403, access_denied",
    "400, unsupported_grant_type",
    "400, interaction_required",
    "400, refresh_token_expired"
  })
  void refusalThatWouldBeTheSameNextTime_isALogin(int status, String code) {
    server.answer(TokenServer.json(status, "{\"error\":\"" + code + "\"}"));
    RefreshedTokens tokens = tokens("r1");

    ClientException problem = failed(tokens);
    assertThat(problem.reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(problem.error()).isEqualTo(code);
    clock.advance(Duration.ofSeconds(10));
    assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "500, server_error, ENDPOINT_FAULT",
    "503, invalid_grant, ENDPOINT_FAULT",
    "429, invalid_grant, ENDPOINT_FAULT",
    "429, slow_down, ENDPOINT_FAULT",
    "400, temporarily_unavailable, REFUSED",
    "400, slow_down, REFUSED",
    "400, invalid_scope, REFUSED",
    "400, invalid_target, REFUSED",
    "401, invalid_client, REFUSED",
    "400, invalid_dpop_proof, REFUSED"
  })
  void faultThatPassesOrIsTheClients_isNoLogin(int status, String code, Reason reason)
      throws Exception {
    server.answer(TokenServer.json(status, "{\"error\":\"" + code + "\"}"));
    RefreshedTokens tokens = tokens("r1");

    assertThat(failed(tokens).reason()).isEqualTo(reason);
    server.answer(TokenServer.good("a2"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("a2");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void refusalWithoutOAuthsWords_isNoLogin(int status) {
    server.answer(TokenServer.of(status, "text/html", "<h1>Blocked</h1>"));

    assertThat(failed(tokens("r1")).reason()).isEqualTo(Reason.RESPONSE_INVALID);
  }

  /** Spring Boot, Kong and others name each status so; a restart must not log everybody out. */
  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized",
    "401, unauthorized",
    "403, Forbidden",
    "403, forbidden",
    "404, Not Found",
    "404, not_found",
    "405, Method Not Allowed",
    "408, Request Timeout",
    "413, Payload Too Large",
    "421, invalid_grant",
    "400, Bad Request",
    "200, Service starting"
  })
  void statusInJson_isNoLogin(int status, String words) throws Exception {
    server.answer(
        TokenServer.json(
            status,
            "{\"timestamp\":\"2026-11-29T10:00:00Z\",\"status\":404,\"error\":\""
                + words
                + "\",\"path\":\"/token\"}"));
    RefreshedTokens tokens = tokens("r1");

    assertThat(failed(tokens).reason()).isEqualTo(Reason.REFUSED);
    server.answer(TokenServer.good("a2"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("a2");
  }

  /** The server has answered, so the refresh token is spent, whatever became of the answer. */
  @Test
  void answerThatIsTooLargeOrEncoded_isALoginAndTheSpentTokenIsNotSentAgain() {
    for (TokenServer.Answer answer :
        List.of(
            TokenServer.json(200, "{\"access_token\":\"" + "a".repeat(600_000) + "\"}"),
            (TokenServer.Answer)
                exchange -> {
                  exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                  TokenServer.json(200, TokenServer.good("a2")).write(exchange);
                })) {
      int before = server.requests().size();
      server.answer(answer);
      RefreshedTokens tokens = tokens("r1");

      assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
      clock.advance(Duration.ofSeconds(10));
      assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
      assertThat(server.requests()).hasSize(before + 1);
    }
  }

  // modelcontextprotocol/rust-sdk#594, anthropics/claude-code#26281, jlowin/fastmcp#2534 (GitHub).
  @Test
  void tokenWithoutEndAndRefreshToken_isUsedUntilA401() throws Exception {
    AccessToken endless = new AccessToken("a1", clock.instant(), Instant.MAX, Set.of());
    TokenSet kept =
        TokenSet.parse(new TokenSet(server.issuer(), endless, null).toText()); // outlives a restart
    RefreshedTokens tokens = new RefreshedTokens(client, kept, null, changes::add, clock);
    clock.advance(Duration.ofDays(400));

    AccessToken used = tokens.token();
    assertThat(used.value()).isEqualTo("a1");
    assertThat(catchThrowableOfType(ClientException.class, () -> tokens.insteadOf(used)).reason())
        .isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(failed(tokens).reason()).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void refreshedTokenWithoutEnd_isRenewedAfterAMinute() throws Exception {
    server.answer("{\"access_token\":\"a2\",\"token_type\":\"Bearer\"}");
    RefreshedTokens tokens = tokens("r1");

    assertThat(tokens.token().expiresAt()).isEqualTo(clock.instant().plusSeconds(60));
  }

  // dust-tt/dust#22773, modelcontextprotocol/typescript-sdk#2718, geelen/mcp-remote#357 (Entra).
  @Test
  void refreshForAProviderOfItsOwnMind_namesWhatTheTargetNamesAndNothingElse() throws Exception {
    TokenTarget entra = TokenTarget.unnamed().withScopes("api://m/.default", "offline_access");
    assertThat(client.refreshNaming(set("r1"), entra).accessToken().value()).isEqualTo("token-1");
    assertThat(server.requests().get(0).form())
        .containsEntry("scope", "api://m/.default offline_access")
        .doesNotContainKey("resource");

    RefreshedTokens tokens =
        RefreshedTokens.naming(
            client,
            set("r1"),
            TokenTarget.unnamed().withResource(URI.create("https://m.test/mcp")).withAudience("m"),
            changes::add,
            clock);
    clock.advance(Duration.ofSeconds(61));
    assertThat(tokens.token().value()).isEqualTo("token-1");
    assertThat(server.requests().get(1).form())
        .containsEntry("resource", "https://m.test/mcp")
        .containsEntry("audience", "m")
        .doesNotContainKey("scope");
  }

  @Test
  void tokenEndpointWithAParameterOfOurs_getsItOnce() throws Exception {
    List<@Nullable String> queries = new CopyOnWriteArrayList<>();
    server.answer(
        exchange -> {
          queries.add(exchange.getRequestURI().getRawQuery());
          TokenServer.json(200, TokenServer.good("t")).write(exchange);
        });
    URI endpoint = URI.create(server.uri() + "?resource=x&tenant=a&grant_type=y");
    try (TokenClient asking =
        TokenClient.of(
            TokenEndpoint.of(server.issuer(), endpoint, ClientAuthentication.none("c")),
            null,
            clock)) {
      TokenSet unused = asking.refresh(set("r1"), URI.create("https://m.test/mcp"));
    }
    assertThat(queries).containsExactly("tenant=a");
  }

  private TokenClient client(@Nullable DpopKey dpop) {
    return TokenClient.of(
        TokenEndpoint.of(server.issuer(), server.uri(), ClientAuthentication.none("c")),
        dpop,
        clock);
  }

  private static ClientException failed(RefreshedTokens tokens) {
    ClientException problem = catchThrowableOfType(ClientException.class, tokens::token);
    assertThat(problem).isNotNull();
    return problem;
  }

  /** That have ended. */
  private RefreshedTokens tokens(String refresh) {
    RefreshedTokens tokens = new RefreshedTokens(client, set(refresh), null, changes::add, clock);
    clock.advance(Duration.ofSeconds(61));
    return tokens;
  }

  private TokenSet set(String refresh) {
    AccessToken token =
        new AccessToken("a1", clock.instant(), clock.instant().plusSeconds(60), Set.of("a"));
    return new TokenSet(server.issuer(), token, TokenSet.RefreshToken.of(refresh));
  }
}
