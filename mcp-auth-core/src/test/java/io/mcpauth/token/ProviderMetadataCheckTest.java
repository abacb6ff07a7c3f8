package io.mcpauth.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.token.WebServer.OAUTH;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the start says about the metadata of a provider. */
class ProviderMetadataCheckTest {
  private static final WebServer WEB = new WebServer();

  private final String path = WEB.newPath();
  private final String issuer = WEB.origin() + path;
  private final BlockingQueue<Authenticator.SetupNote> notes = new LinkedBlockingQueue<>();
  private final List<Authenticator> opened = new ArrayList<>();

  @AfterAll
  static void stop() {
    WEB.close();
  }

  @AfterEach
  void close() {
    opened.forEach(Authenticator::close);
  }

  @BeforeEach
  void publishKeys() throws Exception {
    String key = new RSAKeyGenerator(2048).keyID("k").generate().toPublicJWK().toJSONString();
    WEB.answer(path + "/jwks", 200, "{\"keys\":[" + key + "]}");
  }

  @Test
  void noChallengeMethods_isAWarningAndNoMore() throws Exception {
    publish("\"registration_endpoint\":\"https://i.test/r\"");
    start(server(), null);
    Authenticator.SetupNote note = next();
    assertThat(note.warning()).isTrue();
    assertThat(note.text())
        .startsWith("Its metadata publishes no code_challenge_methods_supported")
        .contains("proxy", "issuer of its own");
    assertThat(opened.get(0).keyStatus().get(0).keys()).isOne();
    assertThat(notes).isEmpty();
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path, path + "/jwks");
  }

  @Test
  void challengeMethodsWithoutS256_areAWarning() throws Exception {
    publish(
        "\"client_id_metadata_document_supported\":true,"
            + "\"code_challenge_methods_supported\":[\"plain\",\"x\\r\\nERROR forged\"]");
    start(server(), null);
    Authenticator.SetupNote note = next();
    assertThat(note.warning()).isTrue();
    assertThat(note.text())
        .startsWith("Its code_challenge_methods_supported are [plain, x??ERROR forged], without");
    assertThat(notes).isEmpty();
  }

  @Test
  void emptyChallengeMethods_areWithoutS256() throws Exception {
    publish(
        "\"registration_endpoint\":\"https://i.test/r\",\"code_challenge_methods_supported\":[]");
    start(server(), null);
    assertThat(next().text()).contains("are [], without S256");
  }

  @Test
  void noWayToRegister_isWorthKnowing() throws Exception {
    publish(
        "\"client_id_metadata_document_supported\":false,"
            + "\"code_challenge_methods_supported\":[\"S256\"]");
    start(server(), null);
    Authenticator.SetupNote note = next();
    assertThat(note.warning()).isFalse();
    assertThat(note.text()).contains("neither client id metadata documents nor dynamic");
    assertThat(notes).isEmpty();
  }

  // https://github.com/ronvanderheijden/openid-connect/issues/25
  @Test
  void membersOfTheWrongType_areTold() throws Exception {
    publish(
        "\"registration_endpoint\":\"https://i.test/r\",\"scopes_supported\":{},"
            + "\"code_challenge_methods_supported\":[\"S256\"]");
    start(server(), null);
    Authenticator.SetupNote note = next();
    assertThat(note.warning()).isTrue();
    assertThat(note.text()).startsWith("Its metadata has members of the wrong type: [scopes_");
    assertThat(opened.get(0).keyStatus().get(0).keys()).isOne();
    assertThat(notes).isEmpty();
  }

  @Test
  void configuredKeys_doNotHideTheMetadata() throws Exception {
    publish("\"registration_endpoint\":\"https://i.test/r\"");
    start(server().withJwksUri(issuer + "/jwks"), null);
    assertThat(next().text()).contains("no code_challenge_methods_supported");
  }

  @Test
  void configuredKeysAndUnreachableMetadata_areNoWarning() throws Exception {
    start(server().withJwksUri(issuer + "/jwks"), null);
    Authenticator.SetupNote note = next();
    assertThat(note.warning()).isFalse();
    assertThat(note.text())
        .startsWith("Its metadata cannot be read from here: {" + issuer.replace(path, OAUTH))
        .contains("status 404");
    assertThat(notes).isEmpty();
  }

  @Test
  void ownVerifier_doesNotHideTheMetadata() throws Exception {
    publish("\"registration_endpoint\":\"https://i.test/r\"");
    TokenVerifier own =
        token -> {
          throw new AuthException(ReasonCode.TOKEN_MALFORMED);
        };
    start(server(), own);
    assertThat(next().text()).contains("no code_challenge_methods_supported");
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path);
  }

  @Test
  void serverOfThisProcess_isNotAskedForItsMetadata() throws Exception {
    publish("\"registration_endpoint\":\"https://i.test/r\"");
    String local = WEB.newPath();
    LocalVerifier own =
        token -> {
          throw new AuthException(ReasonCode.TOKEN_MALFORMED);
        };
    start(
        List.of(
            AuthorizationServer.of(WEB.origin() + local).verifiedBy(own),
            server().withJwksUri(issuer + "/jwks")));
    assertThat(next().text()).startsWith("profile generic"); // of the other
    assertThat(next().text()).contains("no code_challenge_methods_supported"); // read in order
    assertThat(WEB.requestsWith(local)).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void close_endsACheckThatHangsWithoutANote() throws Exception {
    WEB.answer(OAUTH + path, aResponse().withFixedDelay(60_000));
    start(server().withJwksUri(issuer + "/jwks"), null);
    while (opened.get(0).keyStatus().get(0).keys() == 0) {
      Thread.onSpinWait();
    }
    List<Thread> checks = // those of other tests end too
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("mcp-auth-setup"))
            .toList();
    assertThat(checks).isNotEmpty();

    opened.get(0).close();

    for (Thread check : checks) {
      check.join(60_000);
      assertThat(check.isAlive()).isFalse();
    }
    assertThat(notes).isEmpty();
  }

  private void publish(String members) {
    WEB.answer(
        OAUTH + path,
        200,
        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\",%s}".formatted(issuer, issuer, members));
  }

  private AuthorizationServer server() {
    return AuthorizationServer.of(issuer);
  }

  private void start(AuthorizationServer server, @Nullable TokenVerifier own)
      throws InterruptedException {
    start(List.of(own == null ? server : server.verifiedBy(own)));
  }

  private void start(List<AuthorizationServer> servers) throws InterruptedException {
    Authenticator authenticator =
        new Authenticator(
            new Authenticator.Expectations(
                servers,
                ResourceIdentifier.of("https://mcp.example.com/mcp"),
                Duration.ofSeconds(60),
                Duration.ofDays(30),
                1_000_000),
            Clock.systemUTC());
    opened.add(authenticator);
    authenticator.checkSetup(notes::add);
    assertThat(next().text()).startsWith("profile generic");
  }

  private Authenticator.SetupNote next() throws InterruptedException {
    Authenticator.@Nullable SetupNote note = notes.poll(60, TimeUnit.SECONDS);
    assertThat(note).as("a note").isNotNull();
    return note;
  }
}
