package io.mcpauth.authserver;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.TestOutbound;
import io.mcpauth.store.WatchedStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys at a {@code jwks_uri}. */
class ClientKeyAddressTest {
  private static final String ISSUER = "https://as.example.com";
  private static final String CLIENT = "https://app.example.com/client.json";
  private static final String PATH = "/jwks";
  private static final TestKey ONE = TestKey.ec("one");
  private static final TestKey TWO = TestKey.ec("two");

  private final MutableClock clock = new MutableClock();
  private final DocumentHost host = new DocumentHost();
  private final ClientAssertionVerifier verifier =
      ClientAssertionVerifier.builder(ISSUER, new WatchedStore(clock))
          .clock(clock)
          .allowLoopbackKeysForDevelopment()
          .build();

  @AfterEach
  void close() {
    verifier.close();
    host.close();
  }

  @Test
  void keys_areFetchedOnceAndSharedByTheClientsOfAnAddress() {
    publish(ONE);
    verify(ONE);
    verify(ONE);
    String other = CLIENT + "2";
    ClientAssertion assertion = assertion(ONE, other);

    assertThat(verifier.verify(assertion, other, keys())).isEqualTo(other);
    assertThat(host.requests(PATH)).isEqualTo(1);
  }

  @Test
  void newKey_isFoundByAskingAgainOnceASecond() {
    publish(ONE);
    verify(ONE);
    publish(ONE, TWO);
    clock.advance(Duration.ofSeconds(1));
    verify(TWO);
    assertThat(host.requests(PATH)).isEqualTo(2);
  }

  @Test
  void floodOfUnknownKeyIds_asksOnceASecond() {
    publish(ONE);
    verify(ONE);
    for (int i = 0; i < 20; i++) {
      ClientAssertion unknown = assertion(TestKey.ec("unknown-" + i), CLIENT);
      ReasonCode reason = Refusals.reason(() -> verifier.verify(unknown, CLIENT, keys()));
      assertThat(reason)
          .isIn(ReasonCode.CLIENT_ASSERTION_INVALID, ReasonCode.CLIENT_KEYS_UNAVAILABLE);
    }
    assertThat(host.requests(PATH)).isEqualTo(2);
    verify(ONE);
  }

  @Test
  void removedKey_isRefusedAfterFiveMinutes() {
    publish(ONE, TWO);
    verify(TWO);
    publish(ONE);
    clock.advance(Duration.ofMinutes(5));

    assertThat(Refusals.reason(() -> verify(TWO))).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    verify(ONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"keys\":[]}", "[]", "<html>", "{\"keys\":{}}"})
  void answerWithoutKeys_isNoVerdict(String body) {
    host.answer(PATH, DocumentHost.json(body));

    assertThat(Refusals.reason(() -> verify(ONE))).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
  }

  @Test
  void failureAndRedirect_areNoVerdict() {
    host.answer(PATH, aResponse().withStatus(500));
    assertThat(Refusals.reason(() -> verify(ONE))).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);

    clock.advance(Duration.ofSeconds(1));
    host.answer("/elsewhere", DocumentHost.json(Documents.json(TestKey.set(ONE))));
    host.answer(PATH, aResponse().withStatus(302).withHeader("Location", host.url("/elsewhere")));
    assertThat(Refusals.reason(() -> verify(ONE))).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
    assertThat(host.requests("/elsewhere")).isZero();
  }

  @Test
  void publishedPrivateKey_provesNothing() {
    host.answer(PATH, DocumentHost.json(Documents.json(Map.of("keys", List.of(ONE.privateJwk())))));

    assertThat(Refusals.reason(() -> verify(ONE))).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7f000001",
        "0a000001",
        "a9fea9fe",
        "00000000000000000000ffff7f000001",
        "0064ff9b0000000000000000a9fea9fe",
        "20027f00000100000000000000000001"
      })
  void addressInsideTheNetwork_isNotConnectedTo(String address) {
    TestOutbound outbound = TestOutbound.resolvingTo(address);
    try (ClientAssertionVerifier strict =
        ClientAssertionVerifier.builder(ISSUER, new WatchedStore(clock))
            .clock(clock)
            .allowLoopbackKeysForDevelopment()
            .build(outbound.http())) {
      AuthException refusal =
          Refusals.refusal(
              () ->
                  strict.verify(
                      assertion(ONE, CLIENT), CLIENT, keysAt("https://inner.example/jwks")));

      assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
      assertThat(refusal.facts()).containsEntry("problem", "ADDRESS_REFUSED");
      assertThat(outbound.lookups()).isEqualTo(1);
    }
  }

  @Test
  void loopbackWithoutTheSwitch_isNotFetched() {
    publish(ONE);
    try (ClientAssertionVerifier strict =
        ClientAssertionVerifier.builder(ISSUER, new WatchedStore(clock)).clock(clock).build()) {
      assertThat(Refusals.reason(() -> strict.verify(assertion(ONE, CLIENT), CLIENT, keys())))
          .isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
    }
    assertThat(host.requests(PATH)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example.com/jwks",
        "ftp://app.example.com/jwks",
        "javascript:alert(1)",
        "https://user@app.example.com/jwks",
        "https://app.example.com/jwks#x",
        "https:///jwks",
        "jwks",
        "not a url"
      })
  void addressThatIsNone_isRefused(String address) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keysAt(address))
        .withMessageContaining("jwks_uri must be");
  }

  @Test
  void keysInTwoPlacesOrNone_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKeys.ofClient(ClientMetadata.of(Map.of())));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ClientKeys.ofClient(
                    ClientMetadata.of(
                        Map.of("jwks", TestKey.set(ONE), "jwks_uri", "https://a.example/jwks"))));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ClientKeys.ofClient(ClientMetadata.of(Map.of("jwks", Map.of("keys", List.of())))))
        .withMessageContaining("no key");
  }

  @Test
  void moreKeysThanAnybodyNeeds_areNotTried() {
    TestKey[] many = new TestKey[21];
    Arrays.fill(many, ONE);
    publish(many);

    assertThat(Refusals.reason(() -> verify(ONE))).isEqualTo(ReasonCode.CLIENT_KEYS_UNAVAILABLE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientKeys.ofClient(ClientMetadata.of(Map.of("jwks", TestKey.set(many)))))
        .withMessageContaining("20");
  }

  private void publish(TestKey... keys) {
    host.answer(PATH, DocumentHost.json(Documents.json(TestKey.set(keys))));
  }

  private void verify(TestKey key) {
    assertThat(verifier.verify(assertion(key, CLIENT), CLIENT, keys())).isEqualTo(CLIENT);
  }

  private ClientAssertion assertion(TestKey key, String clientId) {
    return ClientAssertion.parse(
        ClientAssertion.TYPE,
        new AssertionBuilder(key, clientId, ISSUER, clock.instant()).compact());
  }

  private ClientKeys keys() {
    return keysAt(host.url(PATH));
  }

  private static ClientKeys keysAt(String address) {
    return ClientKeys.ofClient(ClientMetadata.of(Map.of("jwks_uri", address)));
  }
}
