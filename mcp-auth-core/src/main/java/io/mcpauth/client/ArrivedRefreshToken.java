package io.mcpauth.client;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The refresh token in an answer that is no answer otherwise: cut off, with a member twice, with an
 * access token of another type. That it came says that the one before it is spent; to use it again
 * would look like theft (RFC 9700 section 4.14.2). It is sent to the issuer that wrote it and to
 * nobody else, so nothing is lost if it is not what it looks like.
 *
 * @param named whether the answer names one at all
 * @param token the one that it names, or null where it cannot be read
 */
record ArrivedRefreshToken(boolean named, TokenSet.@Nullable RefreshToken token) {
  private static final Pattern MEMBER = Pattern.compile("\"refresh_token\"\\s*:\\s*");

  /** A text without escapes; null says nothing. */
  private static final Pattern VALUE = Pattern.compile("\"([ !#-\\[\\]-~]{0,16384})\"|null");

  /** Looks for it. */
  static ArrivedRefreshToken in(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    Matcher member = MEMBER.matcher(text);
    if (!member.find()) {
      return new ArrivedRefreshToken(false, null);
    }
    Matcher value = VALUE.matcher(text).region(member.end(), text.length());
    boolean readable = value.lookingAt();
    String found = readable ? value.group(1) : null;
    if (readable && (found == null || found.isBlank())) {
      return new ArrivedRefreshToken(false, null);
    }
    boolean twice = member.find();
    return new ArrivedRefreshToken(
        true, found == null || twice ? null : TokenSet.RefreshToken.of(found));
  }

  /** It, where the answer names one; else the one before it, which is as good as it was. */
  TokenSet.@Nullable RefreshToken orElse(TokenSet.@Nullable RefreshToken before) {
    return named ? token : before;
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "ArrivedRefreshToken[...]";
  }
}
