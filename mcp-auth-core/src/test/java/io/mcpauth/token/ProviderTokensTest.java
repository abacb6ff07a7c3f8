package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.testing.TestIssuer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signed tokens of every provider, in the shapes that its documents show, go the whole way. */
class ProviderTokensTest {
  static final String RESOURCE = "https://mcp.acme.test/mcp";
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_790_001_000), ZoneOffset.UTC);
  private static final TestIssuer KEYS = TestIssuer.start(CLOCK);

  @AfterAll
  static void stop() {
    KEYS.close();
  }

  static Stream<ProviderTokens.Row> rows() {
    return Stream.of(
            SelfHostedTokens.ALL,
            WorkforceTokens.ALL,
            CustomerTokens.ALL,
            PlatformTokens.ALL,
            FurtherTokens.ALL,
            ProxyAssertions.ALL)
        .flatMap(List::stream)
        .flatMap(tokens -> tokens.rows().stream());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void token_getsItsVerdict(ProviderTokens.Row row) {
    assertThat(verdict(row)).isEqualTo(row.verdict());
  }

  @Test
  void everyProfile_hasTokensOfItsOwn() {
    Set<String> shown =
        rows().map(row -> row.server().profile().name()).collect(Collectors.toSet());

    assertThat(shown).containsExactlyInAnyOrderElementsOf(ProviderProfile.names());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void remedy_goesWithAnAudienceOrFormThatTheProviderHasToChange(ProviderTokens.Row row) {
    boolean needed =
        row.verdict().equals("WRONG_AUDIENCE")
            || (List.of("TOKEN_OPAQUE", "TOKEN_ENCRYPTED").contains(row.verdict())
                && row.server().profile().tokens() != ProviderProfile.Tokens.JWT);

    assertThat(facts(row).contains(row.server().profile().remedy())).isEqualTo(needed);
  }

  private static String verdict(ProviderTokens.Row row) {
    try {
      McpPrincipal principal = authenticate(row);
      return orDash(principal.subject())
          + ", "
          + orDash(principal.clientId())
          + ", "
          + orDash(String.join(" ", principal.scopes()));
    } catch (AuthException e) {
      return e.reason().name();
    }
  }

  private static List<String> facts(ProviderTokens.Row row) {
    AuthException refusal = catchThrowableOfType(AuthException.class, () -> authenticate(row));
    return refusal == null ? List.of() : List.copyOf(refusal.facts().values());
  }

  private static McpPrincipal authenticate(ProviderTokens.Row row) {
    Authenticator.Expectations settings =
        new Authenticator.Expectations(
            List.of(row.server().withJwksUri(KEYS.jwksUri())),
            ResourceIdentifier.of(RESOURCE),
            Duration.ofSeconds(60),
            Duration.ofDays(1),
            1_000_000);
    try (Authenticator authenticator = new Authenticator(settings, CLOCK)) {
      Authenticator.Outcome outcome =
          authenticator.authenticate(
              RequestStub.of("GET").bearer(row.mint(KEYS)), new LivePolicy.Generation(0, Set.of()));
      if (outcome instanceof Authenticator.NotProven refused) {
        throw new AuthException(refused.refusal().reason(), refused.refusal().facts());
      }
      return ((Authenticator.Proven) outcome).principal();
    }
  }

  private static String orDash(@Nullable String value) {
    return value == null || value.isEmpty() ? "-" : value;
  }
}
