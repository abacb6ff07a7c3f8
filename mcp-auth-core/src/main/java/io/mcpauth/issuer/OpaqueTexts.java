package io.mcpauth.issuer;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The texts of codes and tokens: a prefix that says which it is, 256 random bits, and a MAC by a
 * secret that all nodes have from the store. Whoever brings a text that was not issued here costs
 * the store nothing. What a text is good for stands in the store alone, under its hash: who knows
 * the secret can have questions asked, and gets nothing.
 */
final class OpaqueTexts {
  static final String SECRETS = "oauth.secret";
  private static final String NAME = "texts";
  private static final int FAMILY_BYTES = 16;
  private static final int FAMILY_CHARS = 22;
  private static final int RANDOM_BYTES = 32;
  private static final int RANDOM_CHARS = 43;
  private static final int MAC_BYTES = 12;
  private static final int MAC_CHARS = 16;
  private static final Pattern URL_SAFE = Pattern.compile("[A-Za-z0-9_-]+");

  private final Store store;
  private volatile @Nullable SecretKeySpec secret;

  /** Asks the store when the first text is made or comes. */
  OpaqueTexts(Store store) {
    this.store = store;
  }

  /** What a text is. */
  enum Kind {
    ACCESS_TOKEN("mcpat_", 0),
    /** Begins with what all of its family have in common. */
    REFRESH_TOKEN("mcprt_", FAMILY_CHARS),
    CODE("mcpco_", 0);

    private final String prefix;
    private final int length;

    Kind(String prefix, int familyChars) {
      this.prefix = prefix;
      this.length = prefix.length() + familyChars + RANDOM_CHARS + MAC_CHARS;
    }
  }

  /**
   * A new one.
   *
   * @throws StoreException if the secret cannot be had
   */
  String accessToken() {
    return made(Kind.ACCESS_TOKEN, "");
  }

  /** A new one. */
  String code() {
    return made(Kind.CODE, "");
  }

  /** A new one of a family. */
  String refreshToken(String family) {
    return made(Kind.REFRESH_TOKEN, family);
  }

  private String made(Kind kind, String family) {
    String text = kind.prefix + family + Opaque.random(RANDOM_BYTES);
    return text + mac(text);
  }

  /**
   * Whether a text was issued here, good or not any more.
   *
   * @throws StoreException if the secret cannot be had
   */
  boolean isOurs(String text, Kind kind) {
    if (text.length() != kind.length
        || !text.startsWith(kind.prefix)
        || !URL_SAFE.matcher(text).matches()) {
      return false;
    }
    int end = text.length() - MAC_CHARS;
    return MessageDigest.isEqual(
        text.substring(end).getBytes(StandardCharsets.US_ASCII),
        mac(text.substring(0, end)).getBytes(StandardCharsets.US_ASCII));
  }

  /** What a refresh token of ours has in common with all of its family. */
  static String familyOf(String refreshToken) {
    int start = Kind.REFRESH_TOKEN.prefix.length();
    return refreshToken.substring(start, start + FAMILY_CHARS);
  }

  /** The family that a code of ours begins: one alone, so that whoever has the code can end it. */
  static String familyOfCode(String code) {
    return base64Url(Arrays.copyOf(Opaque.sha256("family of " + code), FAMILY_BYTES));
  }

  /** A family that no code began. */
  static String newFamily() {
    return Opaque.random(FAMILY_BYTES);
  }

  private String mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret());
      byte[] all = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
      return base64Url(Arrays.copyOf(all, MAC_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HMAC with SHA-256", e);
    }
  }

  private SecretKeySpec secret() {
    SecretKeySpec known = secret;
    if (known == null) {
      known = new SecretKeySpec(Base64.getUrlDecoder().decode(shared()), "HmacSHA256");
      secret = known;
    }
    return known;
  }

  /** That of the first node. */
  private String shared() {
    Store.Entry there = store.find(SECRETS, NAME);
    if (there == null) {
      boolean unused = store.create(SECRETS, NAME, "", Opaque.random(RANDOM_BYTES), Instant.MAX);
      there = store.find(SECRETS, NAME);
    }
    if (there == null) {
      throw new StoreException("The secret of the authorization server's texts cannot be kept.");
    }
    return there.value();
  }

  private static String base64Url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
