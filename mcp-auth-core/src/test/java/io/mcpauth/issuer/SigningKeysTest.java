package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.MutableClock;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.WatchedStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The keys of signed access tokens, as nodes share, rotate and lose them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SigningKeysTest {
  private static final String ISSUER = "https://auth.test";
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int NODES = 4;
  private static final Duration DAY = Duration.ofDays(1);

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final SealKeys sealKeys = SealKeys.generated();

  private SigningKeys node() {
    return SigningKeys.start(ISSUER, store, sealKeys, clock);
  }

  private static byte[] random() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /** Signs a token that lasts an hour; the id of the key. */
  private String sign(SigningKeys node) {
    return sign(node, HOUR);
  }

  private String sign(SigningKeys node, Duration lifetime) {
    return node.signer(clock.instant().plus(lifetime)).thumbprint();
  }

  private static List<String> published(SigningKeys node) {
    return node.publicJwks().stream().map(jwk -> String.valueOf(jwk.get("kid"))).toList();
  }

  @Test
  void twoNodes_signWithOneKey() {
    SigningKeys first = node();
    SigningKeys second = node();
    assertThat(sign(second)).isEqualTo(sign(first));
    assertThat(published(first)).containsExactly(sign(first));
    assertThat(published(second)).containsExactly(sign(first));
  }

  @Test
  void nodesThatStartAtOnce_signWithOneKey() throws Exception {
    assertThat(new HashSet<>(atOnce(() -> sign(node())))).hasSize(1);
  }

  @Test
  void nodesThatRotateAtOnce_makeOneKey() throws Exception {
    Queue<SigningKeys> nodes = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(node());
    }
    List<SigningKeys> all = List.copyOf(nodes);
    clock.advance(Duration.ofDays(89).plusMinutes(2));
    Set<List<String>> seen = new HashSet<>(atOnce(() -> published(nodes.remove())));
    assertThat(seen).hasSize(1).allSatisfy(ids -> assertThat(ids).hasSize(2));
    clock.advance(DAY);
    String next = seen.iterator().next().get(1);
    assertThat(all).allSatisfy(node -> assertThat(sign(node)).isEqualTo(next));
  }

  private static <T> List<T> atOnce(Callable<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> one : threads.invokeAll(Collections.nCopies(NODES, work))) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void nodeThatIsSlower_takesTheKeyOfTheOther() {
    List<SigningKeys> faster = new ArrayList<>();
    store.beforeNextCreate(() -> faster.add(node()));
    SigningKeys slower = node();
    assertThat(faster).hasSize(1);
    assertThat(sign(slower)).isEqualTo(sign(faster.get(0)));
  }

  @Test
  void publishedKey_isOfRs256AndHasNothingPrivate() {
    assertThat(node().publicJwks())
        .singleElement()
        .satisfies(
            jwk -> {
              assertThat(jwk).containsOnlyKeys("kty", "kid", "use", "alg", "n", "e");
              assertThat(jwk)
                  .containsAllEntriesOf(
                      Map.of("kty", "RSA", "use", "sig", "alg", "RS256", "e", "AQAB"));
              assertThat(String.valueOf(jwk.get("n"))).hasSize(342); // 2048 bits
            });
  }

  @Test
  void valueInTheStore_saysNothingOfTheKey() {
    SigningKeys node = node();
    String id = sign(node);
    String text = store.dump();
    assertThat(text).contains(SigningKeys.KEYS).doesNotContain(id).doesNotContain("\"kty\"");
    assertThat(node.toString()).contains(id).doesNotContain("\"d\"");
  }

  @Test
  void nextKey_isPublishedADayBeforeItSignsAndTheFormerUntilItsTokensEnded() {
    SigningKeys node = node();
    String first = sign(node);
    clock.advance(Duration.ofDays(89).minusSeconds(1));
    assertThat(sign(node)).isEqualTo(first);
    assertThat(published(node)).containsExactly(first);

    clock.advance(Duration.ofMinutes(2));
    assertThat(published(node)).hasSize(2).startsWith(first);
    String second = published(node).get(1);
    clock.advance(DAY.minus(HOUR));
    assertThat(sign(node)).isEqualTo(first);

    clock.advance(HOUR);
    assertThat(sign(node)).isEqualTo(second);
    // The last token of the first lasted an hour; the ends are rounded up by a day.
    assertThat(published(node)).containsExactly(first, second);
    clock.advance(DAY.plus(HOUR).plus(KeyRing.CLOCKS_APART));
    assertThat(sign(node)).isEqualTo(second);
    assertThat(published(node)).containsExactly(second);
  }

  @Test
  void tokenOfThreeMonths_keepsItsKeyPublished() {
    SigningKeys node = node();
    String first = sign(node, Duration.ofDays(90));
    for (int day = 0; day < 90; day++) {
      clock.advance(DAY);
      String unused = sign(node);
      assertThat(published(node)).contains(first);
    }
    clock.advance(Duration.ofDays(5));
    assertThat(sign(node)).isNotEqualTo(first);
    assertThat(published(node)).doesNotContain(first);
  }

  @Test
  void rotation_isOneOnAllNodes() {
    SigningKeys first = node();
    SigningKeys second = node();
    String before = sign(first);
    clock.advance(Duration.ofDays(89).plusMinutes(2));
    List<String> seen = published(first);
    assertThat(seen).hasSize(2);
    assertThat(published(second)).isEqualTo(seen);
    assertThat(published(node())).isEqualTo(seen);
    clock.advance(DAY);
    assertThat(sign(second)).isEqualTo(seen.get(1)).isNotEqualTo(before);
    assertThat(sign(first)).isEqualTo(seen.get(1));
  }

  /** A node that looked a moment ago knows the next key all the same: it has had it for a day. */
  @Test
  void changeToTheNextKey_waitsForNoLook() {
    SigningKeys node = node();
    clock.advance(Duration.ofDays(89).plusMinutes(2));
    String next = published(node).get(1);
    clock.advance(DAY.minusSeconds(30));
    assertThat(sign(node)).isNotEqualTo(next);
    clock.advance(Duration.ofSeconds(30));
    assertThat(sign(node)).isEqualTo(next);
  }

  /** Whoever keeps the key set would not know a key that signs at once. */
  @Test
  void serverThatNobodyUsedForAYear_publishesTheNextKeyADayAheadToo() {
    SigningKeys node = node();
    String first = sign(node);
    clock.advance(Duration.ofDays(365));
    assertThat(sign(node)).isEqualTo(first);
    assertThat(published(node)).hasSize(2).startsWith(first);
    clock.advance(DAY.minusSeconds(1));
    assertThat(sign(node)).isEqualTo(first);
    clock.advance(Duration.ofSeconds(1));
    assertThat(sign(node)).isEqualTo(published(node).get(1));
  }

  /** Its secret is of no use any more, and cannot be stolen. */
  @Test
  void keyThatSignsNoMore_hasNoSecretLeft() {
    Instant now = clock.instant();
    RingKey old = key("old", now.minus(DAY), now.plus(DAY));
    RingKey current = key("current", now.minus(KeyRing.CLOCKS_APART), now.plus(DAY));
    RingKey next = key("next", now.plus(DAY), now.plus(DAY));
    KeyRing ring = new KeyRing(List.of(old, current, next)).tidied(now);
    assertThat(ring.keys()).containsExactly(old.withoutSecret(), current, next);
    assertThat(KeyRing.read(ring.json())).isEqualTo(ring);
  }

  private static RingKey key(String id, Instant signsFrom, Instant tokensUntil) {
    return new RingKey(Map.of("kid", id), "secret", signsFrom, tokensUntil);
  }

  @Test
  void lostSealKey_stopsTheStartAndSaysWhatToDo() {
    String before = sign(node());
    String text = store.dump();
    assertThatIllegalStateException()
        .isThrownBy(() -> SigningKeys.start(ISSUER, store, SealKeys.generated(), clock))
        .withMessageContaining("the access tokens of 'https://auth.test' cannot be read")
        .withMessageContaining("Put the key back behind the current one.")
        .withMessageContaining("DELETE FROM mcp_auth_entry WHERE collection = 'oauth.key'")
        .withMessageContaining(Opaque.hash(ISSUER));
    assertThat(store.dump()).isEqualTo(text);
    assertThat(sign(node())).isEqualTo(before);

    assertThat(store.remove(SigningKeys.KEYS, Opaque.hash(ISSUER))).isTrue();
    assertThat(sign(SigningKeys.start(ISSUER, store, SealKeys.generated(), clock)))
        .isNotEqualTo(before);
  }

  @Test
  void newSealKey_sealsAnewSoThatTheOldOneMayGo() {
    byte[] old = random();
    byte[] current = random();
    String before = sign(SigningKeys.start(ISSUER, store, SealKeys.of(old), clock));
    assertThat(sign(SigningKeys.start(ISSUER, store, SealKeys.of(current, old), clock)))
        .isEqualTo(before);
    assertThat(sign(SigningKeys.start(ISSUER, store, SealKeys.of(current), clock)))
        .isEqualTo(before);
  }

  @Test
  void keysOfAnotherIssuer_doNotOpenAsThoseOfThisOne() {
    SigningKeys unused = SigningKeys.start("https://other.test", store, sealKeys, clock);
    store.copy(SigningKeys.KEYS, Opaque.hash("https://other.test"), Opaque.hash(ISSUER));
    assertThatIllegalStateException()
        .isThrownBy(this::node)
        .withMessageContaining("it belongs to another entry");
  }

  @Test
  void issuersOnOneStore_haveKeysOfTheirOwn() {
    assertThat(sign(node()))
        .isNotEqualTo(sign(SigningKeys.start("https://other.test", store, sealKeys, clock)));
  }

  @Test
  void storeThatIsDown_leavesTheKeySetAsItWas() {
    SigningKeys node = node();
    List<String> before = published(node);
    store.breakDown();
    clock.advance(Duration.ofDays(100));
    assertThat(published(node)).isEqualTo(before);
    // Nobody would publish the key for as long as this token lasts.
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> sign(node));
    assertThatExceptionOfType(StoreException.class).isThrownBy(this::node);
    store.repair();
    assertThat(sign(node)).isEqualTo(before.get(0));
  }

  /** Another node's seal key was changed first: this one goes on with what it knows. */
  @Test
  void entryThatDoesNotOpenAnyMore_leavesTheKeySetAsItWas() {
    byte[] old = random();
    SigningKeys node = SigningKeys.start(ISSUER, store, SealKeys.of(old), clock);
    String before = sign(node);
    SigningKeys unused = SigningKeys.start(ISSUER, store, SealKeys.of(random(), old), clock);
    clock.advance(Duration.ofMinutes(2));
    assertThat(sign(node)).isEqualTo(before);
    assertThat(published(node)).containsExactly(before);
    clock.advance(Duration.ofDays(3));
    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> sign(node));
  }
}
