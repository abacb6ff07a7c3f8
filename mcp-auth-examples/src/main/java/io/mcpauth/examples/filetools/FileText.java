package io.mcpauth.examples.filetools;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;

/**
 * Text files: strict UTF-8 without NUL, the same rule in both directions, so that whatever can be
 * written can be read again.
 */
final class FileText {

  private FileText() {}

  static String decode(ByteBuffer bytes) throws CharacterCodingException {
    return withoutNul(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
  }

  static ByteBuffer encode(String text) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(withoutNul(text)));
  }

  private static String withoutNul(String text) throws CharacterCodingException {
    if (text.indexOf('\0') >= 0) {
      throw new MalformedInputException(1);
    }
    return text;
  }
}
