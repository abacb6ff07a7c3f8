package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.FakeProvider;
import io.mcpauth.internal.jose.IssuerKeys;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an operator can see of an issuer's keys as time passes. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeyStatusTest {
  private static final String ISSUER = "https://login.example.com";

  private final MutableClock clock = new MutableClock();
  private final FakeProvider provider = new FakeProvider("a", "b");
  private final IssuerKeys keys = new IssuerKeys(provider, Runnable::run, clock);

  @Test
  void beforeTheFirstToken_nothingIsKnown() {
    assertThat(KeyStatus.of(ISSUER, keys.state()))
        .isEqualTo(new KeyStatus(ISSUER, 0, null, 0, 0, null, 0));
  }

  @Test
  void afterAFetch_keysAndTimeAreThere() {
    Instant start = clock.instant();
    assertThat(keys.find("RS256", "a")).hasSize(1);

    assertThat(KeyStatus.of(ISSUER, keys.state()))
        .isEqualTo(new KeyStatus(ISSUER, 2, start, 1, 0, null, 0));
  }

  @Test
  void outage_isCountedAndTheLastSuccessStays() {
    Instant start = clock.instant();
    assertThat(keys.find("RS256", "a")).hasSize(1);
    provider.fail(new AuthException(ReasonCode.KEYS_UNAVAILABLE));
    clock.advance(IssuerKeys.TIME_TO_LIVE);
    assertThat(keys.find("RS256", "a")).hasSize(1);

    assertThat(KeyStatus.of(ISSUER, keys.state()))
        .isEqualTo(new KeyStatus(ISSUER, 2, start, 2, 1, ReasonCode.KEYS_UNAVAILABLE, 0));
  }

  @Test
  void recovery_clearsTheProblemAndKeepsTheCount() {
    provider.fail(new AuthException(ReasonCode.DISCOVERY_FAILED));
    assertThat(refusal(keys)).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    assertThat(KeyStatus.of(ISSUER, keys.state()))
        .isEqualTo(new KeyStatus(ISSUER, 0, null, 1, 1, ReasonCode.DISCOVERY_FAILED, 0));
    provider.publish("a");
    clock.advance(IssuerKeys.RETRY_INTERVAL);
    assertThat(keys.find("RS256", "a")).hasSize(1);

    assertThat(KeyStatus.of(ISSUER, keys.state()))
        .isEqualTo(new KeyStatus(ISSUER, 1, clock.instant(), 2, 1, null, 0));
  }

  @Test
  void fetchThatNeverBegan_isNoFailedFetch() {
    IssuerKeys closed =
        new IssuerKeys(
            provider,
            task -> {
              throw new RejectedExecutionException();
            },
            clock);
    assertThat(refusal(closed)).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);

    assertThat(KeyStatus.of(ISSUER, closed.state()))
        .isEqualTo(new KeyStatus(ISSUER, 0, null, 0, 0, ReasonCode.KEYS_UNAVAILABLE, 0));
  }

  @Test
  void threadThatCannotBeHad_isRetriedByTheNext() {
    IssuerKeys starved =
        new IssuerKeys(
            provider,
            task -> {
              if (clock.instant().equals(Instant.parse("2026-11-23T12:00:00Z"))) {
                throw new InternalError("no thread");
              }
              task.run();
            },
            clock);
    assertThat(refusal(starved)).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    clock.advance(IssuerKeys.RETRY_INTERVAL);

    assertThat(starved.find("RS256", "a")).hasSize(1);
  }

  private static ReasonCode refusal(IssuerKeys keys) {
    return Objects.requireNonNull(
            catchThrowableOfType(AuthException.class, () -> keys.find("RS256", "a")))
        .reason();
  }
}
