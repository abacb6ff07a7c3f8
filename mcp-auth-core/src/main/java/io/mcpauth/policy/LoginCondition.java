package io.mcpauth.policy;

import io.mcpauth.internal.json.NumericDate;
import io.mcpauth.internal.net.QuotedWord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the login that a token rests on (RFC 9470): how the user has proven himself, and
 * how long ago.
 *
 * @param acr one of these has to be its {@code acr}, the best first; null for any or none
 * @param maxAge the longest that its {@code auth_time} may be ago; null for any or none
 */
record LoginCondition(@Nullable List<String> acr, @Nullable Duration maxAge) {
  static final LoginCondition NONE = new LoginCondition(null, null);

  static final String ACR = "acr";
  static final String AUTH_TIME = "auth_time";

  private static final Duration LONGEST = Duration.ofDays(3_650);

  /**
   * The clock by which an age is judged.
   *
   * @param clockSkew how far it may differ from that of the issuer
   */
  record Ages(Clock clock, Duration clockSkew) {
    /** For a policy that no server has put in force: the system's clock, and a minute. */
    static final Ages BY_DEFAULT = new Ages(Clock.systemUTC(), Duration.ofMinutes(1));

    /** What is from the future says nothing, or its age would never be reached. */
    private boolean isWithin(@Nullable Instant at, Duration maxAge) {
      Instant now = clock.instant();
      return at != null
          && !at.isAfter(now.plus(clockSkew))
          && !now.isAfter(at.plus(maxAge).plus(clockSkew));
    }
  }

  /**
   * With values that a challenge can name (RFC 9470 section 3): a list with spaces between them.
   */
  LoginCondition withAcr(String... values) {
    for (String value : values) {
      if (!QuotedWord.is(value)) {
        throw new IllegalArgumentException(
            "acr '"
                + value
                + "' cannot stand in a challenge. Write it as the authorization server has it in"
                + " tokens: printable ASCII without space, quote and backslash.");
      }
    }
    Set<String> all = new LinkedHashSet<>(List.of(values));
    if (all.isEmpty() || all.size() != values.length) {
      throw new IllegalArgumentException(
          "The acr values " + List.of(values) + " are none, or one is there twice.");
    }
    return new LoginCondition(List.copyOf(all), maxAge);
  }

  LoginCondition withMaxAge(Duration longest) {
    if (longest.compareTo(Duration.ofSeconds(1)) < 0
        || longest.compareTo(LONGEST) > 0
        || !longest.equals(Duration.ofSeconds(longest.toSeconds()))) {
      throw new IllegalArgumentException(
          "A maximum age of "
              + longest
              + " is none. Write whole seconds, from one to ten years of them.");
    }
    return new LoginCondition(acr, longest);
  }

  boolean isNone() {
    return acr == null && maxAge == null;
  }

  /** What one login needs to meet both: an {@code acr} that both accept, and the lesser age. */
  LoginCondition and(LoginCondition other) {
    return new LoginCondition(common(acr, other.acr), lesser(maxAge, other.maxAge));
  }

  /** Whether no login meets it, because no {@code acr} is left. */
  boolean isImpossible() {
    return acr != null && acr.isEmpty();
  }

  /**
   * Whether the login of a caller meets it. What a token does not say, or says in another form, it
   * cannot meet.
   */
  boolean isMetBy(Map<String, Object> claims, Ages ages) {
    boolean kind = acr == null || (claims.get(ACR) instanceof String text && acr.contains(text));
    return kind && (maxAge == null || ages.isWithin(NumericDate.of(claims.get(AUTH_TIME)), maxAge));
  }

  @Override
  public String toString() {
    String kind = acr == null ? "" : "acr " + acr;
    String age = maxAge == null ? "" : "max age " + maxAge.toSeconds() + " s";
    return kind + (kind.isEmpty() || age.isEmpty() ? "" : ", ") + age;
  }

  private static @Nullable List<String> common(
      @Nullable List<String> one, @Nullable List<String> other) {
    return one == null
        ? other
        : other == null ? one : one.stream().filter(other::contains).toList();
  }

  private static @Nullable Duration lesser(@Nullable Duration one, @Nullable Duration other) {
    return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
  }
}
