package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How and when a user has logged in, by what the token says (RFC 9470 section 6). */
class LoginConditionTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final long SECOND = NOW.getEpochSecond();
  private static final LoginCondition.Ages AGES =
      new LoginCondition.Ages(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(60));
  private static final LoginCondition WITHIN_FIVE_MINUTES =
      LoginCondition.NONE.withMaxAge(Duration.ofMinutes(5));

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("times")
  void time_isRecentOnlyWhereItIsOneThatWas(Object authTime, boolean recent) {
    assertThat(WITHIN_FIVE_MINUTES.isMetBy(Map.of("auth_time", authTime), AGES)).isEqualTo(recent);
  }

  static Stream<Arguments> times() {
    return Stream.of(
        Arguments.of(SECOND, true),
        Arguments.of(SECOND - 300, true),
        Arguments.of(SECOND - 360, true),
        Arguments.of(SECOND - 361, false),
        Arguments.of(SECOND + 60, true),
        Arguments.of(SECOND + 61, false),
        Arguments.of(new BigDecimal(SECOND + ".75"), true),
        Arguments.of((double) SECOND, true),
        Arguments.of((int) SECOND, true),
        Arguments.of(0L, false),
        Arguments.of(-1L, false),
        Arguments.of(Long.MAX_VALUE, false),
        Arguments.of(Long.MIN_VALUE, false),
        Arguments.of(new BigDecimal("1e300000"), false),
        Arguments.of(new BigDecimal("-1e300000"), false),
        Arguments.of(Double.NaN, false),
        Arguments.of(Double.POSITIVE_INFINITY, false),
        Arguments.of(SECOND * 1000, false), // milliseconds
        Arguments.of(Long.toString(SECOND), false),
        Arguments.of(NOW.toString(), false),
        Arguments.of(true, false),
        Arguments.of(List.of(SECOND), false),
        Arguments.of(Map.of("at", SECOND), false));
  }

  @Test
  void timeThatIsNotTold_isLongAgo() {
    assertThat(WITHIN_FIVE_MINUTES.isMetBy(Map.of("iat", SECOND), AGES)).isFalse();
    assertThat(LoginCondition.NONE.isMetBy(Map.of(), AGES)).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("kinds")
  void kind_isOneOfThoseThatAreAskedFor(Object acr, boolean met) {
    LoginCondition gold = LoginCondition.NONE.withAcr("gold", "urn:x:2");
    assertThat(gold.isMetBy(Map.of("acr", acr, "amr", List.of("gold")), AGES)).isEqualTo(met);
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of("gold", true),
        Arguments.of("urn:x:2", true),
        Arguments.of("Gold", false),
        Arguments.of("gold ", false),
        Arguments.of("gold urn:x:2", false),
        Arguments.of("", false),
        Arguments.of("0", false),
        Arguments.of(2L, false),
        Arguments.of(true, false),
        Arguments.of(List.of("gold"), false),
        Arguments.of(Map.of("gold", true), false));
  }

  @Test
  void twoConditions_areWhatOneLoginNeeds() {
    LoginCondition one = LoginCondition.NONE.withAcr("a", "b", "c").withMaxAge(minutes(5));
    LoginCondition other = LoginCondition.NONE.withAcr("c", "b").withMaxAge(minutes(1));
    assertThat(one.and(other)).isEqualTo(new LoginCondition(List.of("b", "c"), minutes(1)));
    assertThat(other.and(one)).isEqualTo(new LoginCondition(List.of("c", "b"), minutes(1)));
    assertThat(one.and(LoginCondition.NONE)).isEqualTo(one);
    assertThat(LoginCondition.NONE.and(one)).isEqualTo(one);
    assertThat(one.and(LoginCondition.NONE.withAcr("d")).isImpossible()).isTrue();
    assertThat(one.isImpossible()).isFalse();
  }

  @Test
  void explanation_saysWhatWasAskedForAndWhetherItIsSo() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("pay", Access.scopes("pay").acr("gold", "silver").maxAge(minutes(5)))
            .build();
    assertThat(policy.claimNames()).containsExactlyInAnyOrder("acr", "auth_time");
    ToolPolicy.Explanation explanation =
        policy.explain(Principals.with(), RpcCalls.tool("pay", Map.of()));

    assertThat(explanation)
        .hasToString(
            """
            tools/call pay
              rule tools.pay: scopes [pay], acr [gold, silver], max age 300 s
                not logged in with acr [gold, silver], max age 300 s
                lacks pay
            AuthenticationInsufficient[required=[pay], missing=[pay], acrValues=[gold, silver], \
            maxAge=PT5M, rule=tools.pay]\
            """);
  }

  @Test
  void toolThatNeedsAnotherLogin_canBeReachedByIt() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("pay", Access.scopes().acr("gold")).listOnlyGranted().build();
    Target pay = Target.tool("pay");
    assertThat(policy.reach(null, pay)).isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.reach(Principals.with(), pay)).isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.reach(with(Scheme.API_KEY, Map.of()), pay)).isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.reach(with(Scheme.PROXY, Map.of()), pay)).isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.reach(with(Scheme.MUTUAL_TLS, Map.of()), pay))
        .isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.lists(with(Scheme.BEARER, Map.of("acr", "gold")), pay)).isTrue();
    assertThat(policy.lists(Principals.with(), pay)).isFalse();
    ToolPolicy shown = ToolPolicy.builder().tool("pay", Access.scopes().acr("gold")).build();
    assertThat(shown.listCaching(Target.Kind.TOOL, "2026-07-28"))
        .isEqualTo(Map.of("cacheScope", "private"));
  }

  private static Caller with(Scheme scheme, Map<String, Object> claims) {
    return Principals.of("client-1", scheme, claims);
  }

  private static Duration minutes(int count) {
    return Duration.ofMinutes(count);
  }
}
