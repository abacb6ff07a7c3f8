package io.mcpauth.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of settings, taken from the most important place that has one.
 *
 * <p>Strict: a name that looks like a setting and is none, and a value that is empty, stop the
 * start wherever they stand, also where a more important place decides. Space around a value is
 * taken off, but not of a secret. Immutable; files of secrets are read once.
 *
 * <p>A program without a {@code web.xml} reads them from {@link SettingSource#systemProperties} and
 * {@link SettingSource#environment}.
 *
 * <p>Does not check: what the values mean, which is for {@link Setting.Mode} and whoever reads
 * them.
 */
public final class Settings {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,15}");

  private final KnownKeys known;
  private final Places places;
  private final Map<String, PlacedValue> values;

  private Settings(KnownKeys known, Places places, Map<String, PlacedValue> values) {
    this.known = known;
    this.places = places;
    this.values = values;
  }

  /**
   * Reads settings.
   *
   * @param known the settings of the program; also {@code X_FILE} for each secret {@code X}, the
   *     path of a file with the value
   * @param mostImportantFirst where they are looked for: the operator's word (system property, then
   *     environment) before that of whoever packaged the application (init-param, then
   *     context-param)
   * @throws IllegalArgumentException if a name is unknown, a value is empty, or a secret stands
   *     where none belongs, is there twice, or cannot be read from its file; the message names the
   *     setting, the place and what to write, and never shows a secret
   */
  public static Settings of(Collection<? extends Key> known, SettingSource... mostImportantFirst) {
    KnownKeys keys = new KnownKeys(known);
    Places places = new Places(List.of(mostImportantFirst));
    Mistakes mistakes = new Mistakes();
    places.mostImportantFirst().forEach(source -> keys.require(source, mistakes));
    Map<String, PlacedValue> values = new LinkedHashMap<>();
    for (Key key : keys.all()) {
      mistakes.collect(
          () -> {
            PlacedValue value = places.valueOf(key);
            if (value != null) {
              values.put(key.key(), value);
            }
          });
    }
    mistakes.requireNone();
    return new Settings(keys, places, values);
  }

  /** The value, or null where it is not set. */
  public @Nullable String value(Key key) {
    PlacedValue found = values.get(key.key());
    return found == null ? null : found.value();
  }

  /**
   * The value.
   *
   * @throws IllegalArgumentException if it is not set
   */
  public String require(Key key) {
    String value = value(key);
    if (value == null) {
      throw new IllegalArgumentException(
          key.secret()
              ? key.key()
                  + " is not set. Write it as variable of the environment, or its path as "
                  + key.key()
                  + SecretFile.SUFFIX
                  + "."
              : places.unset(key.key()));
    }
    return value;
  }

  /**
   * The values that commas separate, without the space around them; none where it is not set.
   *
   * @throws IllegalArgumentException if one of them is empty
   */
  public List<String> values(Key key) {
    return split(key, ",", "which has an empty entry. Write entries separated by single commas.");
  }

  /**
   * The words that single spaces separate; none where it is not set.
   *
   * @throws IllegalArgumentException if there are several spaces, or other blanks, between two, or
   *     a comma, which mostly was meant to separate them
   */
  public List<String> words(Key key) {
    String value = value(key);
    if (value != null && value.contains(",")) {
      throw wrong(
          key,
          "which has a comma. Write them separated by single spaces, such as 'a b'; one with"
              + " a comma in its name takes a policy file, or code.");
    }
    return split(key, " ", "which has more than a space between two. Write single spaces.");
  }

  /**
   * Whether it is {@code true}; false where it is not set.
   *
   * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
   */
  public boolean flag(Key key) {
    String value = value(key);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw wrong(key, "which is neither. Write 'true' or 'false'.");
    }
    return "true".equals(value);
  }

  /**
   * The whole number, or null where it is not set.
   *
   * @throws IllegalArgumentException if it is none, or out of the range
   */
  public @Nullable Integer number(Key key, int least, int most) {
    String value = value(key);
    if (value == null) {
      return null;
    }
    long number = WHOLE_NUMBER.matcher(value).matches() ? Long.parseLong(value) : Long.MAX_VALUE;
    if (number < least || number > most) {
      throw wrong(
          key, "which is no whole number from " + least + " to " + most + ". Write one that is.");
    }
    return (int) number;
  }

  /**
   * The number of seconds, or null where it is not set.
   *
   * @throws IllegalArgumentException if it is no whole number, or out of the range
   */
  public @Nullable Duration seconds(Key key, int least, int most) {
    Integer number = number(key, least, most);
    return number == null ? null : Duration.ofSeconds(number);
  }

  /**
   * These settings with another value of one, which the program works out itself: the real path of
   * a file of the web application. Messages still name the place where it was set.
   *
   * @throws IllegalArgumentException if the key is not among the known ones, or the value is empty
   */
  public Settings with(Key key, String value) {
    PlacedValue before = values.get(key.key());
    String place = before == null ? key.key() + " (set by the program)" : before.place();
    if (!known.has(key)) {
      throw new IllegalArgumentException(
          key.key() + " is not a setting here. Add it to the known.");
    }
    if (value.isBlank()) {
      throw new IllegalArgumentException(place + " is empty. Write a value.");
    }
    Map<String, PlacedValue> changed = new LinkedHashMap<>(values);
    changed.put(key.key(), new PlacedValue(value, place, key.secret()));
    return new Settings(known, places, changed);
  }

  /**
   * These settings with one that another says in its own words, such as the name of another guide.
   * Messages name the other, which is what was written, and say as what it was taken.
   *
   * @param from the other, which is set and no secret
   * @throws IllegalArgumentException as {@link #with(Key, String)}, or if {@code from} is not set
   */
  public Settings with(Key key, String value, Key from) {
    PlacedValue written = values.get(from.key());
    if (written == null) {
      throw new IllegalArgumentException(from.key() + " is not set. Name a setting that is.");
    }
    Settings all = with(key, value);
    Map<String, PlacedValue> changed = new LinkedHashMap<>(all.values);
    changed.put(key.key(), written.takenAs(key.key(), value));
    return new Settings(known, places, changed);
  }

  /** These settings as if one were not set: the program has dealt with it itself. */
  public Settings without(Key key) {
    Map<String, PlacedValue> changed = new LinkedHashMap<>(values);
    changed.remove(key.key());
    return new Settings(known, places, changed);
  }

  /** The key and where it was set, for messages, such as {@code MCP_AUTH_MODE (environment)}. */
  public String at(Key key) {
    PlacedValue found = values.get(key.key());
    return found == null ? key.key() : found.place();
  }

  /**
   * What to throw for a wrong value.
   *
   * @param problem what is wrong and what to write, such as {@code which is no mode. Write 'oauth'
   *     or 'none'.}
   */
  public IllegalArgumentException wrong(Key key, String problem) {
    PlacedValue found = values.get(key.key());
    String shown = found == null ? "not set" : found.shown();
    return new IllegalArgumentException(at(key) + " is " + shown + ", " + problem);
  }

  /**
   * Requires that none of these is set.
   *
   * @param why they mean nothing, such as {@code MCP_AUTH_MODE is 'none'}
   * @throws IllegalArgumentException if one is
   */
  public void requireUnset(Collection<? extends Key> keys, String why) {
    for (Key key : keys) {
      PlacedValue found = values.get(key.key());
      if (found != null) {
        throw new IllegalArgumentException(
            found.place() + " means nothing here: " + why + ". Remove " + found.name() + ".");
      }
    }
  }

  /**
   * Runs what reads a setting; the message of an {@link IllegalArgumentException} then begins with
   * the key and the place.
   *
   * <p>Does not check: whether the message of the part shows a secret.
   */
  public <T> T naming(Key key, Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      String message = at(key) + ": " + e.getMessage();
      throw key.secret() // whose cause may quote what it could not read
          ? new IllegalArgumentException(message)
          : new IllegalArgumentException(message, e);
    }
  }

  /** What is set where, and no value. */
  @Override
  public String toString() {
    return "Settings" + values.values();
  }

  private List<String> split(Key key, String separator, String problem) {
    String value = value(key);
    List<String> entries = new ArrayList<>();
    if (value != null) {
      for (String entry : value.split(separator, -1)) {
        if (entry.isBlank()) {
          throw wrong(key, problem);
        }
        entries.add(entry.strip());
      }
    }
    return List.copyOf(entries);
  }

  /** The name of a setting: the same in system properties, environment and init-parameters. */
  public interface Key {
    /** The name, such as {@code MCP_AUTH_RESOURCE}. */
    String key();

    /**
     * Whether its value is a secret: then it comes from the environment or a file only, and is
     * never shown.
     */
    boolean secret();

    /**
     * What the names of its family begin with, such as {@code MCP_AUTH_}: an unknown name that
     * begins so is a mistake wherever it stands. Empty by default, for a name that other programs
     * may use as well.
     */
    default String prefix() {
      return "";
    }
  }
}
