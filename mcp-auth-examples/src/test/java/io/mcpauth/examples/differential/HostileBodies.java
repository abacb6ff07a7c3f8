package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The corpus {@code hostile-bodies.txt}: one body on each line; {@code %0A} stands for the byte 0A,
 * {@code %[x5]} for five times {@code x}.
 */
final class HostileBodies {
  private static final Pattern REPEATED = Pattern.compile("%\\[(.)([0-9]+)]");
  private static final Pattern BYTE = Pattern.compile("%([0-9A-F]{2})");

  private HostileBodies() {}

  static List<byte[]> all() {
    List<byte[]> bodies = new ArrayList<>();
    text()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(HostileBodies::body)
        .forEach(bodies::add);
    return bodies;
  }

  private static byte[] body(String line) {
    String repeated =
        REPEATED
            .matcher(line)
            .replaceAll(m -> literally(m.group(1).repeat(Integer.parseInt(m.group(2)))));
    // Latin-1 has a char for each byte.
    return BYTE.matcher(new String(repeated.getBytes(UTF_8), ISO_8859_1))
        .replaceAll(m -> literally(Character.toString(Integer.parseInt(m.group(1), 16))))
        .getBytes(ISO_8859_1);
  }

  private static String literally(String text) {
    return Matcher.quoteReplacement(text);
  }

  private static String text() {
    try (InputStream in = HostileBodies.class.getResourceAsStream("hostile-bodies.txt")) {
      return new String(Objects.requireNonNull(in, "the corpus").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
