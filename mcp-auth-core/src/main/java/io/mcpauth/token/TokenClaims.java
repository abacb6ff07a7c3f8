package io.mcpauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an authentic token says, not yet judged: it grants nothing. Lives for one request and is
 * never printed.
 */
public final class TokenClaims {
  private final Map<String, @Nullable Object> members;
  private final Duration keptFor;
  private final @Nullable Instant grantedAt;

  private TokenClaims(
      Map<String, @Nullable Object> members, Duration keptFor, @Nullable Instant grantedAt) {
    this.members = members;
    this.keptFor = keptFor;
    this.grantedAt = grantedAt;
  }

  /**
   * Claims by their JWT or introspection names (RFC 7519 section 4.1, RFC 7662 section 2.2).
   *
   * @param members strings, numbers, booleans, lists and maps, as JSON has them; {@code iss},
   *     {@code aud} and {@code exp} are needed for the claims check to pass
   */
  public static TokenClaims of(Map<String, ? extends @Nullable Object> members) {
    return new TokenClaims(
        Collections.unmodifiableMap(new LinkedHashMap<>(members)), Duration.ZERO, null);
  }

  /** As {@link #of}, of a map that nobody can change. */
  static TokenClaims ofFrozen(Map<String, @Nullable Object> members) {
    return new TokenClaims(members, Duration.ZERO, null);
  }

  /**
   * The same claims, which need not be asked for again so soon: for requests with the same token
   * that are also the same in what the verifier has read of them ({@link PresentedToken}). Not kept
   * at all by default; five minutes at most, and never past the end of the token. Cut-offs take
   * effect at once all the same. Of a verifier that looks for replay, such as of a DPoP proof, they
   * must not be kept: it is not asked again about the same proof.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public TokenClaims keptFor(Duration longest) {
    if (longest.isNegative()) {
      throw new IllegalArgumentException(
          "Claims cannot be kept for " + longest + ". Write a duration, or zero for not at all.");
    }
    return new TokenClaims(
        members,
        longest.compareTo(KeptVerdicts.LONGEST) > 0 ? KeptVerdicts.LONGEST : longest,
        grantedAt);
  }

  /**
   * The same claims, of something that was granted at an instant by the clock of the store that
   * rules of access are in. A cut-off reaches what was granted before it, exactly: without this it
   * goes by {@code iat}, and reaches what was issued within the clock skew after it as well, since
   * the clock of an issuer may be ahead.
   */
  public TokenClaims grantedAt(Instant instant) {
    return new TokenClaims(members, keptFor, instant);
  }

  /** The same, and nobody can change them: not who made them either. */
  TokenClaims frozen() {
    return new TokenClaims(frozen(members), keptFor, grantedAt);
  }

  private static Map<String, @Nullable Object> frozen(Map<?, ? extends @Nullable Object> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> copy.put(String.valueOf(name), frozen(value)));
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object frozen(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return frozen(map);
    }
    if (value instanceof Collection<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(frozen(item)));
      return Collections.unmodifiableList(copy);
    }
    return value;
  }

  /** For how long they may be kept. */
  Duration keptFor() {
    return keptFor;
  }

  /** When it was granted, or null where that is not known. */
  @Nullable Instant grantedAt() {
    return grantedAt;
  }

  /** The value of a claim, or null where it is absent or null. */
  @Nullable Object get(String name) {
    return members.get(name);
  }

  /** All of them, as JSON has them. */
  Map<String, @Nullable Object> members() {
    return members;
  }

  @Override
  public String toString() {
    return "TokenClaims[elided]";
  }
}
