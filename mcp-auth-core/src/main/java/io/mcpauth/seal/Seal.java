package io.mcpauth.seal;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.SetOnce;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what a client has to keep and bring back, such as {@code requestState}, a task id, a handle
 * or a cursor, into an opaque string that nobody else can read or change, and that opens only for
 * the same caller, the same purpose and the same namespace, until it expires.
 *
 * <pre>{@code
 * Seal seal = Seal.of(SealKeys.generated(), "cursor"); // SealKeys.load(path) on several nodes
 * String cursor = seal.seal(caller, "list_files", "page 2", Duration.ofMinutes(10));
 * String page = seal.openText(caller, "list_files", cursor); // for this caller and purpose alone
 * }</pre>
 *
 * <p>The string is a JWE (RFC 7516, {@code dir} with {@code A256GCM}) of URL-safe characters, at
 * most 64 KB for at most 32 KB of payload. The same caller means the same user of the same issuer,
 * or, where there is no user, the same client; a refreshed token is the same caller, and so is
 * another client of the same user. Lifetimes are at most 24 hours, unless {@link
 * #withLongestLifetime} says otherwise. Immutable; all threads may use it.
 *
 * <p>What does not open is a mistake of the caller's and no refusal of HTTP: catch the {@link
 * AuthException} and answer the call with JSON-RPC error -32602 and the reason's {@code
 * description()}. Why it did not open is the operator's to know: it is in the exception's facts,
 * and in the log at INFO.
 *
 * <p>Does not check: how often a value comes back within its lifetime. What may be redeemed only
 * once needs a store that remembers it. Nor whether the caller may still do what the state is
 * about: a seal says that the state is the server's own, and the policy decides anew on every call.
 */
public final class Seal {
  private static final Logger LOG = LoggerFactory.getLogger(Seal.class);
  private static final Duration DEFAULT_LONGEST = Duration.ofHours(24);
  private static final Duration MAX_LONGEST = Duration.ofDays(366);
  private static final int MAX_PAYLOAD_BYTES = 32 * 1024;
  private static final int MAX_SEALED_CHARS = 64 * 1024;
  private static final int MAX_PURPOSE_CHARS = 256;
  private static final int MAX_NAMESPACE_CHARS = 2048;

  private final SealKeys keys;
  private final String namespace;
  private final Options options;
  private final Duration longest;
  private final Clock clock;

  /** What may be set once each. */
  private record Options(
      @Nullable Duration longest, boolean anonymous, @Nullable Clock clock, Logger log) {}

  private Seal(SealKeys keys, String namespace, Options options) {
    this.keys = keys;
    this.namespace = namespace;
    this.options = options;
    this.longest = options.longest == null ? DEFAULT_LONGEST : options.longest;
    this.clock = options.clock == null ? Clock.systemUTC() : options.clock;
  }

  /**
   * A seal.
   *
   * @param keys may be shared by several seals
   * @param namespace whose state it is: the resource identifier, or another constant name where
   *     servers share keys; 1 to 2,048 characters. A value of one does not open in another.
   * @throws IllegalArgumentException if the namespace is empty or too long
   */
  public static Seal of(SealKeys keys, String namespace) {
    requireLength("namespace", namespace, MAX_NAMESPACE_CHARS);
    return new Seal(keys, namespace, new Options(null, false, null, LOG));
  }

  /**
   * With another limit than 24 hours for lifetimes. A key has to stay among the older ones for as
   * long.
   *
   * @param limit more than zero, up to 366 days
   * @throws IllegalArgumentException if it is out of this range
   */
  public Seal withLongestLifetime(Duration limit) {
    SetOnce.require(options.longest == null, "The longest lifetime of a seal");
    if (limit.isNegative() || limit.isZero() || limit.compareTo(MAX_LONGEST) > 0) {
      throw new IllegalArgumentException(
          "The longest lifetime of a seal is " + limit + ". Write one up to 366 days.");
    }
    return with(new Options(limit, options.anonymous, options.clock, options.log));
  }

  /**
   * Also for callers without a login. Think twice: such a value opens for everybody who has no
   * login and got hold of it, and code that loses the principal on its way looks like such a
   * caller.
   */
  public Seal allowAnonymousCallers() {
    SetOnce.require(!options.anonymous, "allowAnonymousCallers");
    return with(new Options(options.longest, true, options.clock, options.log));
  }

  /** The clock of every expiry; for tests. */
  public Seal withClock(Clock source) {
    SetOnce.require(options.clock == null, "The clock of a seal");
    return with(new Options(options.longest, options.anonymous, source, options.log));
  }

  Seal withLog(Logger log) {
    return with(new Options(options.longest, options.anonymous, options.clock, log));
  }

  private Seal with(Options changed) {
    return new Seal(keys, namespace, changed);
  }

