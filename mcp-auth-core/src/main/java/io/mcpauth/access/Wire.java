package io.mcpauth.access;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Feed;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How rules and the status are written into a {@link Feed}. What cannot be read stands for
 * something that a later release wrote: it is an error and never nothing.
 */
final class Wire {
  /** Where the status is, under one key. */
  static final String STATUS = "access.status";

  static final String STATUS_KEY = "status";

  /** Where the rules are, under their ids. */
  static final String RULES = "access.rule";

  private static final String NO_SESSION = "no_sid";

  /**
   * Whoever picks names finds no two with one id, and so cannot have one rule overwrite another.
   */
  private static final int ID_BYTES = 16;

  private static final Set<String> RULE_MEMBERS = Set.of("kind", "target", "before", "by");
  private static final Set<String> STATUS_MEMBERS = Set.of("mode", "message", "retry_after", "by");
  private static final Set<String> TARGET_MEMBERS =
      Set.of("iss", "sub", "client_id", "group", "kid", "sid", "jti", "sha256", NO_SESSION);

  private Wire() {}

  /** The same for the same rule on every node. */
  static String id(AccessRule.Kind kind, AccessTarget target) {
    byte[] hash =
        Opaque.sha256(kind + new String(Json.write(members(target)), StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, ID_BYTES);
  }

  static String rule(
      AccessRule.Kind kind, AccessTarget target, @Nullable Instant before, String madeBy) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", kind.name().toLowerCase(Locale.ROOT));
    members.put("target", members(target));
    if (before != null) {
      members.put("before", before.toEpochMilli());
    }
    members.put("by", madeBy);
    return text(members);
  }

  static AccessRule rule(Feed.Change change) {
    Map<String, @Nullable Object> members = members(change, RULE_MEMBERS);
    Object before = members.get("before");
    AccessRule.Kind kind = named(AccessRule.Kind.class, members.get("kind"), change);
    return new AccessRule(
        change.key(),
        kind,
        target(members.get("target"), change),
        kind == AccessRule.Kind.CUT_OFF || kind == AccessRule.Kind.CUT_OFF_OLD
            ? before instanceof Long millis ? Instant.ofEpochMilli(millis) : change.at()
            : null,
        change.at(),
        change.expiresAt().isBefore(AccessControl.NEVER) ? change.expiresAt() : null,
        String.valueOf(members.get("by")));
  }

  static String status(
      AccessStatus.AccessMode mode, String message, @Nullable Duration retryAfter, String madeBy) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("mode", mode.name().toLowerCase(Locale.ROOT));
    members.put("message", message);
    if (retryAfter != null) {
      members.put("retry_after", retryAfter.toSeconds());
    }
    members.put("by", madeBy);
    return text(members);
  }

  static AccessStatus status(Feed.Change change) {
    Map<String, @Nullable Object> members = members(change, STATUS_MEMBERS);
    return new AccessStatus(
        named(AccessStatus.AccessMode.class, members.get("mode"), change),
        members.get("message") instanceof String message ? message : "",
        members.get("retry_after") instanceof Long seconds ? Duration.ofSeconds(seconds) : null,
        change.at(),
        String.valueOf(members.get("by")));
  }

  private static Map<String, Object> members(AccessTarget target) {
    Map<String, Object> members = new LinkedHashMap<>();
    put(members, "iss", target.issuer());
    put(members, "sub", target.subject());
    put(members, "client_id", target.clientId());
    put(members, "group", target.group());
    put(members, "kid", target.keyId());
    put(members, "sid", target.sessionId());
    put(members, "jti", target.tokenId());
    put(members, "sha256", target.tokenHash());
    if (target.withoutSession()) {
      members.put(NO_SESSION, true);
    }
    return members;
  }

  private static void put(Map<String, Object> members, String name, @Nullable String value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  private static AccessTarget target(@Nullable Object value, Feed.Change change) {
    // A part that is not known would be left out, and the rule be about more than was meant.
    if (!(value instanceof Map<?, ?> members)
        || !TARGET_MEMBERS.containsAll(members.keySet())
        || !members.entrySet().stream().allMatch(Wire::isPart)) {
      throw unreadable(change, null);
    }
    try {
      return new AccessTarget(
          text(members.get("iss")),
          text(members.get("sub")),
          text(members.get("client_id")),
          text(members.get("group")),
          text(members.get("kid")),
          text(members.get("sid")),
          text(members.get("jti")),
          text(members.get("sha256")),
          Boolean.TRUE.equals(members.get(NO_SESSION)));
    } catch (IllegalArgumentException e) {
      throw unreadable(change, e);
    }
  }

  private static boolean isPart(Map.Entry<?, ?> member) {
    return NO_SESSION.equals(member.getKey())
        ? Boolean.TRUE.equals(member.getValue())
        : member.getValue() instanceof String;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value instanceof String text ? text : null;
  }

  private static <E extends Enum<E>> E named(
      Class<E> type, @Nullable Object name, Feed.Change change) {
    try {
      return Enum.valueOf(type, String.valueOf(name).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw unreadable(change, e);
    }
  }

  private static Map<String, @Nullable Object> members(Feed.Change change, Set<String> known) {
    try {
      Map<String, @Nullable Object> members =
          Json.object(String.valueOf(change.value()).getBytes(StandardCharsets.UTF_8));
      if (!known.containsAll(members.keySet())) {
        throw unreadable(change, null);
      }
      return members;
    } catch (InvalidJsonException e) {
      throw unreadable(change, e);
    }
  }

  private static String text(Map<String, Object> members) {
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  private static StoreException unreadable(Feed.Change change, @Nullable Exception cause) {
    String problem =
        "The store has '"
            + AuthException.fitForLog(change.key())
            + "' in "
            + change.collection()
            + ", which this release cannot read. Start the release that wrote it, or "
            + (change.collection().equals(STATUS) ? "open or close access anew." : "undo it.");
    return cause == null ? new StoreException(problem) : new StoreException(problem, cause);
  }
}
