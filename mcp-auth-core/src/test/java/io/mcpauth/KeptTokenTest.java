package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.PresentedToken;
import io.mcpauth.token.TokenClaims;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A token that was good a moment ago; the same principal is the sign of a kept verdict. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeptTokenTest {
  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final ResourceServer server =
      ProtectedServer.of(AuthorizationServer.of(issuer.issuer()), clock).build();

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @Test
  void crowdWithOneNewToken_isOneFetchAndOneVerdict() throws Exception {
    String token = token(Duration.ofHours(1));
    ExecutorService callers = Executors.newFixedThreadPool(64);
    CountDownLatch present = new CountDownLatch(64);
    List<Future<McpPrincipal>> results = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        results.add(
            callers.submit(
                () -> {
                  present.countDown();
                  present.await();
                  return granted(token);
                }));
      }
      Set<Integer> principals = ConcurrentHashMap.newKeySet();
      for (Future<McpPrincipal> result : results) {
        principals.add(System.identityHashCode(result.get(60, TimeUnit.SECONDS)));
      }
      assertThat(principals).as("one verification").hasSize(1);
      assertThat(issuer.requests("/jwks")).isEqualTo(1);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void keptVerdict_endsAfterFiveMinutes() {
    String token = token(Duration.ofHours(1));
    McpPrincipal first = granted(token);
    clock.advance(Duration.ofMinutes(5).minusMillis(1));
    assertThat(granted(token)).isSameAs(first);
    clock.advance(Duration.ofMillis(1));

    assertThat(granted(token)).isNotSameAs(first).isEqualTo(first);
  }

  @Test
  void keptVerdict_endsWithItsToken() {
    String token = token(Duration.ofMinutes(5));
    clock.advance(Duration.ofMinutes(4));
    McpPrincipal kept = granted(token);
    clock.advance(Duration.ofSeconds(60 + 59)); // the clock skew is part of its life
    assertThat(granted(token)).isSameAs(kept);
    clock.advance(Duration.ofSeconds(1));

    assertInvalidToken(decide(token), ReasonCode.TOKEN_EXPIRED);
  }

  @Test
  void keptVerdict_endsWhenItsKeyIsRemoved() {
    granted(token(Duration.ofHours(1))); // the keys are fetched now
    clock.advance(Duration.ofMinutes(3));
    String token = token(Duration.ofHours(1));
    McpPrincipal kept = granted(token); // this verdict could last for five minutes more
    issuer.rotateKey();
    assertThat(granted(token)).isSameAs(kept);
    clock.advance(Duration.ofMinutes(2)); // the keys have lasted for as long as they may

    assertInvalidToken(decide(token), ReasonCode.KEY_NOT_FOUND);
    assertInvalidToken(decide(token), ReasonCode.KEY_NOT_FOUND);
    assertGranted(decide(token(Duration.ofHours(1))));
  }

  @Test
  void keptVerdict_endsAtOnceWhenCutOff() {
    String token = token(Duration.ofHours(1));
    McpPrincipal kept = granted(token);
    AccessRule alice = server.access().cutOff(AccessTarget.subject(issuer.issuer(), "alice"));
    assertInvalidToken(decide(token), ReasonCode.TOKEN_REVOKED);
    assertInvalidToken(decide(token), ReasonCode.TOKEN_REVOKED);
    server.access().undo(alice.id());

    assertThat(granted(token)).as("what was good is good again").isSameAs(kept);
  }

  @Test
  void outage_leavesKeptVerdictsAlone() {
    String token = token(Duration.ofHours(1));
    McpPrincipal kept = granted(token);
    issuer.close();
    clock.advance(Duration.ofMinutes(4));
    assertThat(granted(token)).isSameAs(kept);
    clock.advance(Duration.ofMinutes(30));

    assertGranted(decide(token));
  }

  @Test
  void refusal_isNotKept() {
    String token = token(Duration.ofHours(1));
    clock.advance(Duration.ofMinutes(-2));
    assertInvalidToken(decide(token), ReasonCode.TOKEN_NOT_YET_VALID);
    clock.advance(Duration.ofMinutes(2));

    assertGranted(decide(token));
  }

  @Test
  void keptVerdictAfterTheClose_isUnavailable() {
    String token = token(Duration.ofHours(1));
    granted(token);
    server.close();

    assertUnavailable(decide(token), ReasonCode.KEYS_UNAVAILABLE);
  }

  /** One token's verdict never stands for another that only begins or ends as it does. */
  @Test
  void keptVerdict_isOfTheWholeToken() {
    String token = token(Duration.ofHours(1));
    granted(token);
    String signature = token.substring(token.lastIndexOf('.') + 1);
    char first = signature.charAt(0) == 'A' ? 'B' : 'A';
    String altered =
        token.substring(0, token.lastIndexOf('.') + 1) + first + signature.substring(1);

    assertInvalidToken(decide(altered), ReasonCode.SIGNATURE_INVALID);
    assertInvalidToken(decide(token + "."), ReasonCode.TOKEN_OPAQUE);
    assertGranted(decide(token));
  }

  @Test
  void token_isNowhereInMemoryAfterTheDecision() {
    String good = token(Duration.ofHours(1));
    String bad = good.substring(0, good.length() - 8) + "AAAAAAAA";
    granted(good);
    granted(good);
    assertInvalidToken(decide(bad), ReasonCode.SIGNATURE_INVALID);

    ObjectWalk walk = ObjectWalk.from(server);
    assertThat(walk.placesOf("alice")).as("the principal is kept").isNotEmpty();
    for (String part : good.split("\\.", -1)) {
      assertThat(walk.placesOf(part)).isEmpty();
    }
    assertThat(walk.placesOf("AAAAAAAA")).isEmpty();
  }

  /** The walk would have found it. */
  @Test
  void verifierThatKeepsTokens_isFoundByTheWalk() {
    Keeper keeper = new Keeper();
    try (ResourceServer careless = ProtectedServer.of(issuer, keeper::keep).build()) {
      String token = token(Duration.ofHours(1));
      AccessDecision unused = careless.decide(FakeRequest.get().bearer(token));

      assertThat(ObjectWalk.from(careless).placesOf(token)).isNotEmpty();
    }
  }

  private static final class Keeper {
    private final List<String> tokens = new ArrayList<>();

    TokenClaims keep(PresentedToken token) {
      tokens.add(token.value());
      return TokenClaims.of(Map.of());
    }
  }

  private String token(Duration lifetime) {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp").expiresIn(lifetime).mint();
  }

  private AccessDecision decide(String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }

  private McpPrincipal granted(String token) {
    return Answers.caller(decide(token));
  }
}
