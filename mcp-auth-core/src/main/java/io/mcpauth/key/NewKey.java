package io.mcpauth.key;

import io.mcpauth.internal.net.QuotedWord;
import io.mcpauth.internal.net.SetOnce;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key to be made: {@code NewKey.named("ci").scopes("files:list", "files:read")}. Without scopes
 * it may do what the policy asks none for; it lasts 365 days, is sent as a key, and is nobody's.
 */
public final class NewKey {
  /** How long a key lasts unless something else is said: 365 days. */
  public static final Duration DEFAULT_LIFE = Duration.ofDays(365);

  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);
  private static final Duration LONGEST_LIFE = Duration.ofDays(3_650);
  private static final int MOST_SCOPES = 100;
  private static final int LONGEST_SCOPE = 256;
  private static final int LONGEST_OWNER = 255;

  /** Without a colon, which ends the name in Basic credentials (RFC 7617 section 2). */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@/+-]{0,63}");

  private final String name;
  private @Nullable Set<String> scopes;
  private @Nullable String owner;
  private @Nullable Duration life;
  private IssuedKey.@Nullable Use use;

  private NewKey(String name) {
    this.name = name;
  }

  /**
   * One of that name, which is the client id of its callers.
   *
   * @param name 1 to 64 letters, digits and {@code . _ @ / + -}, a letter or a digit first
   * @throws IllegalArgumentException if it is none
   */
  public static NewKey named(String name) {
    requireName(name);
    return new NewKey(name);
  }

  /**
   * What it may do.
   *
   * @throws IllegalArgumentException if one is no scope token (RFC 6749 section 3.3) or is there
   *     twice, if there are more than 100, or if they were set before
   */
  public NewKey scopes(String... scopes) {
    SetOnce.require(this.scopes == null, "The set of scopes");
    Set<String> set = new LinkedHashSet<>(Arrays.asList(scopes));
    if (set.size() != scopes.length) {
      throw new IllegalArgumentException("A scope of the key is there twice. Write it once.");
    }
    requireScopes(set);
    this.scopes = set;
    return this;
  }

  /**
   * Whose it is: the subject of its callers, by which rules of access keep out a user with all of
   * his keys.
   *
   * @param owner 1 to 255 characters without control characters
   * @throws IllegalArgumentException if it is none, or was set before
   */
  public NewKey owner(String owner) {
    SetOnce.require(this.owner == null, "The owner");
    requireOwner(owner);
    this.owner = owner;
    return this;
  }

  /**
   * How long it lasts.
   *
   * @param life a second to 3650 days, 365 days unless this is called
   * @throws IllegalArgumentException if it is shorter or longer, or was set before
   */
  public NewKey lasting(Duration life) {
    SetOnce.require(this.life == null, "The life of the key");
    requireLife(life);
    this.life = life;
    return this;
  }

  /**
   * How it may be sent: {@link IssuedKey.Use#KEY} unless this is called.
   *
   * @throws IllegalArgumentException if it was set before
   */
  public NewKey use(IssuedKey.Use use) {
    SetOnce.require(this.use == null, "The use of the key");
    this.use = use;
    return this;
  }

  String name() {
    return name;
  }

  Set<String> scopes() {
    return scopes == null ? Set.of() : Collections.unmodifiableSet(scopes);
  }

  @Nullable String owner() {
    return owner;
  }

  Duration life() {
    return life == null ? DEFAULT_LIFE : life;
  }

  IssuedKey.Use use() {
    return use == null ? IssuedKey.Use.KEY : use;
  }

  static void requireName(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "The name of a key has to be 1 to 64 letters, digits and . _ @ / + -, a letter or a digit"
              + " first. Write one such as 'ci'.");
    }
  }

  static void requireLife(Duration life) {
    if (life.compareTo(SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException(
          "A key cannot last " + life + ". Write a second to 3650 days.");
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static void requireOwner(String owner) {
    if (owner.isBlank()
        || owner.length() > LONGEST_OWNER
        || owner.codePoints().anyMatch(NewKey::isUnfit)) {
      throw new IllegalArgumentException(
          "The owner of a key has to be 1 to 255 characters that show, without control characters."
              + " Write the subject of a user, such as 'alice'.");
    }
  }

  /** Line ends and bidi controls forge log lines; a lone surrogate is no text. */
  private static boolean isUnfit(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  static void requireScopes(Set<String> scopes) {
    if (scopes.size() > MOST_SCOPES) {
      throw new IllegalArgumentException(
          "A key has at most " + MOST_SCOPES + " scopes. Write those that it needs.");
    }
    for (String scope : scopes) {
      // RFC 6749 section 3.3
      if (scope.length() > LONGEST_SCOPE || !QuotedWord.is(scope)) {
        throw new IllegalArgumentException(
            "A scope of the key is no scope token of 1 to "
                + LONGEST_SCOPE
                + " characters. Write each scope by itself.");
      }
      if (scope.equals("offline_access")) {
        throw new IllegalArgumentException(
            "Scope 'offline_access' is between client and authorization server. Remove it.");
      }
    }
  }
}
