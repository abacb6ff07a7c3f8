package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.client.DpopKey;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RefreshAndRevocationTest {
  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @Test
  void publicClient_refreshesAndGetsANewRefreshToken() throws Exception {
    String client = desk.publicClient("refresh");
    JsonNode first = desk.tokens(client);
    HttpResponse<String> answer = desk.refresh(client, refreshToken(first));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode second = Desk.JSON.readTree(answer.body());
    assertThat(refreshToken(second)).isNotEqualTo(refreshToken(first));
    assertThat(second.get("scope").stringValue()).isEqualTo("files:list");
    SignedJWT jwt = SignedJWT.parse(second.get("access_token").stringValue());
    assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(Desk.RESOURCE);
    assertThat(jwt.getHeader().getType().getType()).isEqualTo("at+jwt");
    assertThat(desk.refresh(client, refreshToken(second)).statusCode()).isEqualTo(200);
  }

  /** RFC 9449 section 5: a thief of the refresh token has no key, and gets no bearer token. */
  @Test
  void boundGrant_isRefreshedWithAProofOfItsKeyAlone() throws Exception {
    String client = desk.publicClient("bound");
    DpopKey key = DpopKey.generate();
    String code = desk.code(new Browser(), desk.authorize(client));
    HttpRequest exchange =
        proven(
            key,
            "grant_type",
            "authorization_code",
            "client_id",
            client,
            "code",
            code,
            "redirect_uri",
            Desk.REDIRECT,
            "code_verifier",
            Desk.VERIFIER);
    JsonNode first = Desk.JSON.readTree(desk.send(exchange).body());
    assertThat(confirmation(first)).containsExactly(entry("jkt", key.thumbprint()));
    String token = refreshToken(first);
    String[] refresh = {"grant_type", "refresh_token", "client_id", client, "refresh_token", token};

    assertThat(Desk.error(desk.refresh(client, token))).isEqualTo("invalid_dpop_proof");
    assertThat(Desk.error(desk.refresh(desk.publicClient("theirs"), token)))
        .as("of another client")
        .isEqualTo("invalid_grant");
    assertThat(Desk.error(desk.send(proven(DpopKey.generate(), refresh)))).isNotEmpty();
    HttpResponse<String> good = desk.send(proven(key, refresh));
    assertThat(good.statusCode()).as("none of them spent the token").isEqualTo(200);
    assertThat(confirmation(Desk.JSON.readTree(good.body())))
        .containsExactly(entry("jkt", key.thumbprint()));
  }

  private HttpRequest proven(DpopKey key, String... fields) {
    HttpRequest plain = desk.formRequest(Desk.TOKEN, fields).build();
    String proof = key.proof("POST", plain.uri(), null, Instant.now());
    return desk.formRequest(Desk.TOKEN, fields).header("DPoP", proof).build();
  }

  private static Map<String, Object> confirmation(JsonNode tokens) throws Exception {
    return SignedJWT.parse(tokens.get("access_token").stringValue())
        .getJWTClaimsSet()
        .getJSONObjectClaim("cnf");
  }

  @Test
  void replacedRefreshToken_isRefusedAndEndsTheFamily() {
    String client = desk.publicClient("reuse");
    JsonNode first = desk.tokens(client);
    JsonNode second = Desk.JSON.readTree(desk.refresh(client, refreshToken(first)).body());
    JsonNode third = Desk.JSON.readTree(desk.refresh(client, refreshToken(second)).body());
    assertThat(Desk.error(desk.refresh(client, refreshToken(first)))).isEqualTo("invalid_grant");
    assertThat(Desk.error(desk.refresh(client, refreshToken(third)))).isEqualTo("invalid_grant");
  }

  @Test
  void sameRefreshTokenAtTheSameMoment_hasOneSuccessor() throws Exception {
    String client = desk.publicClient("race");
    Browser browser = new Browser();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      // One round may miss the moment.
      for (int round = 0; round < 25; round++) {
        String code = desk.code(browser, desk.authorize(client));
        String token = refreshToken(Desk.JSON.readTree(desk.exchange(client, code).body()));
        CyclicBarrier together = new CyclicBarrier(4);
        Callable<String> refresh =
            () -> {
              together.await();
              return desk.refresh(client, token).body();
            };
        Set<String> successors = new HashSet<>();
        for (Future<String> answer : threads.invokeAll(Collections.nCopies(4, refresh))) {
          successors.add(refreshToken(Desk.JSON.readTree(answer.get())));
        }
        assertThat(successors).hasSize(1);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void refreshForAnotherResourceOrMoreScopes_isRefused() {
    String client = desk.publicClient("narrow");
    String token = refreshToken(desk.tokens(client));
    assertThat(Desk.error(desk.refresh(client, token, "resource", "https://evil.example")))
        .isEqualTo("invalid_target");
    assertThat(Desk.error(desk.refresh(client, token, "scope", "files:write")))
        .isEqualTo("invalid_scope");
    assertThat(desk.refresh(client, token, "resource", Desk.RESOURCE).statusCode())
        .as("neither attempt spent the token")
        .isEqualTo(200);
  }

  @Test
  void refreshByAnotherOrAnUnknownClient_isRefused() {
    String token = refreshToken(desk.tokens(desk.publicClient("mine")));
    assertThat(Desk.error(desk.refresh(desk.publicClient("theirs"), token)))
        .isEqualTo("invalid_grant");
    HttpResponse<String> unknown = desk.refresh("nobody", token);
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(Desk.error(unknown)).isEqualTo("invalid_client");
  }

  @Test
  void clientWithoutTheRefreshGrant_getsNoRefreshToken() {
    JsonNode client =
        Desk.JSON.readTree(
            desk.register(
                    "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"none\"}"
                        .formatted(Desk.REDIRECT))
                .body());
    assertThat(desk.tokens(client.get("client_id").stringValue()).has("refresh_token")).isFalse();
  }

  @Test
  void publicClient_revokesItsRefreshToken() {
    String client = desk.publicClient("revoke");
    String token = refreshToken(desk.tokens(client));
    assertThat(revoke(client, token).statusCode()).isEqualTo(200);
    assertThat(Desk.error(desk.refresh(client, token))).isEqualTo("invalid_grant");
    assertThat(revoke(client, token).statusCode()).as("again").isEqualTo(200);
  }

  @Test
  void publicClient_revokesItsAccessTokenAndKeepsTheRefreshToken() {
    String client = desk.publicClient("revoke access");
    JsonNode tokens = desk.tokens(client);
    assertThat(revoke(client, tokens.get("access_token").stringValue()).statusCode())
        .isEqualTo(200);
    assertThat(desk.refresh(client, refreshToken(tokens)).statusCode()).isEqualTo(200);
  }

  @Test
  void revocationByAnotherClient_changesNothing() {
    String client = desk.publicClient("owner");
    String token = refreshToken(desk.tokens(client));
    assertThat(revoke(desk.publicClient("thief"), token).statusCode())
        .as("as for one that nobody knows")
        .isEqualTo(200);
    assertThat(revoke("nobody", token).statusCode()).isEqualTo(401);
    assertThat(desk.refresh(client, token).statusCode()).isEqualTo(200);
  }

  @Test
  void unknownToken_isRevokedWithoutAWord() {
    assertThat(revoke(desk.publicClient("unknown"), "nothing").statusCode()).isEqualTo(200);
  }

  @Test
  void confidentialClient_refreshesAndRevokesWithItsSecretOnly() {
    JsonNode client =
        Desk.JSON.readTree(
            desk.register(
                    """
                    {"redirect_uris": ["%s"],
                     "grant_types": ["authorization_code", "refresh_token"]}
                    """
                        .formatted(Desk.REDIRECT))
                .body());
    String id = client.get("client_id").stringValue();
    String code = desk.code(new Browser(), desk.authorize(id));
    String basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (id + ":" + client.get("client_secret").stringValue())
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    JsonNode tokens =
        Desk.JSON.readTree(
            withHeader(
                    basic,
                    Desk.TOKEN,
                    "grant_type",
                    "authorization_code",
                    "code",
                    code,
                    "redirect_uri",
                    Desk.REDIRECT,
                    "code_verifier",
                    Desk.VERIFIER)
                .body());
    String token = refreshToken(tokens);
    assertThat(Desk.error(desk.refresh(id, token))).isEqualTo("invalid_client");
    assertThat(revoke(id, token).statusCode()).isEqualTo(401);
    HttpResponse<String> wrong = withHeader("Basic eDp5", Desk.REVOKE, "token", token);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
    assertThat(withHeader(basic, Desk.REVOKE, "token", token).statusCode()).isEqualTo(200);
    assertThat(
            Desk.error(
                withHeader(
                    basic, Desk.TOKEN, "grant_type", "refresh_token", "refresh_token", token)))
        .isEqualTo("invalid_grant");
  }

  private static HttpResponse<String> withHeader(String header, String path, String... fields) {
    return desk.send(desk.formRequest(path, fields).header("Authorization", header).build());
  }

  private static HttpResponse<String> revoke(String client, String token) {
    return desk.form(Desk.REVOKE, "client_id", client, "token", token);
  }

  private static String refreshToken(JsonNode tokens) {
    return tokens.get("refresh_token").stringValue();
  }
}
