package io.mcpauth.client;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one authorization (RFC 6749 section 5.1). Nothing prints their values.
 *
 * @param issuer the issuer of the authorization server that they are from
 * @param accessToken the access token, with its end and its scopes
 * @param refreshToken what to get new ones with, or null where the server gave none
 */
public record TokenSet(
    String issuer, AccessToken accessToken, @Nullable RefreshToken refreshToken) {
  /** The tokens as text, to be kept sealed; a secret. Read with {@link #parse}. */
  public String toText() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer);
    members.put("access_token", accessToken.value());
    members.put("obtained_at", accessToken.obtainedAt().toString());
    members.put("expires_at", accessToken.expiresAt().toString());
    members.put("scopes", List.copyOf(accessToken.scopes()));
    members.put("dpop", accessToken.isDpopBound());
    members.put("refresh_token", refreshToken == null ? null : refreshToken.value());
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  /**
   * Reads {@link #toText}.
   *
   * @throws IllegalArgumentException if it is nothing else; the message does not repeat it
   */
  public static TokenSet parse(String text) {
    try {
      Map<String, @Nullable Object> members = Json.object(text.getBytes(StandardCharsets.UTF_8));
      Set<String> scopes = new LinkedHashSet<>();
      for (Object scope : (List<?>) KeptText.required(members, "scopes")) {
        scopes.add((String) scope);
      }
      AccessToken token =
          new AccessToken(
              KeptText.string(members, "access_token"),
              Instant.parse(KeptText.string(members, "obtained_at")),
              Instant.parse(KeptText.string(members, "expires_at")),
              Collections.unmodifiableSet(scopes),
              (Boolean) KeptText.required(members, "dpop"));
      String refresh = (String) members.get("refresh_token");
      return new TokenSet(
          KeptText.string(members, "issuer"),
          token,
          refresh == null ? null : RefreshToken.of(refresh));
    } catch (InvalidJsonException | RuntimeException e) {
      throw new IllegalArgumentException("The text is not what TokenSet.toText() wrote.");
    }
  }

  /**
   * What a client gets new access tokens with (RFC 6749 section 1.5), at the authorization server
   * that issued it and nowhere else. Immutable; nothing prints the value.
   */
  public static final class RefreshToken {
    /** RFC 6749 appendix A.17: VSCHAR. */
    private static final Pattern FORM = Pattern.compile("[ -~]{1,16384}");

    private final String value;

    private RefreshToken(String value) {
      this.value = value;
    }

    /**
     * One that was kept.
     *
     * @throws IllegalArgumentException if it is blank, over 16 KiB or has other characters than
     *     visible ASCII; the message does not repeat it
     */
    public static RefreshToken of(String value) {
      if (!isWellFormed(value)) {
        throw new IllegalArgumentException(
            "A refresh token is 1 to 16384 characters of visible ASCII."
                + " Write it as the authorization server sent it.");
      }
      return new RefreshToken(value);
    }

    static boolean isWellFormed(String value) {
      return FORM.matcher(value).matches() && !value.isBlank();
    }

    /** The value; a secret. */
    public String value() {
      return value;
    }

    /** No value. */
    @Override
    public String toString() {
      return "RefreshToken[...]";
    }
  }
}
