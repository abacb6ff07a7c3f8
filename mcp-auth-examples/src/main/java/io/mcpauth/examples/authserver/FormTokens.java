package io.mcpauth.examples.authserver;

import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What ties the login form to the browser that it was shown in: a cookie, and in the form its MAC,
 * which all nodes make alike; nothing is kept for whoever opens the page. Another server of this
 * machine can set the cookie and fetch the form that goes with it: a form that is sent from
 * elsewhere is told by its origin ({@link LoginForm}).
 */
final class FormTokens {
  private static final String COOKIE = "dev_authorization_server_login";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int BYTES = 32;

  private static final String SECRETS = "example.secret";
  private static final String NAME = "forms";

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  FormTokens(Store store) {
    key = new SecretKeySpec(Base64.getUrlDecoder().decode(shared(store)), "HmacSHA256");
  }

  /** The secret of whichever node was first. */
  private String shared(Store store) {
    boolean unusedIfLater = store.create(SECRETS, NAME, "", encoded(bytes()), Instant.MAX);
    Store.Entry entry = store.find(SECRETS, NAME);
    if (entry == null) {
      throw new StoreException("The secret of the login form cannot be kept.");
    }
    return entry.value();
  }

  /**
   * The mark of a browser.
   *
   * @param token what its forms send back
   * @param line of {@code Set-Cookie}, or null where it has the cookie
   */
  record Mark(String token, @Nullable String line) {
    @Override
    public String toString() {
      return "Mark";
    }
  }

  /** That of the browser with these lines of {@code Cookie}, which gets one if it has none. */
  Mark of(List<String> cookies) {
    String known = known(cookies);
    if (known != null) {
      return new Mark(mac(known), null);
    }
    String made = encoded(bytes());
    return new Mark(mac(made), Cookies.line(COOKIE, made));
  }

  /** Whether a form was shown in that browser. */
  boolean isOwn(List<String> cookies, @Nullable String token) {
    String known = known(cookies);
    return known != null
        && token != null
        && MessageDigest.isEqual(
            mac(known).getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String known(List<String> cookies) {
    String value = Cookies.value(cookies, COOKIE);
    return value != null && FORM.matcher(value).matches() ? value : null;
  }

  private String mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return encoded(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HMAC with SHA-256", e);
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
