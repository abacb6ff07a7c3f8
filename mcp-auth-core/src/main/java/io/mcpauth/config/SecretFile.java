package io.mcpauth.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A secret that is kept in a file, as container platforms mount them. */
final class SecretFile {
  /** What the key of a secret ends with where its value is the path of a file. */
  static final String SUFFIX = "_FILE";

  private static final int MAX_BYTES = 64 * 1024;

  private SecretFile() {}

  /**
   * The content of the file, without one line break at its end, which editors add.
   *
   * @throws IllegalArgumentException if it cannot be had; the message shows the path, and nothing
   *     of the content
   */
  static String read(PlacedValue path) {
    Path file = path(path);
    if (!Files.exists(file)) {
      throw wrong(path, "which does not exist. Write the path of the file, or put it there.");
    }
    if (!Files.isRegularFile(file)) {
      throw wrong(path, "which is no regular file. Write the path of one.");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw wrong(path, "which cannot be read. Let the user of this process read it.");
    }
    if (bytes.length > MAX_BYTES) {
      throw wrong(path, "which has more than 64 KiB. Write the path of the secret alone.");
    }
    String content = text(path, bytes).replaceFirst("\r?\n\\z", "");
    if (content.isBlank()) {
      throw wrong(path, "which is empty. Write the secret into it.");
    }
    return content;
  }

  private static Path path(PlacedValue path) {
    try {
      return Path.of(path.value());
    } catch (InvalidPathException e) {
      throw wrong(path, "which is no path. Write that of a file.");
    }
  }

  private static String text(PlacedValue path, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) { // not as the cause: it says what it found
      throw wrong(path, "which is not UTF-8. Write the secret as text.");
    }
  }

  private static IllegalArgumentException wrong(PlacedValue path, String problem) {
    return new IllegalArgumentException(path.place() + " is " + path.shown() + ", " + problem);
  }
}
