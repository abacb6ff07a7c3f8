package io.mcpauth.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of a program, and what becomes of a name that is none of them. */
final class KnownKeys {
  /** What Kubernetes sets for every service of the namespace, whatever the program. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("[A-Z0-9_]+_(SERVICE_(HOST|PORT(_.*)?)|PORT(_\\d+_(TCP|UDP|SCTP).*)?)");

  private final Map<String, Settings.Key> keys = new LinkedHashMap<>();
  private final Set<String> names = new TreeSet<>();
  private final Set<String> prefixes = new TreeSet<>(Set.of(Setting.PREFIX));

  KnownKeys(Collection<? extends Settings.Key> known) {
    for (Settings.Key key : known) {
      if (keys.putIfAbsent(key.key(), key) != null) {
        throw new IllegalArgumentException(key.key() + " is known twice. Name it once.");
      }
      names.add(key.key());
      if (key.secret()) {
        names.add(key.key() + SecretFile.SUFFIX);
      }
      if (!key.prefix().isEmpty()) {
        prefixes.add(key.prefix());
      }
    }
  }

  Collection<Settings.Key> all() {
    return keys.values();
  }

  boolean has(Settings.Key key) {
    return keys.containsKey(key.key());
  }

  /** Requires that every name in a source that looks like a setting is one, and has a value. */
  void require(SettingSource source, Mistakes mistakes) {
    source.values().forEach((name, value) -> mistakes.collect(() -> require(name, value, source)));
  }

  private void require(String name, String value, SettingSource source) {
    String place = Places.place(name, source);
    if (!names.contains(name)) {
      if (source.ownNamesOnly() || looksLikeOne(name)) {
        throw unknown(name, source);
      }
    } else if (value.isBlank()) {
      throw new IllegalArgumentException(
          place + " is empty. Write a value, or remove it for the default.");
    }
  }

  private boolean looksLikeOne(String name) {
    String upper = name.toUpperCase(Locale.ROOT); // mcp_auth_mode is meant to be one
    return prefixes.stream().anyMatch(upper::startsWith);
  }

  private IllegalArgumentException unknown(String name, SettingSource source) {
    String meant = nearest(name);
    List<String> message = new ArrayList<>();
    message.add(Places.place(name, source) + " is not a setting here.");
    message.add(
        meant == null
            ? "Write one of " + names.stream().map(source::spelled).toList() + ", or remove it."
            : "Write " + source.spelled(meant) + ", or remove it.");
    if (SERVICE_LINK.matcher(name).matches()) {
      message.add(
          "If Kubernetes sets it, for a service of such a name, write 'enableServiceLinks: false'"
              + " for the pod.");
    }
    return new IllegalArgumentException(String.join(" ", message));
  }

  private @Nullable String nearest(String name) {
    String written =
        name.replaceAll("([a-z])([A-Z])", "$1_$2").replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    String best = null;
    int least = 4; // further away, or of a short name the half, it is a guess
    for (String known : names) {
      for (String prefix : prefixes) {
        String full = looksLikeOne(written) ? written : prefix + written;
        int distance = EditDistance.between(full, known);
        if (distance < least && 2 * distance <= ownLength(known)) {
          least = distance;
          best = known;
        }
      }
    }
    return best;
  }

  /** How long a name is behind its prefix, which they all share. */
  private int ownLength(String name) {
    return name.length()
        - prefixes.stream().filter(name::startsWith).mapToInt(String::length).max().orElse(0);
  }
}
