package io.mcpauth.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of settings are looked for.
 *
 * @param mostImportantFirst the places
 */
record Places(List<SettingSource> mostImportantFirst) {
  private List<String> names() {
    return mostImportantFirst.stream().map(SettingSource::name).toList();
  }

  /** What to say of a setting that is in none of them, and is no secret. */
  String unset(String setting) {
    for (int i = mostImportantFirst.size() - 1; i >= 0; i--) {
      SettingSource source = mostImportantFirst.get(i);
      if (source.hasOwnSpelling()) {
        return source.spelled(setting)
            + " is not set. Write it into "
            + source.name()
            + ", or "
            + setting
            + " into the environment.";
      }
    }
    return setting + " is not set. Write it as one of " + names() + ".";
  }

  /**
   * The value of the most important place that has one, or null where none has.
   *
   * @throws IllegalArgumentException if a secret stands where none belongs, is there twice, or
   *     cannot be read from its file
   */
  @Nullable PlacedValue valueOf(Settings.Key key) {
    return key.secret() ? secret(key.key()) : plain(key.key());
  }

  private @Nullable PlacedValue plain(String name) {
    for (SettingSource source : mostImportantFirst) {
      String value = source.values().get(name);
      if (value != null) {
        return new PlacedValue(value.strip(), place(name, source), false);
      }
    }
    return null;
  }

  private @Nullable PlacedValue secret(String name) {
    PlacedValue value = null;
    for (SettingSource source : mostImportantFirst) { // each: it may stand where none belongs
      String here = source.values().get(name);
      if (here != null) {
        requireForSecrets(name, source);
        value = value == null ? new PlacedValue(here, place(name, source), true) : value;
      }
    }
    PlacedValue path = plain(name + SecretFile.SUFFIX);
    if (value != null && path != null) {
      throw new IllegalArgumentException(
          value.place() + " and " + path.place() + " are the same secret. Remove one of them.");
    }
    return path == null ? value : new PlacedValue(SecretFile.read(path), path.place(), true);
  }

  private static void requireForSecrets(String name, SettingSource source) {
    if (!source.mayHoldSecrets()) {
      throw new IllegalArgumentException(
          place(name, source)
              + " is a secret, which is for the environment or a file alone. Write it as"
              + " variable of the environment, or its path as "
              + source.spelled(name + SecretFile.SUFFIX)
              + ".");
    }
  }

  /** What messages call a setting that stands in a place. */
  static String place(String name, SettingSource source) {
    return source.spelled(name) + " (" + source.name() + ")";
  }
}
