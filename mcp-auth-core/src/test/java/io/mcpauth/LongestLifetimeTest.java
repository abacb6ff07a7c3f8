package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest that a token may last. */
class LongestLifetimeTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void tokenOfTheConfiguredLength_isGrantedWithTheSkew() {
    try (ResourceServer server = hour().build()) {
      assertGranted(decide(server, Duration.ofHours(1)));
      assertGranted(decide(server, Duration.ofHours(1).plusSeconds(60)));
    }
  }

  @Test
  void longerToken_isRefusedAndTheOperatorToldTheLimit() {
    List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
    try (ResourceServer server = hour().events(events::add).build()) {
      assertInvalidToken(
          decide(server, Duration.ofHours(1).plusSeconds(61)), ReasonCode.TOKEN_LIFETIME_TOO_LONG);

      assertThat(events.get(0).facts())
          .containsEntry("longest", "PT1H")
          .containsEntry("now", "2026-11-23T12:00:00Z")
          .containsEntry("exp", "2026-11-23T13:01:01Z");
    }
  }

  @Test
  void withoutConfiguration_itIsThirtyDays() {
    try (ResourceServer server = ProtectedServer.of(ISSUER).build()) {
      assertGranted(decide(server, Duration.ofDays(30)));
      assertInvalidToken(
          decide(server, Duration.ofDays(30).plusSeconds(61)), ReasonCode.TOKEN_LIFETIME_TOO_LONG);
      assertInvalidToken(
          decide(server, Duration.ofDays(36_500)), ReasonCode.TOKEN_LIFETIME_TOO_LONG);
    }
  }

  /** The rest of its life counts, because that is what a thief would have. */
  @Test
  void longTokenNearItsEnd_isGranted() {
    try (ResourceServer server = hour().build()) {
      String token =
          ISSUER
              .token(ProtectedServer.RESOURCE)
              .claim("iat", ProtectedServer.CLOCK.instant().minusSeconds(90_000).getEpochSecond())
              .scopes("mcp")
              .expiresIn(Duration.ofMinutes(30))
              .mint();
      assertGranted(server.decide(FakeRequest.get().bearer(token)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT59.999S", "PT-1H", "P30DT1S", "P365D"})
  void lengthOutOfRange_stopsTheStart(Duration longest) {
    assertThatThrownBy(() -> ProtectedServer.of(ISSUER).maxTokenLifetime(longest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(longest.toString())
        .hasMessageContaining("Write one minute to PT720H");
  }

  @ParameterizedTest
  @CsvSource({"PT1M", "P30D"})
  void endsOfTheRange_areAccepted(Duration longest) {
    try (ResourceServer server = ProtectedServer.of(ISSUER).maxTokenLifetime(longest).build()) {
      assertGranted(decide(server, Duration.ofMinutes(1)));
    }
  }

  @Test
  void lengthSetTwice_stopsTheStart() {
    assertThatThrownBy(() -> hour().maxTokenLifetime(Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set twice");
  }

  private static ResourceServerBuilder hour() {
    return ProtectedServer.of(ISSUER).maxTokenLifetime(Duration.ofHours(1));
  }

  private static AccessDecision decide(ResourceServer server, Duration lifetime) {
    String token = ISSUER.token(ProtectedServer.RESOURCE).scopes("mcp").expiresIn(lifetime).mint();
    return server.decide(FakeRequest.get().bearer(token));
  }
}
