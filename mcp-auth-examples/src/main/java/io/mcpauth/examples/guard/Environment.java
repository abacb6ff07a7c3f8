package io.mcpauth.examples.guard;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Environment variables, each read in one form; messages name the variable. */
final class Environment {
  private static final List<String> OWN_PREFIXES = List.of("GUARD_", "MCP_AUTH_");

  private final Map<String, String> values;

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException for a variable of this program that it does not know, or an
   *     empty one
   */
  Environment(Map<String, String> values, Set<String> known) {
    this.values = values;
    values.forEach(
        (name, value) -> {
          boolean own = OWN_PREFIXES.stream().anyMatch(name::startsWith);
          if (own && !known.contains(name)) {
            throw new IllegalArgumentException(
                name + " is not a setting. Write one of " + new TreeSet<>(known) + ".");
          }
          if (known.contains(name) && value.isBlank()) {
            throw new IllegalArgumentException(
                name + " is empty. Write a value, or remove it for the default.");
          }
        });
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  @Nullable String text(String name) {
    String value = values.get(name);
    return value == null ? null : value.strip();
  }

  String text(String name, String standard) {
    String value = text(name);
    return value == null ? standard : value;
  }

  /** Not quoted in a message: it may be a secret in the wrong place. */
  @Nullable URI url(String name) {
    String value = text(name);
    return value == null ? null : url(name, value);
  }

  static URI url(String name, String value) {
    URI url;
    try {
      url = new URI(value);
    } catch (URISyntaxException e) {
      throw noUrl(name, "is no URL", e);
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw noUrl(name, "is no absolute http or https URL", null);
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw noUrl(name, "has user-info or a fragment", null);
    }
    return url;
  }

  private static IllegalArgumentException noUrl(
      String name, String problem, @Nullable Exception cause) {
    return new IllegalArgumentException(
        name + " " + problem + ". Write one such as 'http://127.0.0.1:4000/mcp'.", cause);
  }

  /** Entries between single separators; none where it is not set. */
  List<String> entries(String name, String separator) {
    String value = text(name);
    List<String> entries = new ArrayList<>();
    if (value != null) {
      for (String entry : value.split(separator, -1)) {
        if (entry.isBlank()) {
          throw new IllegalArgumentException(
              name
                  + " is '"
                  + value
                  + "', which has an empty entry. Separate entries by single "
                  + (separator.equals(" ") ? "spaces." : "commas."));
        }
        entries.add(entry.strip());
      }
    }
    return List.copyOf(entries);
  }

  boolean flag(String name) {
    String value = text(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(name + " is '" + value + "'. Write 'true' or 'false'.");
    }
    return value.equals("true");
  }

  int number(String name, int standard, int least, int most) {
    String value = text(name);
    if (value == null) {
      return standard;
    }
    if (value.matches("\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        name + " is '" + value + "'. Write a number from " + least + " to " + most + ".");
  }

  /** From the variable, or from the file that the variable with {@code _FILE} names. */
  @Nullable String secret(String name) {
    String file = text(name + "_FILE");
    if (file == null) {
      return values.get(name);
    }
    if (has(name)) {
      throw new IllegalArgumentException(
          name + " and " + name + "_FILE are both set. Remove one of them.");
    }
    String secret;
    try {
      secret = Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          name
              + "_FILE is '"
              + file
              + "', which cannot be read ("
              + e.getClass().getSimpleName()
              + "). Write the path of a text file that this user may read.",
          e);
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException(
          name + "_FILE is '" + file + "', which is empty. Put the secret into it.");
    }
    return secret;
  }
}
