package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An authorization server that is down, comes back and goes down again. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IssuerOutageTest {
  private static final TestIssuer SIGNER = TestIssuer.start(ProtectedServer.CLOCK);

  private final MutableClock clock = new MutableClock();
  private final WireMockServer front =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

  @BeforeEach
  void start() {
    front.start();
  }

  @AfterEach
  void stop() {
    front.stop();
  }

  @AfterAll
  static void stopSigner() {
    SIGNER.close();
  }

  @Test
  void serverBuilt_makesNoRequest() {
    server().close();

    assertThat(front.getAllServeEvents()).isEmpty();
  }

  @Test
  void issuerThatIsDownAtTheStart_isAskedAgainAndTheServerRecovers() {
    front.stubFor(get(anyUrl()).willReturn(serverError()));
    try (ResourceServer server = server()) {
      assertUnavailable(server.decide(request()), ReasonCode.DISCOVERY_FAILED);
      assertUnavailable(server.decide(request()), ReasonCode.DISCOVERY_FAILED);
      assertThat(front.getAllServeEvents()).as("two places, once").hasSize(2);
      publish();
      clock.advance(Duration.ofSeconds(1));

      assertGranted(server.decide(request()));
    }
  }

  @Test
  void issuerThatRefusesConnections_isUnavailable() {
    FakeRequest request = request();
    AuthorizationServer gone = AuthorizationServer.of(front.baseUrl());
    front.stop();
    try (ResourceServer server = server(gone)) {
      AccessDecision decision = server.decide(request);

      assertUnavailable(decision, ReasonCode.DISCOVERY_FAILED);
      assertThat(new String(((AccessDecision.Refused) decision).body(), StandardCharsets.UTF_8))
          .isEqualTo(
              "{\"error\":\"temporarily_unavailable\","
                  + "\"message\":\"The authorization server cannot be reached\"}");
    }
  }

  @Test
  void outageWithoutACredential_isNoneOfTheClientsConcern() {
    front.stubFor(get(anyUrl()).willReturn(serverError()));
    try (ResourceServer server = server()) {
      assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
      assertThat(front.getAllServeEvents()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"status\":\"error\"}",
        "{\"keys\":[]}",
        "<html>",
        "{\"keys\":[{\"kty\":1}]}"
      })
  void junkInsteadOfKeys_keepsTheOldOnesWithinABound(String junk) {
    publish();
    try (ResourceServer server = server()) {
      assertGranted(server.decide(request()));
      front.stubFor(get("/jwks").willReturn(ok(junk)));
      clock.advance(Duration.ofMinutes(6));
      assertGranted(server.decide(request()));
      clock.advance(Duration.ofMinutes(60));

      assertUnavailable(server.decide(request()), ReasonCode.KEYS_UNAVAILABLE);
    }
  }

  @Test
  void rotatedKey_isAcceptedAndTheOldOneRefused() {
    try (TestIssuer rotating = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = server(AuthorizationServer.of(rotating.issuer()))) {
      String old = rotating.token(ProtectedServer.RESOURCE).mint();
      assertGranted(server.decide(FakeRequest.get().bearer(old)));
      rotating.rotateKey();
      String fresh = rotating.token(ProtectedServer.RESOURCE).mint();
      clock.advance(Duration.ofSeconds(1));

      assertGranted(server.decide(FakeRequest.get().bearer(fresh)));
      clock.advance(Duration.ofSeconds(1));
      assertInvalidToken(server.decide(FakeRequest.get().bearer(old)), ReasonCode.KEY_NOT_FOUND);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://evil.example.com", "http://127.0.0.1:1", "file:///etc/passwd", ""})
  void unknownIssuer_causesNoRequest(String iss) {
    publish();
    try (ResourceServer server = server()) {
      String token = token().claim("iss", iss).header("kid", "x").withoutHeader("typ").mint();

      assertInvalidToken(server.decide(FakeRequest.get().bearer(token)), ReasonCode.WRONG_ISSUER);
      assertThat(front.getAllServeEvents()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jku", "x5u"})
  void addressOfAKeyInTheHeader_isNotRequested(String member) {
    publish();
    try (ResourceServer server = server()) {
      String token = token().header(member, front.baseUrl() + "/evil").mint();

      assertGranted(server.decide(FakeRequest.get().bearer(token)));
      front.verify(0, getRequestedFor(urlEqualTo("/evil")));
    }
  }

  @Test
  void closedServer_grantsNothing() {
    publish();
    ResourceServer server = server();
    assertGranted(server.decide(request()));
    server.close();

    assertUnavailable(server.decide(request()), ReasonCode.KEYS_UNAVAILABLE);
    assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
  }

  private ResourceServer server() {
    return server(AuthorizationServer.of(front.baseUrl()));
  }

  private ResourceServer server(AuthorizationServer issuer) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE, issuer, ToolPolicy.builder().initialScopes("mcp").build())
        .clock(clock)
        .build();
  }

  /** What the signer publishes now, under the name of the front. */
  private void publish() {
    front.stubFor(
        get("/.well-known/oauth-authorization-server")
            .willReturn(
                ok(
                    "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}"
                        .formatted(front.baseUrl(), front.baseUrl()))));
    front.stubFor(get("/jwks").willReturn(ok(keysOfSigner())));
  }

  private String keysOfSigner() {
    try (InputStream keys = URI.create(SIGNER.jwksUri()).toURL().openStream()) {
      return new String(keys.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FakeRequest request() {
    return FakeRequest.get().bearer(token().mint());
  }

  private TestIssuer.Token token() {
    return SIGNER
        .token(ProtectedServer.RESOURCE)
        .claim("iss", front.baseUrl())
        .claim("exp", clock.instant().plusSeconds(300).getEpochSecond());
  }
}
