package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SessionOwnersTest {
  private static final String LOGIN = "https://login.example.com";
  private static final McpPrincipal ALICE = Principals.of(LOGIN, "alice", "c");
  private static final McpPrincipal BOB = Principals.of(LOGIN, "bob", "c");

  private final MutableClock clock = new MutableClock();
  private final RecordingStore store =
      new RecordingStore(new InMemorySessions(SessionLimits.defaults(), clock));
  private final SessionOwners owners = new SessionOwners(store);

  @Test
  void noSession_isFineForEverybody() {
    assertThatCode(() -> owners.require(List.of(), ALICE)).doesNotThrowAnyException();
    assertThatCode(() -> owners.require(List.of(), null)).doesNotThrowAnyException();
    assertThat(store.keys).isEmpty();
  }

  @Test
  void refreshedToken_goesOnWithTheSession() {
    owners.open("s1", ALICE);

    passes("s1", ALICE);
    passes("s1", Principals.of(LOGIN, "alice", "another-client", "more", "scopes"));
  }

  static Stream<McpPrincipal> others() {
    return Stream.of(
        BOB,
        Principals.of("https://other.example.com", "alice", "c"),
        Principals.of(LOGIN, null, "alice"),
        Principals.of(LOGIN, "Alice", "c"),
        Principals.of(LOGIN, "", "c"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherIdentity_doesNotFindTheSession(McpPrincipal other) {
    owners.open("s1", ALICE);

    refused("s1", other, "the session of another caller");
    passes("s1", ALICE);
  }

  @Test
  void anonymousCaller_doesNotFindTheSessionOfAUser() {
    owners.open("s1", ALICE);

    refused("s1", null, "the session of another caller");
  }

  @Test
  void clientWithoutUser_ownsItsSession() {
    McpPrincipal client = Principals.of(LOGIN, null, "batch");
    owners.open("s1", client);

    passes("s1", client);
    refused("s1", Principals.of(LOGIN, "batch", "batch"), "the session of another caller");
  }

  @Test
  void unknownSession_isNotFound() {
    refused("s1", ALICE, "unknown or over");
    refused("s1", null, "unknown or over");
  }

  @Test
  void sessionThatEnded_isNotFound() {
    owners.open("s1", ALICE);
    owners.end("s1", ALICE);
    owners.end("s1", ALICE);

    refused("s1", ALICE, "unknown or over");
  }

  @Test
  void sessionNotUsedForADay_isNotFound() {
    owners.open("s1", ALICE);
    clock.advance(Duration.ofDays(1));

    refused("s1", ALICE, "unknown or over");
  }

  @Test
  void anonymousSession_isClaimedByTheFirstUserForGood() {
    owners.open("s1", null);
    passes("s1", null);
    passes("s1", ALICE);

    passes("s1", ALICE);
    refused("s1", null, "the session of another caller");
    refused("s1", BOB, "the session of another caller");
  }

  @Test
  void claimThatIsLostToAnotherUser_isNotFound() {
    owners.open("s1", null);
    store.beforeClaim = () -> owners.require(List.of("s1"), BOB);

    refused("s1", ALICE, "the session of another caller");
    passes("s1", BOB);
  }

  @Test
  void claimThatIsLostToTheSameUser_passes() {
    owners.open("s1", null);
    store.beforeClaim = () -> owners.require(List.of("s1"), ALICE);

    passes("s1", ALICE);
  }

  @Test
  void claimOfASessionThatEndsMeanwhile_isNotFound() {
    owners.open("s1", null);
    store.beforeClaim = () -> owners.end("s1", ALICE);

    refused("s1", ALICE, "unknown or over");
  }

  @Test
  void twoHeaderLines_areNotFoundEvenIfEqual() {
    owners.open("s1", ALICE);

    refused(List.of("s1", "s1"), ALICE, "more than one Mcp-Session-Id");
    refused(List.of("s1", "s2"), ALICE, "more than one Mcp-Session-Id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "s1 ",
        " s1",
        "s1, s1",
        "s\t1",
        "s1\r\nX: y",
        "s1\n",
        "s\u00001",
        "s\u007f1",
        "s\u00e91",
        "\u017f1",
        "s1\u2028",
        "\ud83d\ude00"
      })
  void idOfAnotherForm_isNotFoundWithoutAskingTheStore(String id) {
    owners.open("s1", ALICE);
    store.keys.clear();

    refused(id, ALICE, "an Mcp-Session-Id that no server may give");
    assertThat(reason(() -> owners.open(id, ALICE))).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(reason(() -> owners.end(id, ALICE))).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(store.keys).isEmpty();
  }

  @Test
  void emptyId_isNotFound() {
    refused("", ALICE, "an empty Mcp-Session-Id");
  }

  @Test
  void longestIdOfEveryVisibleCharacter_passesAndOneMoreDoesNot() {
    StringBuilder all = new StringBuilder();
    for (char c = 0x21; c <= 0x7E; c++) {
      all.append(c);
    }
    String longest = all + "x".repeat(2048 - all.length());
    owners.open(longest, ALICE);

    passes(longest, ALICE);
    refused(longest + "x", ALICE, "an Mcp-Session-Id that no server may give");
    refused(longest.substring(1), ALICE, "unknown or over");
  }

  @Test
  void store_seesNoIdButItsHash() {
    owners.open("abc", ALICE);
    owners.require(List.of("abc"), ALICE);
    owners.end("abc", ALICE);

    // FIPS 180-4, the example of SHA-256 with "abc".
    assertThat(store.keys)
        .containsExactly("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void idThatTheServerHandsOutTwice_staysWithTheFirstCaller() {
    owners.open("s1", ALICE);

    assertThat(reason(() -> owners.open("s1", BOB))).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    passes("s1", ALICE);
    refused("s1", BOB, "the session of another caller");
  }

  @Test
  void sessionWithoutRoom_isNotFoundAfterwards() {
    SessionOwners small =
        new SessionOwners(
            new InMemorySessions(new SessionLimits(Duration.ofHours(1), 1, 1), clock));
    small.open("s1", ALICE);

    assertThat(reason(() -> small.open("s2", BOB))).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    assertThat(reason(() -> small.require(List.of("s2"), BOB)))
        .isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    small.require(List.of("s1"), ALICE);
  }

  static Stream<RuntimeException> failures() {
    return Stream.of(
        new IllegalStateException("password=s3cr3t"),
        new NullPointerException(),
        new AuthException(ReasonCode.TOKEN_EXPIRED));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void storeThatFails_neverLetsAnybodyIn(RuntimeException failure) {
    owners.open("s1", ALICE);
    store.failure = failure;

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> owners.require(List.of("s1"), ALICE),
            () -> owners.require(List.of("s1"), null),
            () -> owners.open("s2", ALICE),
            () -> owners.end("s1", ALICE))) {
      AuthException refusal = refusal(call);
      assertThat(refusal.reason()).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
      assertThat(refusal.facts())
          .containsExactlyEntriesOf(Map.of("problem", failure.getClass().getName()));
    }
  }

  /** Whoever ends the streams of many asks each of them. */
  @Test
  void sessionThatARequestWasGrantedIn_isItsOwnWithoutAskingAgain() {
    owners.open("s1", ALICE);
    SessionOwners.Bound alices = owners.bound(List.of("s1"), ALICE);
    SessionOwners.Bound bobs = owners.bound(List.of("s1"), BOB);
    assertThat(alices.isOwn()).isTrue();
    assertThat(alices.refusal()).isNull();
    assertThat(bobs.refusal()).isNotNull();
    assertThat(bobs.isOwn()).isFalse();
    store.failure = new IllegalStateException("down");

    assertThat(alices.isOwn()).isTrue();
    assertThat(reason(bobs::isOwn)).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
  }

  @Test
  void claimThatFails_neverLetsAnybodyIn() {
    owners.open("s1", null);
    store.beforeClaim =
        () -> {
          throw new IllegalStateException("s3cr3t");
        };

    assertThat(reason(() -> owners.require(List.of("s1"), ALICE)))
        .isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
  }

  private void passes(String id, @Nullable McpPrincipal caller) {
    assertThatCode(() -> owners.require(List.of(id), caller)).doesNotThrowAnyException();
  }

  private void refused(String id, @Nullable McpPrincipal caller, String problem) {
    refused(List.of(id), caller, problem);
  }

  private void refused(List<String> lines, @Nullable McpPrincipal caller, String problem) {
    AuthException refusal = refusal(() -> owners.require(lines, caller));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refusal.facts()).containsExactlyEntriesOf(Map.of("problem", problem));
  }

  private static ReasonCode reason(ThrowingCallable call) {
    return refusal(call).reason();
  }

  private static AuthException refusal(ThrowingCallable call) {
    return Objects.requireNonNull(catchThrowableOfType(AuthException.class, call));
  }

  /** A store that tells what it was asked, and fails or is overtaken when told to. */
  private static final class RecordingStore implements Sessions {
    private final Sessions real;
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private @Nullable RuntimeException failure;
    private @Nullable Runnable beforeClaim;

    RecordingStore(Sessions real) {
      this.real = real;
    }

    private Sessions asked(String key) {
      keys.add(key);
      if (failure != null) {
        throw failure;
      }
      return real;
    }

    @Override
    public String mark(String name) {
      return real.mark(name);
    }

    @Override
    public void put(String key, String owner) {
      asked(key).put(key, owner);
    }

    @Override
    public @Nullable String owner(String key, String asking) {
      return asked(key).owner(key, asking);
    }

    @Override
    public boolean claim(String key, String owner) {
      Runnable first = beforeClaim;
      beforeClaim = null;
      if (first != null) {
        first.run();
      }
      return asked(key).claim(key, owner);
    }

    @Override
    public void remove(String key, String asking) {
      asked(key).remove(key, asking);
    }

    @Override
    public Watch watch(String key) {
      return real.watch(key);
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
