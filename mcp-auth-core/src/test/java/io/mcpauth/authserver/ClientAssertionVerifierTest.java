package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import io.mcpauth.MutableClock;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import io.mcpauth.store.WatchedStore;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAssertionVerifierTest {
  private static final String ISSUER = "https://as.example.com";
  private static final String TOKEN_ENDPOINT = "https://as.example.com/token";
  private static final String CLIENT = "https://app.example.com/client.json";
  private static final TestKey RSA = TestKey.rsa("rsa-1");
  private static final TestKey EC = TestKey.ec("ec-1");
  private static final ClientKeys KEYS = keys(TestKey.set(RSA, EC));

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final ClientAssertionVerifier verifier =
      ClientAssertionVerifier.builder(ISSUER, store).clock(clock).build();

  @AfterEach
  void close() {
    verifier.close();
  }

  @Test
  void goodAssertion_provesTheClient() {
    assertThat(verify(good().compact())).isEqualTo(CLIENT);
    assertThat(verify(assertion(EC).compact())).isEqualTo(CLIENT);
    assertThat(ClientAssertion.parse(ClientAssertion.TYPE, good().compact()).claimedClientId())
        .isEqualTo(CLIENT);
  }

  @Test
  void registeredClient_isProvenAlike() {
    String compact = new AssertionBuilder(RSA, "s6BhdRkqt3", ISSUER, clock.instant()).compact();
    ClientAssertion assertion = ClientAssertion.parse(ClientAssertion.TYPE, compact);

    assertThat(verifier.verify(assertion, "s6BhdRkqt3", KEYS)).isEqualTo("s6BhdRkqt3");
  }

  /** A client publishes what it likes: twenty keys of one id, of which none made the signature. */
  @Test
  void forgedAssertion_costsTwoChecksAndNoneWhenRepeated() {
    TestKey[] published =
        IntStream.range(0, 20).mapToObj(i -> TestKey.ec("k")).toArray(TestKey[]::new);
    ClientKeys keys = keys(TestKey.set(published));
    String forged = assertion(TestKey.ec("k")).compact();
    for (int i = 0; i < 5; i++) {
      ClientAssertion assertion = ClientAssertion.parse(ClientAssertion.TYPE, forged);
      assertThat(Refusals.reason(() -> verifier.verify(assertion, CLIENT, keys)))
          .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
      assertThat(verifier.signatureChecks()).isEqualTo(2);
    }
    assertThat(verify(good().compact())).isEqualTo(CLIENT);
    assertThat(verifier.signatureChecks()).isEqualTo(3);
  }

  /** RFC 8414 section 2: what is not offered is not tried either. */
  @Test
  void algorithmThatIsNotOffered_costsNoCheck() {
    try (ClientAssertionVerifier picky =
        ClientAssertionVerifier.builder(ISSUER, store)
            .clock(clock)
            .signingAlgs("ES256", "ES512")
            .build()) {
      ClientAssertion rsa = ClientAssertion.parse(ClientAssertion.TYPE, good().compact());
      assertThat(Refusals.reason(() -> picky.verify(rsa, CLIENT, KEYS)))
          .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
      assertThat(picky.signatureChecks()).isZero();

      ClientAssertion ec = ClientAssertion.parse(ClientAssertion.TYPE, assertion(EC).compact());
      assertThat(picky.verify(ec, CLIENT, KEYS)).isEqualTo(CLIENT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client-authentication+jwt",
        "application/client-authentication+jwt",
        "JWT",
        "jwt"
      })
  void typeOfAnAssertion_isAccepted(String type) {
    assertThat(verify(good().header("typ", type).compact())).isEqualTo(CLIENT);
    assertThat(verify(good().withoutHeader("typ").compact())).isEqualTo(CLIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"at+jwt", "dpop+jwt", "logout+jwt", "", "oauth-id-jag+jwt"})
  void typeOfAnotherToken_isRefused(String type) {
    assertInvalid(good().header("typ", type), "TOKEN_TYPE_NOT_ACCEPTED");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"})
  void otherAssertionType_isRefused(@Nullable String type) {
    assertThat(Refusals.reason(() -> ClientAssertion.parse(type, good().compact())))
        .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void issuerAndSubject_mustBothBeTheClient() {
    assertInvalid(good().claim("iss", "https://evil.example/client"));
    assertInvalid(good().claim("sub", "https://evil.example/client"));
    assertInvalid(good().without("iss"));
    assertInvalid(good().without("sub"));
    assertInvalid(good().claim("iss", "").claim("sub", ""));
    assertInvalid(good().claim("iss", List.of(CLIENT)).claim("sub", List.of(CLIENT)));
    assertInvalid(
        new AssertionBuilder(RSA, "https://app.example.com/client.jso", ISSUER, clock.instant()));
  }

  @Test
  void audienceOtherThanTheIssuerAlone_isRefused() {
    assertInvalid(good().without("aud"));
    assertInvalid(good().claim("aud", ISSUER + "/"));
    assertInvalid(good().claim("aud", "https://AS.example.com"));
    assertInvalid(good().claim("aud", "https://as.example.com.evil.example"));
    assertInvalid(good().claim("aud", TOKEN_ENDPOINT));
    assertInvalid(good().claim("aud", List.of()));
    assertInvalid(good().claim("aud", List.of(ISSUER, "https://evil.example")));
    assertInvalid(good().claim("aud", List.of(ISSUER, ISSUER)));
    assertInvalid(good().claim("aud", Map.of("x", ISSUER)));
    assertInvalid(good().claim("aud", true));
    assertThat(verify(good().claim("aud", List.of(ISSUER)).compact())).isEqualTo(CLIENT);
  }

  @Test
  void tokenEndpointAsAudience_isAcceptedOnlyWhereItIsSwitchedOn() {
    try (ClientAssertionVerifier lenient =
        ClientAssertionVerifier.builder(ISSUER, store)
            .clock(clock)
            .acceptTokenEndpointAsAudience(URI.create(TOKEN_ENDPOINT))
            .build()) {
      assertThat(verify(lenient, good().claim("aud", TOKEN_ENDPOINT).compact())).isEqualTo(CLIENT);
      assertThat(verify(lenient, good().compact())).isEqualTo(CLIENT);
      assertInvalid(lenient, good().claim("aud", TOKEN_ENDPOINT + "/"), "expected");
      assertInvalid(lenient, good().claim("aud", List.of(TOKEN_ENDPOINT, ISSUER)), "expected");
    }
  }

  /** Seconds from now: iat, exp. */
  @ParameterizedTest
  @CsvSource({
    "0, 300, true",
    "0, 360, true",
    "0, 361, false",
    "0, 86400, false",
    "-60, -55, true",
    "-120, -60, false",
    "-120, -65, false",
    "60, 120, true",
    "61, 120, false",
    "-3000, 300, false",
    "-300, 60, true",
    "-301, 60, false"
  })
  void lifetime_isShortAndNow(int iat, int exp, boolean accepted) {
    AssertionBuilder assertion =
        good().claim("iat", seconds(iat)).expiresIn(Duration.ofSeconds(exp));
    if (accepted) {
      assertThat(verify(assertion.compact())).isEqualTo(CLIENT);
    } else {
      assertInvalid(assertion);
    }
  }

  @Test
  void timesThatAreNone_areRefused() {
    assertInvalid(good().without("exp"));
    assertInvalid(good().claim("exp", "soon"));
    assertInvalid(good().claim("exp", true));
    assertInvalid(good().claim("exp", new BigDecimal("1e300")));
    assertInvalid(good().claim("nbf", seconds(61)));
    assertInvalid(good().claim("iat", "now"));
  }

  @Test
  void assertionWithoutAnId_isRefused() {
    assertInvalid(good().without("jti"));
    assertInvalid(good().claim("jti", ""));
    assertInvalid(good().claim("jti", 7L));
  }

  @Test
  void assertionUsedTwice_isRefusedAsLongAsItIsGood() {
    String compact = good().expiresIn(Duration.ofMinutes(5)).compact();
    verify(compact);

    assertThat(reason(compact)).isEqualTo(ReasonCode.CLIENT_ASSERTION_REPLAYED);
    clock.advance(Duration.ofSeconds(359));
    assertThat(reason(compact)).isEqualTo(ReasonCode.CLIENT_ASSERTION_REPLAYED);
    clock.advance(Duration.ofSeconds(1));
    assertThat(reason(compact)).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void assertionUsedOnAnotherNode_isRefused() {
    String compact = good().compact();
    verify(compact);
    try (ClientAssertionVerifier other =
        ClientAssertionVerifier.builder(ISSUER, store).clock(clock).build()) {
      assertThat(Refusals.reason(() -> verify(other, compact)))
          .isEqualTo(ReasonCode.CLIENT_ASSERTION_REPLAYED);
    }
  }

  @Test
  void sameIdOfAnotherClient_isAnother() {
    verify(good().claim("jti", "one").compact());
    String other =
        new AssertionBuilder(RSA, CLIENT + "x", ISSUER, clock.instant())
            .claim("jti", "one")
            .compact();
    ClientAssertion assertion = ClientAssertion.parse(ClientAssertion.TYPE, other);

    assertThat(verifier.verify(assertion, CLIENT + "x", KEYS)).isEqualTo(CLIENT + "x");
  }

  @Test
  void crowdWithOneAssertion_hasOneWinner() throws Exception {
    String compact = good().compact();
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(
          () -> {
            try {
              return verify(compact).equals(CLIENT);
            } catch (AuthException e) {
              assertThat(e.reason()).isEqualTo(ReasonCode.CLIENT_ASSERTION_REPLAYED);
              return false;
            }
          });
    }
    int winners = 0;
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      for (Future<Boolean> won : threads.invokeAll(calls)) {
        winners += won.get() ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(winners).isEqualTo(1);
  }

  /** Whoever publishes a client signs as many as he likes. */
  @Test
  void clientThatUsesTooMany_isRefusedAloneUntilTheyHaveEnded() {
    for (int i = 0; i < ClientAssertionVerifier.MOST_USED; i++) {
      store.create(
          "client-assertion", "k" + i, StoreKey.hash(CLIENT), "1", clock.instant().plusSeconds(60));
    }
    assertThat(reason(good().compact())).isEqualTo(ReasonCode.OVER_LIMIT);
    String other = "https://other.example.com/client.json";
    String assertion = new AssertionBuilder(RSA, other, ISSUER, clock.instant()).compact();
    assertThat(verifier.verify(ClientAssertion.parse(ClientAssertion.TYPE, assertion), other, KEYS))
        .isEqualTo(other);
    clock.advance(Duration.ofSeconds(60));

    assertThat(verify(good().compact())).isEqualTo(CLIENT);
  }

  @Test
  void forgedAssertion_usesUpNoId() {
    TestKey stranger = TestKey.rsa("rsa-1");
    assertInvalid(assertion(stranger).claim("jti", "one"), "SIGNATURE_INVALID");

    assertThat(verify(good().claim("jti", "one").compact())).isEqualTo(CLIENT);
  }

  @Test
  void storeThatFails_isNoVerdict() {
    Store broken =
        (Store)
            Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> {
                  throw new StoreException("down", new IllegalStateException());
                });
    try (ClientAssertionVerifier other =
        ClientAssertionVerifier.builder(ISSUER, broken).clock(clock).build()) {
      assertThat(Refusals.reason(() -> verify(other, good().compact())))
          .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
    }
  }

  @Test
  void unsignedAssertion_isRefused() {
    for (String none : List.of("none", "None", "NONE", "")) {
      String input = good().header("alg", none).signingInput();
      assertThat(reason(input + ".")).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    }
    assertThat(reason(good().signingInput() + ".")).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void publicKeyAsSecret_isRefused() throws Exception {
    String input = good().header("alg", "HS256").signingInput();
    String mac =
        new MACSigner(RSA.modulus())
            .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.US_ASCII))
            .toString();

    assertThat(reason(input + "." + mac)).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void keyOfTheSendersChoice_isRefused() {
    TestKey own = TestKey.rsa("own");
    AssertionBuilder embedded = assertion(own).header("jwk", own.publicJwk());
    assertThat(reason(embedded.compact())).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    for (String member : List.of("crit", "b64", "cty")) {
      String compact = good().header(member, "https://evil.example/jwks").compact();
      assertThat(reason(compact)).as(member).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    }
  }

  /** RFC 8725 section 3.10: the registered keys decide. */
  @Test
  void addressOfKeysInTheHeader_changesNothing() {
    for (String member : List.of("jku", "x5u", "x5c", "x5t")) {
      String stranger =
          assertion(TestKey.rsa("own")).header(member, "https://evil.example/jwks").compact();
      assertThat(reason(stranger)).as(member).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
      String own = good().header(member, "https://evil.example/jwks").compact();
      assertThat(verify(own)).as(member).isEqualTo(CLIENT);
    }
  }

  @Test
  void keyIdOfAnotherKey_isRefused() {
    assertInvalid(good().header("kid", EC.kid()), "KEY_NOT_FOUND");
    assertInvalid(good().header("kid", "../../etc/passwd"), "KEY_NOT_FOUND");
    assertInvalid(assertion(TestKey.rsa("rsa-1")), "SIGNATURE_INVALID");
    assertThat(reason(good().header("kid", 7L).compact()))
        .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void assertionWithoutAKeyId_isTriedWithTwoKeysThatFit() {
    assertThat(verify(good().withoutHeader("kid").compact())).isEqualTo(CLIENT);

    assertThat(withoutKeyId(TestKey.set(TestKey.rsa("rsa-2"), RSA))).isNull();
    assertThat(withoutKeyId(TestKey.set(TestKey.rsa("rsa-2"), TestKey.rsa("rsa-3"), RSA)))
        .as("a client publishes what it likes, and each try costs")
        .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  private @Nullable ReasonCode withoutKeyId(Map<String, Object> jwks) {
    ClientAssertion assertion =
        ClientAssertion.parse(ClientAssertion.TYPE, good().withoutHeader("kid").compact());
    try {
      assertThat(verifier.verify(assertion, CLIENT, keys(jwks))).isEqualTo(CLIENT);
      return null;
    } catch (AuthException e) {
      return e.reason();
    }
  }

  @Test
  void otherAlgorithmThanTheRegisteredOne_isRefused() {
    ClientKeys onlyEc =
        ClientKeys.ofClient(
            ClientMetadata.of(
                Map.of("jwks", TestKey.set(RSA, EC), "token_endpoint_auth_signing_alg", "ES256")));
    ClientAssertion rsa = ClientAssertion.parse(ClientAssertion.TYPE, good().compact());
    ClientAssertion ec = ClientAssertion.parse(ClientAssertion.TYPE, assertion(EC).compact());

    assertThat(Refusals.reason(() -> verifier.verify(rsa, CLIENT, onlyEc)))
        .isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    assertThat(verifier.verify(ec, CLIENT, onlyEc)).isEqualTo(CLIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a.b", "a.b.c", "a.b.c.d.e", "\u00e9.x.y", "e30.e30.e30"})
  void textThatIsNoJwt_isRefused(String text) {
    assertThat(reason(text)).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  @Test
  void hugeAssertion_isRefusedUnparsed() {
    AuthException refusal = Refusals.refusal(() -> verify("a".repeat(16 * 1024 + 1)));

    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    assertThat(refusal.facts()).containsEntry("because", "TOKEN_TOO_LARGE");
  }

  @Test
  void assertion_appearsInNoMessageAndNoKey() {
    String compact = good().claim("jti", "the-secret-id").compact();
    ClientAssertion assertion = ClientAssertion.parse(ClientAssertion.TYPE, compact);
    verifier.verify(assertion, CLIENT, KEYS);
    AuthException replay = Refusals.refusal(() -> verify(compact));
    AuthException forged =
        Refusals.refusal(() -> verify(compact.substring(0, compact.length() - 8) + "AAAAAAAA"));

    assertThat(assertion).hasToString("ClientAssertion[elided]");
    assertThat(assertion.jwt()).hasToString("SignedJwt[elided]");
    for (AuthException refusal : List.of(replay, forged)) {
      assertThat(refusal.getMessage() + refusal.description() + refusal.facts())
          .contains(CLIENT)
          .doesNotContain("the-secret-id", compact.substring(0, 40));
    }
    assertThat(store.dump()).isNotEmpty().doesNotContain("the-secret-id");
  }

  @Test
  void impossibleSettings_stopTheStart() {
    ClientAssertionVerifier.Builder builder = ClientAssertionVerifier.builder(ISSUER, store);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientAssertionVerifier.builder("", store));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.longestLifetime(Duration.ofHours(2)))
        .withMessageContaining("PT2H");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.longestLifetime(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.clockSkew(Duration.ofMinutes(6)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.acceptTokenEndpointAsAudience(URI.create("/token")));
  }

  private void assertInvalid(AssertionBuilder assertion) {
    assertThat(reason(assertion.compact())).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
  }

  private void assertInvalid(AssertionBuilder assertion, String because) {
    AuthException refusal = Refusals.refusal(() -> verify(assertion.compact()));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    assertThat(refusal.facts())
        .containsEntry("because", because)
        .containsEntry("client_id", CLIENT);
  }

  private static void assertInvalid(
      ClientAssertionVerifier verifier, AssertionBuilder assertion, String fact) {
    AuthException refusal = Refusals.refusal(() -> verify(verifier, assertion.compact()));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_ASSERTION_INVALID);
    assertThat(refusal.facts()).containsKey(fact);
  }

  private ReasonCode reason(String compact) {
    return Refusals.reason(() -> verify(compact));
  }

  private String verify(String compact) {
    return verify(verifier, compact);
  }

  private static String verify(ClientAssertionVerifier verifier, String compact) {
    return verifier.verify(ClientAssertion.parse(ClientAssertion.TYPE, compact), CLIENT, KEYS);
  }

  private AssertionBuilder good() {
    return assertion(RSA);
  }

  private AssertionBuilder assertion(TestKey key) {
    return new AssertionBuilder(key, CLIENT, ISSUER, clock.instant());
  }

  private long seconds(int fromNow) {
    return clock.instant().getEpochSecond() + fromNow;
  }

  private static ClientKeys keys(Map<String, @Nullable Object> jwks) {
    return ClientKeys.ofClient(ClientMetadata.of(Map.of("jwks", jwks)));
  }
}
