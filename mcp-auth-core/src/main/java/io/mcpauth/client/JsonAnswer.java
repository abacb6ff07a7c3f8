package io.mcpauth.client;

import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that an authorization server answers, and what deployed servers write in it. The bytes
 * decide, as they do for metadata: a {@code Content-Type} that is missing, there twice or another
 * one makes an object no worse, and what is no object is refused whatever it is called. Duplicate
 * members stay refused: which of them is meant nobody knows. A byte order mark is passed over here
 * alone, where a grant would be lost to it.
 */
final class JsonAnswer {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** A number in a string, with a fraction or without. */
  private static final Pattern DIGITS = Pattern.compile("\\d{1,18}(\\.\\d{1,18})?");

  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private JsonAnswer() {}

  /** Any 2xx: some providers say 201 or 202 with a token. */
  static boolean isSuccess(OutboundResponse response) {
    return response.status() >= 200 && response.status() < 300;
  }

  /** The members of the object; a byte order mark before it is passed over. */
  static Map<String, @Nullable Object> members(byte[] body) throws InvalidJsonException {
    boolean marked =
        body.length >= BYTE_ORDER_MARK.length
            && Arrays.equals(
                body, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    // RFC 8259 section 8.1: a reader may ignore it.
    return Json.object(
        marked ? Arrays.copyOfRange(body, BYTE_ORDER_MARK.length, body.length) : body);
  }

  /** Whether a member says nothing: it is absent, null or an empty text. */
  static boolean isNone(@Nullable Object value) {
    return value == null || (value instanceof String text && text.isBlank());
  }

  /** What the server calls an error; null where it names none, with {@code false} too. */
  static @Nullable Object error(Map<String, @Nullable Object> members) {
    Object error = members.get("error");
    return isNone(error) || Boolean.FALSE.equals(error) ? null : error;
  }

  /**
   * A whole number, also in a string or with a fraction, which is cut off; null for anything else.
   */
  static @Nullable Long integer(@Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    BigDecimal decimal = null;
    if (value instanceof BigDecimal number) {
      decimal = number;
    } else if (value instanceof String text && DIGITS.matcher(text.strip()).matches()) {
      decimal = new BigDecimal(text.strip());
    }
    if (decimal == null || decimal.signum() < 0) {
      return null;
    }
    return decimal.compareTo(LARGEST) >= 0 ? Long.MAX_VALUE : decimal.longValue();
  }
}
