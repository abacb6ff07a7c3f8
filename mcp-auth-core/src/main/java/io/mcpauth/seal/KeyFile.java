package io.mcpauth.seal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file with a key per line. No message quotes it. */
final class KeyFile {
  private static final int MAX_BYTES = 64 * 1024;

  private final Path path;

  KeyFile(Path path) {
    this.path = path;
  }

  /**
   * The keys in the order of the file.
   *
   * @throws IllegalArgumentException if a line is no key, two are the same, there is none, or the
   *     file cannot be read
   */
  List<SealedJwe> read() {
    List<SealedJwe> keys = new ArrayList<>();
    Map<String, Integer> lines = new LinkedHashMap<>();
    int number = 0;
    for (String line : text().lines().toList()) {
      number++;
      int comment = line.indexOf('#');
      String key = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!key.isEmpty()) {
        SealedJwe read = key(key, number);
        Integer first = lines.putIfAbsent(read.keyId(), number);
        if (first != null) {
          throw bad(number, "repeats the key of line " + first + ". Write each key once.");
        }
        keys.add(read);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "Seal key file '" + path + "' has no key. Write a line with " + SealKeys.HOW + ".");
    }
    return keys;
  }

  /** Whether every user of the machine may read it; false where the file system cannot say. */
  boolean isOpenToAll() {
    try {
      return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private String text() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "Seal key file '" + path + "' is larger than 64 KB. Write one key per line.");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Seal key file '"
              + path
              + "' cannot be read ("
              + e.getClass().getSimpleName()
              + "). Write a file with one line per key, each "
              + SealKeys.HOW
              + ".",
          e);
    }
  }

  private SealedJwe key(String line, int number) {
    byte[] key = decoded(line);
    if (key == null) {
      throw bad(number, "is not base64 or base64url. Write " + SealKeys.HOW + ".");
    }
    String problem = SealKeys.problemOf(key);
    if (problem != null) {
      throw bad(number, problem);
    }
    return new SealedJwe(key);
  }

  private static byte @Nullable [] decoded(String line) {
    try {
      return Base64.getDecoder().decode(line.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      return null; // its message has a character of the key
    }
  }

  private IllegalArgumentException bad(int line, String problem) {
    return new IllegalArgumentException(
        "Seal key file '" + path + "', line " + line + " " + problem);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
