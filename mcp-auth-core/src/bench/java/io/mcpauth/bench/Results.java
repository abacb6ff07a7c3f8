package io.mcpauth.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Where figures go: a line of JSON each, on the console and in the file {@code bench.out}. */
final class Results {
  private Results() {}

  /** A single figure that was counted. */
  static void measure(String name, long value, String unit) {
    measure(name, (double) value, unit);
  }

  /** A single figure. */
  static void measure(String name, double value, String unit) {
    write(
        String.format(
            Locale.ROOT,
            "{\"measure\":\"%s\",\"value\":%.10g,\"unit\":\"%s\",%s}",
            name,
            value,
            unit,
            java()));
  }

  static void write(String line) {
    System.out.println(line);
    String file = System.getProperty("bench.out");
    if (file == null) {
      return;
    }
    try {
      Files.write(
          Path.of(file),
          (line + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The member that says which JDK it was. */
  static String java() {
    return "\"java\":\"" + Runtime.version().feature() + "\"";
  }
}