  /**
   * A purpose that ties a value to the very request it belongs to: the name, and a digest of the
   * arguments that matter. Order counts, and null is another value than an empty text.
   *
   * @param name such as {@code tools/call transfer}
   * @param arguments such as the account and the amount; any number, of any length
   */
  public static String purpose(String name, @Nullable String... arguments) {
    byte[] digest = Contents.digest(arguments);
    return name + " " + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  /**
   * Seals bytes for a caller.
   *
   * @param caller the principal of the request, from the verified token; null where nobody logged
   *     in, which needs {@link #allowAnonymousCallers}
   * @param purpose what the value is for, 1 to 256 characters: a constant such as {@code cart}, or
   *     {@link #purpose} where it belongs to one request. Whoever opens it has to say the same.
   * @param payload at most 32 KB
   * @param lifetime at least a millisecond, at most the longest lifetime; short is good
   * @return URL-safe text
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public String seal(
      @Nullable Principal caller, String purpose, byte[] payload, Duration lifetime) {
    if (caller == null && !options.anonymous) {
      throw new IllegalArgumentException(
          "A value cannot be sealed for nobody. Pass the principal of the request; if callers"
              + " without a login are meant, write allowAnonymousCallers() on the seal.");
    }
    requireLength("purpose", purpose, MAX_PURPOSE_CHARS);
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "The payload of a seal has "
              + payload.length
              + " bytes. Seal at most 32768; keep what is larger in a store and seal its key.");
    }
    long expiresAt = clock.millis() + millis(lifetime);
    Contents contents = new Contents(namespace, purpose, digest(caller), expiresAt, payload);
    return keys.current().encrypt(contents.toBytes());
  }

  /**
   * Seals a text for a caller, as the other method does with its UTF-8.
   *
   * @throws IllegalArgumentException if an argument is out of its range, or the text has a lone
   *     surrogate
   */
  public String seal(
      @Nullable Principal caller, String purpose, String payload, Duration lifetime) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(payload));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return seal(caller, purpose, bytes, lifetime);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "The payload of a seal has a lone surrogate. Seal its bytes instead.");
    }
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param caller the principal of this request; null where nobody logged in
   * @param purpose as it was sealed
   * @param sealed from the client; anything at all, null included
   * @throws AuthException {@code SEAL_INVALID} if it does not open: altered, forged, expired, of
   *     another caller, purpose or namespace, sealed with a key that is gone, or no seal
   * @throws IllegalArgumentException if the purpose is empty or too long
   */
  public byte[] open(@Nullable Principal caller, String purpose, @Nullable String sealed) {
    requireLength("purpose", purpose, MAX_PURPOSE_CHARS);
    try {
      return opened(caller, purpose, sealed);
    } catch (AuthException e) {
      options.log.info("refused state: {} {}", e.reason(), e.facts());
      throw e;
    }
  }

  /**
   * Opens what was sealed as a text, as {@link #open} does.
   *
   * @throws AuthException {@code SEAL_INVALID} if it does not open
   * @throws IllegalArgumentException if the purpose is empty or too long
   */
  public String openText(@Nullable Principal caller, String purpose, @Nullable String sealed) {
    return new String(open(caller, purpose, sealed), StandardCharsets.UTF_8);
  }

  private byte[] opened(@Nullable Principal caller, String purpose, @Nullable String sealed) {
    if (caller == null && !options.anonymous) {
      throw refused(Map.of("problem", "no caller"));
    }
    if (sealed == null || sealed.length() > MAX_SEALED_CHARS) {
      throw refused(Map.of("problem", sealed == null ? "absent" : "too large"));
    }
    SealedJwe key = keys.withHeader(SealedJwe.headerOf(sealed));
    if (key == null) {
      throw refused(Map.of("problem", "not sealed with a key that is known here"));
    }
    Contents contents;
    try {
      contents = Contents.of(key.decrypt(sealed));
    } catch (IOException e) {
      throw refused(Map.of("problem", "sealed by another version", "kid", key.keyId()));
    }
    Map<String, String> differences = differences(contents, caller, purpose);
    if (!differences.isEmpty()) {
      throw refused(differences);
    }
    return contents.payload();
  }

  /** Looks at everything, also after the first difference. */
  private Map<String, String> differences(
      Contents contents, @Nullable Principal caller, String purpose) {
    List<String> problems = new ArrayList<>();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("problem", ""); // the first in the log
    if (!contents.namespace().equals(namespace)) {
      problems.add("another namespace");
      facts.put("namespace", contents.namespace());
    }
    if (!contents.purpose().equals(purpose)) {
      problems.add("another purpose");
      facts.put("purpose", contents.purpose());
      facts.put("expected", purpose);
    }
    if (!contents.isFor(digest(caller))) {
      problems.add("another caller"); // who that is, is personal
    }
    if (clock.millis() >= contents.expiresAt()) { // as RFC 7519 section 4.1.4
      problems.add("expired");
      facts.put("expiredAt", Instant.ofEpochMilli(contents.expiresAt()).toString());
    }
    facts.put("problem", String.join(", ", problems));
    return problems.isEmpty() ? Map.of() : facts;
  }

  /** A name is never empty, so nobody is not a user. */
  private static byte[] digest(@Nullable Principal caller) {
    String name = caller == null ? "" : caller.getName();
    if (caller != null && name.isEmpty()) { // of another maker than this library
      throw new IllegalArgumentException(
          "The caller has no name, so a value for it would be for everybody. Pass the principal of"
              + " the request.");
    }
    return Contents.digest(name);
  }

  private long millis(Duration lifetime) {
    // Compared as durations: the milliseconds of the longest ones are no long.
    if (lifetime.compareTo(longest) > 0 || lifetime.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "The lifetime of a seal is "
              + lifetime
              + ". Write one up to "
              + longest
              + ", or raise that with withLongestLifetime.");
    }
    return lifetime.toMillis();
  }

  private static void requireLength(String what, String value, int max) {
    if (value.isEmpty() || value.length() > max) {
      throw new IllegalArgumentException(
          "The " + what + " of a seal has " + value.length() + " characters. Write 1 to " + max);
    }
  }

  private static AuthException refused(Map<String, String> facts) {
    return new AuthException(ReasonCode.SEAL_INVALID, facts);
  }

  @Override
  public String toString() {
    return "Seal[namespace=" + namespace + ", keys=" + keys + "]";
  }
}
