package io.mcpauth.internal.jose;

import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWK set (RFC 7517 section 5) as it was read. A key that cannot verify a token's signature takes
 * no other along.
 *
 * @param keys those that can
 * @param passedOver each of the others: its id and why, not yet fit for a log; 20 at most
 */
public record JwkSet(List<VerificationKey> keys, List<String> passedOver) {
  private static final int MOST_TOLD = 20;
  private static final int LONGEST_ID = 80;

  /** Copies the lists. */
  public JwkSet {
    keys = List.copyOf(keys);
    passedOver = List.copyOf(passedOver);
  }

  /**
   * Reads a set.
   *
   * @param jwkSet with {@code keys}, values as JSON has them
   * @param maxRsaBits the largest RSA key that is one
   */
  public static JwkSet of(Map<String, ? extends @Nullable Object> jwkSet, int maxRsaBits) {
    List<VerificationKey> keys = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    if (jwkSet.get("keys") instanceof List<?> list) {
      for (Object item : list) {
        try {
          keys.add(key(item, maxRsaBits));
        } catch (ParseException e) {
          if (passedOver.size() < MOST_TOLD) {
            passedOver.add(name(item) + ": " + e.getMessage());
          }
        }
      }
    }
    return new JwkSet(keys, passedOver);
  }

  private static VerificationKey key(@Nullable Object item, int maxRsaBits) throws ParseException {
    if (!(item instanceof Map<?, ?> jwk)) {
      throw new ParseException("it is no JSON object", 0);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    jwk.forEach(
        (name, value) -> {
          if (value != null) {
            members.put(String.valueOf(name), value);
          }
        });
    return VerificationKey.read(members, maxRsaBits);
  }

  private static String name(@Nullable Object item) {
    Object kid = item instanceof Map<?, ?> jwk ? jwk.get("kid") : null;
    if (kid == null) {
      return "(no kid)";
    }
    String text = kid.toString();
    return "'" + (text.length() > LONGEST_ID ? text.substring(0, LONGEST_ID) : text) + "'";
  }
}
