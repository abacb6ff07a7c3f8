package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.TokenClaims;
import io.mcpauth.token.Verifications;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AuthEventsTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);

  private final List<AuthEvents.Event> seen = new CopyOnWriteArrayList<>();
  private final ResourceServer server = ProtectedServer.of(ISSUER).events(seen::add).build();

  @AfterEach
  void close() {
    server.close();
  }

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void listenerThatComesLate_hearsUntilItLeaves() {
    List<AuthEvents.Event> late = new CopyOnWriteArrayList<>();
    ResourceServer.Registration place = server.onDecision(late::add);
    ResourceServer.Registration another = server.onDecision(late::add);
    assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(late).hasSize(2);
    another.close();
    assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(late).hasSize(3);
    place.close();
    assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(late).hasSize(3);
    assertThat(seen).hasSize(3);
  }

  @Test
  void verifications_areCountedApartFromWhatIsKnown() {
    assertThat(server.verifications()).isEqualTo(new Verifications(0, 0, Duration.ZERO));
    TestIssuer.Token token = good().scopes("mcp", "files:read");
    String sent = token.mint();
    for (int i = 0; i < 3; i++) {
      assertGranted(server.decide(FakeRequest.toolCall("read_file").bearer(sent)));
    }
    Verifications counted = server.verifications();
    assertThat(counted.made()).isEqualTo(1);
    assertThat(counted.kept()).isEqualTo(2);
    assertThat(counted.took()).isPositive();
  }

  @Test
  void grant_isSeenOnceWithItsCallerAndCall() {
    assertGranted(decide(FakeRequest.toolCall("read_file"), good().scopes("mcp", "files:read")));

    AuthEvents.Event event = only();
    assertThat(event.granted()).isTrue();
    assertThat(event.at()).isEqualTo(ProtectedServer.CLOCK.instant());
    assertThat(event.resource()).isEqualTo(ProtectedServer.RESOURCE);
    assertThat(event.calls()).containsExactly("tools/call read_file");
    assertThat(event.facts()).isEmpty();
    assertThat(Objects.requireNonNull(event.principal()).subject()).isEqualTo("private-subject");
  }

  @Test
  void refusalForLackOfScope_isSeenOnceWithItsCaller() {
    assertRefused(
        decide(FakeRequest.toolCall("read_file"), good().scopes("mcp")),
        403,
        ReasonCode.INSUFFICIENT_SCOPE);

    AuthEvents.Event event = only();
    assertThat(event.reason()).isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
    assertThat(event.principal()).isNotNull();
    assertThat(event.facts()).isEqualTo(Map.of("missing", "files:read", "rule", "tools.read_file"));
  }

  @Test
  void missingCredential_isSeenOnceWithoutACaller() {
    assertRefused(server.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);

    AuthEvents.Event event = only();
    assertThat(event.granted()).isFalse();
    assertThat(event.reason()).isEqualTo(ReasonCode.CREDENTIAL_MISSING);
    assertThat(event.principal()).isNull();
    assertThat(event.calls()).isEmpty();
  }

  @Test
  void refusedToken_hasNoCallerAndTellsWhatWasExpected() {
    assertInvalidToken(
        decide(FakeRequest.get(), good().claim("iss", "https://evil.test")),
        ReasonCode.WRONG_ISSUER);

    AuthEvents.Event event = only();
    assertThat(event.principal()).isNull();
    assertThat(event.facts())
        .containsEntry("expected", "[" + ISSUER.issuer() + "]")
        .containsEntry("found", "https://evil.test");
  }

  @Test
  void hostileText_forgesNoLogLine() {
    String forged = "x\r\n2026 INFO granted \u2028\u0085\u001b[31m\u202e";
    AccessDecision unused = decide(FakeRequest.get(), good().claim("iss", forged));
    unused = decide(FakeRequest.get(), good().claim("aud", List.of(forged, "y")));
    unused = decide(FakeRequest.get(), good().header("kid", forged));
    unused = decide(FakeRequest.get(), good().header("alg", forged));
    unused = decide(FakeRequest.get(), good().header("typ", forged));
    unused = decide(FakeRequest.get().header("Content-Length", forged), good());
    unused = decide(FakeRequest.post("{}").header("Content-Type", forged), good());
    unused = decide(FakeRequest.toolCall("a\\r\\nb\\u2028"), good().scopes("mcp"));
    unused = decide(FakeRequest.get(), good().claim("client_id", forged));
    assertThat(unused).isNotNull();

    assertThat(seen).hasSize(9);
    for (AuthEvents.Event event : seen) {
      assertThat(event.toString()).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\u2028\u2029]");
    }
  }

  @Test
  void noText_hasATokenASubjectOrAClaim() {
    String token = good().scopes("mcp").claim("email", "private-email").mint();
    AccessDecision granted = server.decide(FakeRequest.get().bearer(token));
    AccessDecision refused = server.decide(FakeRequest.toolCall("read_file").bearer(token));
    AccessDecision expired =
        decide(
            FakeRequest.get(),
            good().claim("email", "private-email").expiresIn(Duration.ofHours(-1)));
    AccessDecision malformed = server.decide(FakeRequest.get().bearer(token + "."));
    AccessDecision altered = server.decide(FakeRequest.get().bearer(token + "A"));

    List<Object> printed = new ArrayList<>(seen);
    printed.addAll(List.of(granted, refused, expired, malformed, altered));
    assertThat(seen).hasSize(5);
    assertThat(printed)
        .extracting(Object::toString)
        .noneMatch(text -> text.contains("private-"))
        .noneMatch(text -> Arrays.stream(token.split("\\.", -1)).anyMatch(text::contains));
  }

  static List<Supplier<Throwable>> failures() {
    return List.of(
        () -> new IllegalStateException("listener"),
        () -> new AuthException(ReasonCode.TOKEN_EXPIRED),
        () -> new AssertionError("listener"),
        () -> new StackOverflowError("listener"),
        () -> new NoClassDefFoundError("listener"),
        () -> new IOException("listener"));
  }

  /** Kotlin and Groovy throw checked exceptions where Java would not let them. */
  @ParameterizedTest
  @MethodSource("failures")
  void listenerThatThrows_changesNothing(Supplier<Throwable> failure) {
    try (ResourceServer noisy =
        ProtectedServer.of(ISSUER)
            .events(event -> AuthEventsTest.<RuntimeException>sneak(failure.get()))
            .events(seen::add)
            .build()) {
      assertGranted(noisy.decide(FakeRequest.get().bearer(good().scopes("mcp").mint())));
      assertRefused(noisy.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);
    }
    assertThat(seen).extracting(AuthEvents.Event::granted).containsExactly(true, false);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void verifierThatThrows_isAFaultOfThisSide(Supplier<Throwable> failure) {
    try (ResourceServer faulty =
        ProtectedServer.of(
                ISSUER,
                token -> {
                  AuthEventsTest.<RuntimeException>sneak(failure.get());
                  return TokenClaims.of(Map.of());
                })
            .events(seen::add)
            .build()) {
      AccessDecision decision = faulty.decide(FakeRequest.get().bearer("opaque"));

      if (failure.get() instanceof AuthException) {
        assertInvalidToken(decision, ReasonCode.TOKEN_EXPIRED);
      } else {
        assertUnavailable(decision, ReasonCode.INTERNAL_FAULT);
      }
      assertThat(only().facts()).isEmpty();
    }
  }

  @Test
  void ownVerifier_cannotSkipTheClaimsCheck() {
    Map<String, Object> claims =
        Map.of("iss", ISSUER.issuer(), "sub", "s", "aud", "https://other.test", "exp", 9e9);
    try (ResourceServer lax = ProtectedServer.of(ISSUER, token -> TokenClaims.of(claims)).build()) {
      assertInvalidToken(lax.decide(FakeRequest.get().bearer("opaque")), ReasonCode.WRONG_AUDIENCE);
    }
  }

  @Test
  void close_endsEveryThread() throws InterruptedException {
    // A group of its own tells this server's threads from those of the tests beside it.
    ThreadGroup group = new ThreadGroup("close_endsEveryThread");
    List<Thread> started = new CopyOnWriteArrayList<>();
    Thread work =
        new Thread(
            group,
            () -> {
              ResourceServer own =
                  ProtectedServer.of(AuthorizationServer.of(ISSUER.issuer())).build();
              assertGranted(own.decide(FakeRequest.get().bearer(good().scopes("mcp").mint())));
              started.addAll(threadsOf(group));
              own.close();
            });
    work.start();
    work.join(60_000);

    assertThat(started).extracting(Thread::getName).anyMatch(name -> name.startsWith("mcp-auth-"));
    for (Thread thread : started) {
      assertThat(thread.isDaemon()).isTrue();
      thread.join(60_000);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  private static List<Thread> threadsOf(ThreadGroup group) {
    Thread[] threads = new Thread[100];
    int count = group.enumerate(threads);
    return Arrays.stream(threads, 0, count)
        .filter(thread -> thread != Thread.currentThread())
        .toList();
  }

  private AccessDecision decide(FakeRequest request, TestIssuer.Token token) {
    return server.decide(request.bearer(token.mint()));
  }

  private AuthEvents.Event only() {
    assertThat(seen).hasSize(1);
    return seen.get(0);
  }

  private static TestIssuer.Token good() {
    return ISSUER.token(ProtectedServer.RESOURCE).claim("sub", "private-subject");
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }
}
