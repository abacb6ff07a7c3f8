package io.mcpauth.key;

import io.mcpauth.metadata.ResourceIdentifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a key is written, in a store and in a file. What has a member that is not known was written
 * by a later release, and may mean less than what would be read.
 */
final class KeyWire {
  private static final String NAME = "name";
  private static final String USE = "use";
  private static final String OWNER = "owner";
  private static final String SCOPES = "scopes";
  private static final String RESOURCE = "resource";
  private static final String LIFE = "life_seconds";
  private static final String SECRETS = "secrets";
  private static final String ID = "id";
  private static final String HASH = "sha256";
  private static final String CREATED = "created";
  private static final String EXPIRES = "expires";
  private static final Set<String> MEMBERS =
      Set.of(NAME, USE, OWNER, SCOPES, RESOURCE, LIFE, SECRETS);
  private static final Set<String> SECRET_MEMBERS = Set.of(ID, HASH, CREATED, EXPIRES);
  private static final Pattern ID_FORM = Pattern.compile("[0-9A-Za-z]{" + KeyText.ID_CHARS + "}");
  private static final Pattern HASH_FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

  private KeyWire() {}

  static Map<String, @Nullable Object> members(KeyEntry entry) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put(NAME, entry.name());
    members.put(USE, entry.use().name().toLowerCase(Locale.ROOT));
    if (entry.owner() != null) {
      members.put(OWNER, entry.owner());
    }
    members.put(SCOPES, entry.scopes().stream().sorted().toList());
    members.put(RESOURCE, entry.resource());
    members.put(LIFE, entry.life().toSeconds());
    members.put(SECRETS, entry.secrets().stream().map(KeyWire::secret).toList());
    return members;
  }

  private static Map<String, Object> secret(KeyEntry.Secret secret) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(ID, secret.id());
    members.put(HASH, secret.hash());
    members.put(CREATED, secret.createdAt().toEpochMilli());
    members.put(EXPIRES, secret.expiresAt().toEpochMilli());
    return members;
  }

  /**
   * Reads what {@link #members} wrote.
   *
   * @throws IllegalArgumentException if it is nothing of the kind; the message quotes no secret and
   *     no owner
   */
  static KeyEntry entry(@Nullable Object value) {
    Map<?, ?> members = object(value, MEMBERS);
    String name = text(members, NAME);
    NewKey.requireName(name);
    String owner = members.containsKey(OWNER) ? text(members, OWNER) : null;
    if (owner != null) {
      NewKey.requireOwner(owner);
    }
    Duration life = Duration.ofSeconds(number(members, LIFE));
    NewKey.requireLife(life);
    return new KeyEntry(
        name,
        use(text(members, USE)),
        owner,
        scopes(members.get(SCOPES)),
        ResourceIdentifier.of(text(members, RESOURCE)).value(),
        life,
        secrets(members.get(SECRETS)));
  }

  /** The name in what may be an entry; null where there is none that a key may have. */
  static @Nullable String name(@Nullable Object value) {
    return value instanceof Map<?, ?> members
            && members.get(NAME) instanceof String name
            && NewKey.isName(name)
        ? name
        : null;
  }

  private static IssuedKey.Use use(String name) {
    for (IssuedKey.Use use : IssuedKey.Use.values()) {
      if (use.name().toLowerCase(Locale.ROOT).equals(name)) {
        return use;
      }
    }
    throw wrong(USE, "'key' or 'basic'");
  }

  private static Set<String> scopes(@Nullable Object value) {
    if (!(value instanceof List<?> list)) {
      throw wrong(SCOPES, "an array of strings");
    }
    Set<String> scopes = new LinkedHashSet<>();
    for (Object scope : list) {
      if (!(scope instanceof String text)) {
        throw wrong(SCOPES, "an array of strings");
      }
      scopes.add(text);
    }
    NewKey.requireScopes(scopes);
    return scopes;
  }

  private static List<KeyEntry.Secret> secrets(@Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > KeyEntry.MOST_SECRETS) {
      throw wrong(SECRETS, "an array of one to " + KeyEntry.MOST_SECRETS + " objects");
    }
    List<KeyEntry.Secret> secrets = new ArrayList<>();
    for (Object one : list) {
      Map<?, ?> members = object(one, SECRET_MEMBERS);
      secrets.add(
          new KeyEntry.Secret(
              text(members, ID, ID_FORM),
              text(members, HASH, HASH_FORM),
              Instant.ofEpochMilli(number(members, CREATED)),
              Instant.ofEpochMilli(number(members, EXPIRES))));
    }
    return secrets;
  }

  private static Map<?, ?> object(@Nullable Object value, Set<String> known) {
    if (!(value instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException("A key is no object. Write it with 'keys create'.");
    }
    if (!known.containsAll(members.keySet())) {
      throw new IllegalArgumentException(
          "A key has a member that this release does not know. Write one of "
              + new TreeSet<>(known)
              + ".");
    }
    return members;
  }

  private static String text(Map<?, ?> members, String name) {
    if (members.get(name) instanceof String text) {
      return text;
    }
    throw wrong(name, "a string");
  }

  private static String text(Map<?, ?> members, String name, Pattern form) {
    String text = text(members, name);
    if (!form.matcher(text).matches()) {
      throw wrong(name, form.pattern());
    }
    return text;
  }

  /** Up to the year 9999, in milliseconds. */
  private static long number(Map<?, ?> members, String name) {
    if (members.get(name) instanceof Long number && number >= 0 && number <= 253_402_300_799_999L) {
      return number;
    }
    throw wrong(name, "a whole number of the epoch");
  }

  private static IllegalArgumentException wrong(String member, String instead) {
    return new IllegalArgumentException(
        "The '" + member + "' of a key cannot be read. Write " + instead + ".");
  }
}
