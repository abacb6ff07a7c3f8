package io.mcpauth.edge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header that mirrors the body, plain or in Base64 (MCP 2026-07-28, Streamable HTTP,
 * "Value Encoding"), read so strictly that no other reader can understand it differently.
 */
final class HeaderValue {
  private static final String PREFIX = "=?base64?";
  private static final String SUFFIX = "?=";

  private HeaderValue() {}

  /** Whether there is nothing but visible ASCII, space and tab (RFC 9110 section 5.5). */
  static boolean wellFormed(String value) {
    return value.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == '\t');
  }

  /** What the value stands for, or null where it is malformed. */
  static @Nullable String decoded(String value) {
    if (!wellFormed(value)) {
      return null;
    }
    if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX)) {
      return value;
    }
    int end = value.length() - SUFFIX.length();
    // In "=?base64?=" the two share a character: one reader sees an empty value, another a name.
    return end < PREFIX.length() ? null : ofBase64(value.substring(PREFIX.length(), end));
  }

  private static @Nullable String ofBase64(String content) {
    try {
      byte[] bytes = Base64.getDecoder().decode(content);
      // RFC 4648 section 3.5: other padding or stray bits are a second spelling of the same bytes.
      if (!Base64.getEncoder().encodeToString(bytes).equals(content)) {
        return null;
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return null; // neither Base64 nor UTF-8
    }
  }
}
