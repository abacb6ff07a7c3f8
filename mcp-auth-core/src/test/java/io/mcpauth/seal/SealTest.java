package io.mcpauth.seal;

import static io.mcpauth.seal.Callers.ALICE;
import static io.mcpauth.seal.Callers.ALICE_OF_ANOTHER_ISSUER;
import static io.mcpauth.seal.Callers.ALICE_WITH_ANOTHER_TOKEN_AND_CLIENT;
import static io.mcpauth.seal.Callers.BOB;
import static io.mcpauth.seal.Callers.CLIENT_NAMED_ALICE;
import static io.mcpauth.seal.Seals.MINUTE;
import static io.mcpauth.seal.Seals.NAMESPACE;
import static io.mcpauth.seal.Seals.PURPOSE;
import static io.mcpauth.seal.Seals.key;
import static io.mcpauth.seal.Seals.problem;
import static io.mcpauth.seal.Seals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom, for what and until when a sealed value opens. */
class SealTest {
  private final MutableClock clock = new MutableClock();
  private final Seal seal = Seals.seal(key(1)).withClock(clock);

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Z\u00fcrich \ud83d\ude00 \u0000\n", "{\"step\":2}"})
  void text_comesBackToItsCaller(String text) {
    String sealed = seal.seal(ALICE, PURPOSE, text, MINUTE);

    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 255, 32 * 1024})
  void bytes_comeBackToTheirCaller(int length) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = (byte) (i * 31);
    }
    String sealed = seal.seal(ALICE, PURPOSE, payload, MINUTE);

    assertThat(seal.open(ALICE, PURPOSE, sealed)).isEqualTo(payload);
    assertThat(sealed).matches("[A-Za-z0-9_.-]+").hasSizeLessThan(64 * 1024);
  }

  @Test
  void sameText_isSealedDifferentlyEachTime() {
    Set<String> sealed = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      sealed.add(seal.seal(ALICE, PURPOSE, "same", MINUTE));
    }

    assertThat(sealed).hasSize(1000);
  }

  @Test
  void anotherTokenAndClientOfTheUser_opens() {
    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);

    assertThat(seal.openText(ALICE_WITH_ANOTHER_TOKEN_AND_CLIENT, PURPOSE, sealed)).isEqualTo("x");
  }

  static List<McpPrincipal> everybody() {
    return List.of(ALICE, BOB, ALICE_OF_ANOTHER_ISSUER, CLIENT_NAMED_ALICE);
  }

  @ParameterizedTest
  @MethodSource("everybody")
  void value_opensForNobodyElse(McpPrincipal owner) {
    Seal open = seal.allowAnonymousCallers();
    String sealed = open.seal(owner, PURPOSE, "x", MINUTE);
    List<@Nullable McpPrincipal> others = new ArrayList<>(everybody());
    others.remove(owner);
    others.add(null);

    assertThat(open.openText(owner, PURPOSE, sealed)).isEqualTo("x");
    for (McpPrincipal other : others) {
      assertThat(refusal(open, other, PURPOSE, sealed)).containsEntry("problem", "another caller");
    }
  }

  @Test
  void valueOfNobody_opensForNobodyAlone() {
    Seal open = seal.allowAnonymousCallers();
    String sealed = open.seal(null, PURPOSE, "x", MINUTE);

    assertThat(open.openText(null, PURPOSE, sealed)).isEqualTo("x");
    assertThat(everybody())
        .allSatisfy(
            user ->
                assertThat(refusal(open, user, PURPOSE, sealed))
                    .containsEntry("problem", "another caller"));
  }

  @Test
  void nobody_isRefusedUnlessAllowed() {
    String sealed = seal.allowAnonymousCallers().seal(null, PURPOSE, "x", MINUTE);

    assertThat(refusal(seal, null, PURPOSE, sealed)).containsEntry("problem", "no caller");
    assertThatThrownBy(() -> seal.seal(null, PURPOSE, "x", MINUTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowAnonymousCallers()");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cart", "cart ", "car", "cart2", "\u0441art"})
  void anotherPurpose_isRefused(String purpose) {
    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);

    assertThat(refusal(seal, ALICE, purpose, sealed))
        .containsEntry("problem", "another purpose")
        .containsEntry("purpose", PURPOSE)
        .containsEntry("expected", purpose);
  }

  @ParameterizedTest
  @ValueSource(strings = {NAMESPACE + "/", "https://other.example.com/mcp"})
  void anotherNamespaceWithTheSameKeys_isRefused(String namespace) {
    SealKeys keys = SealKeys.of(key(1));
    String sealed = Seal.of(keys, NAMESPACE).seal(ALICE, PURPOSE, "x", MINUTE);

    assertThat(refusal(Seal.of(keys, namespace), ALICE, PURPOSE, sealed))
        .containsEntry("problem", "another namespace")
        .containsEntry("namespace", NAMESPACE);
  }

  @Test
  void borderBetweenNamespaceAndPurpose_cannotBeMoved() {
    SealKeys keys = SealKeys.of(key(1));
    String sealed = Seal.of(keys, "ab").seal(ALICE, "c", "x", MINUTE);

    assertThat(refusal(Seal.of(keys, "a"), ALICE, "bc", sealed))
        .containsEntry("problem", "another namespace, another purpose");
  }

  @Test
  void expiry_isExactToTheMillisecond() {
    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);

    clock.advance(MINUTE.minusMillis(1));
    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
    clock.advance(Duration.ofMillis(1));
    assertThat(refusal(seal, ALICE, PURPOSE, sealed))
        .containsEntry("problem", "expired")
        .containsEntry("expiredAt", "2026-11-23T12:01:00Z");
    clock.advance(Duration.ofDays(10_000));
    assertThat(problem(seal, sealed)).isEqualTo("expired");
  }

  @Test
  void severalDifferences_areAllNamedAndNobodyIs() {
    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);
    clock.advance(MINUTE);

    assertThat(refusal(seal, BOB, "other", sealed).toString())
        .contains("another purpose, another caller, expired")
        .doesNotContain("alice")
        .doesNotContain("bob");
  }

  @Test
  void purposeOfARequest_tiesTheValueToItsArguments() {
    String purpose = Seal.purpose("tools/call transfer", "a", "b");
    String sealed = seal.seal(ALICE, purpose, "x", MINUTE);

    assertThat(seal.openText(ALICE, Seal.purpose("tools/call transfer", "a", "b"), sealed))
        .isEqualTo("x");
    assertThat(
            List.of(
                Seal.purpose("tools/call transfer", "b", "a"),
                Seal.purpose("tools/call transfer", "ab"),
                Seal.purpose("tools/call transfer", "ab", ""),
                Seal.purpose("tools/call transfer", "a", "b", ""),
                Seal.purpose("tools/call transfer", "a", "b", null),
                Seal.purpose("tools/call transfer"),
                Seal.purpose("tools/call transfe", "a", "b"),
                Seal.purpose("prompts/get transfer", "a", "b")))
        .allSatisfy(
            other ->
                assertThat(refusal(seal, ALICE, other, sealed))
                    .containsEntry("problem", "another purpose"))
        .doesNotHaveDuplicates();
  }

  @Test
  void argumentsThatUtf8CannotTellApart_areOthers() {
    assertThat(Seal.purpose("p", "\ud800")).isNotEqualTo(Seal.purpose("p", "?"));
    assertThat(Seal.purpose("p", "\ud800")).isNotEqualTo(Seal.purpose("p", "\udc00"));
    assertThat(Seal.purpose("p", (String) null)).isNotEqualTo(Seal.purpose("p", ""));
    assertThat(Seal.purpose("p", "x".repeat(1_000_000))).hasSizeLessThan(100);
  }

  @Test
  void lifetime_hasItsLimits() {
    assertThatCode(() -> seal.seal(ALICE, PURPOSE, "x", Duration.ofHours(24)))
        .doesNotThrowAnyException();
    assertThatCode(() -> seal.seal(ALICE, PURPOSE, "x", Duration.ofMillis(1)))
        .doesNotThrowAnyException();
    List<Duration> refused =
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofSeconds(-1),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofHours(24).plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(refused)
        .allSatisfy(
            lifetime ->
                assertThatThrownBy(() -> seal.seal(ALICE, PURPOSE, "x", lifetime))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(lifetime.toString())
                    .hasMessageContaining("withLongestLifetime"));
  }

  @Test
  void longestLifetime_canBeChangedWithinLimits() {
    Seal shorter = seal.withLongestLifetime(MINUTE);

    assertThat(shorter.openText(ALICE, PURPOSE, shorter.seal(ALICE, PURPOSE, "x", MINUTE)))
        .isEqualTo("x");
    assertThatThrownBy(() -> shorter.seal(ALICE, PURPOSE, "x", MINUTE.plusMillis(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(367)))
        .allSatisfy(
            longest ->
                assertThatThrownBy(() -> seal.withLongestLifetime(longest))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("366 days"));
  }

  @Test
  void argumentsOutOfRange_areRefusedWithTheirRange() {
    assertThatThrownBy(() -> seal.seal(ALICE, PURPOSE, new byte[32 * 1024 + 1], MINUTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 32768");
    assertThatThrownBy(() -> seal.seal(ALICE, PURPOSE, "private\ud800", MINUTE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lone surrogate")
        .hasMessageNotContaining("private")
        .hasNoCause();
    for (String purpose : List.of("", "p".repeat(257))) {
      assertThatThrownBy(() -> seal.seal(ALICE, purpose, "x", MINUTE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 256");
      assertThatThrownBy(() -> seal.open(ALICE, purpose, "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 256");
    }
    for (String namespace : List.of("", "n".repeat(2049))) {
      assertThatThrownBy(() -> Seal.of(SealKeys.generated(), namespace))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 to 2048");
    }
  }

  @Test
  void largestOfEverything_fits() {
    SealKeys keys = SealKeys.of(key(1));
    Seal wide = Seal.of(keys, "\uffff".repeat(2048));
    String purpose = "\uffff".repeat(256);
    byte[] payload = new byte[32 * 1024];

    assertThat(wide.open(ALICE, purpose, wide.seal(ALICE, purpose, payload, MINUTE)))
        .isEqualTo(payload);
  }

  @Test
  void refusal_isLoggedWithFactsAndNothingElse() {
    RecordedLog log = new RecordedLog();
    Seal logging = seal.withLog(log.logger());
    String sealed = logging.seal(ALICE, PURPOSE, "private-payload", MINUTE);
    logging.open(ALICE, PURPOSE, sealed);
    refusal(logging, BOB, PURPOSE, sealed);

    assertThat(log.lines())
        .containsExactly("INFO refused state: SEAL_INVALID {problem=another caller}");
  }

  @Test
  void callerWithoutAName_isNotTakenForEverybody() {
    Seal forEverybody = seal.allowAnonymousCallers();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> forEverybody.seal(() -> "", PURPOSE, "x", MINUTE))
        .withMessageContaining("no name");
  }

  @Test
  void texts_haveNoSecret() {
    assertThat(seal.toString()).matches("Seal\\[namespace=" + NAMESPACE + ", keys=SealKeys.*]");
    assertThat(new SealedJwe(key(1)).toString()).matches("SealedJwe\\[kid=[\\w-]{16}]");
    assertThat(new Contents("n", "p", new byte[32], 0, new byte[1]).toString())
        .isEqualTo("Contents[elided]");
  }

  @Test
  void manyThreads_sealAndOpenTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> done = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        McpPrincipal own = everybody().get(t % 4);
        McpPrincipal other = everybody().get((t + 1) % 4);
        done.add(threads.submit(() -> opened(own, other)));
      }
      for (Future<Integer> count : done) {
        assertThat(count.get()).isEqualTo(200);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private int opened(McpPrincipal own, McpPrincipal other) {
    int count = 0;
    for (int i = 0; i < 200; i++) {
      String sealed = seal.seal(own, PURPOSE, own.getName() + i, MINUTE);
      assertThat(refusal(seal, other, PURPOSE, sealed)).containsEntry("problem", "another caller");
      count += seal.openText(own, PURPOSE, sealed).equals(own.getName() + i) ? 1 : 0;
    }
    return count;
  }
}
