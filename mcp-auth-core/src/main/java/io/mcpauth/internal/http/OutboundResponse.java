package io.mcpauth.internal.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A complete response: the body was read to its end and is within the limits.
 *
 * @param status the status code: 200 to 299, 400 and above, or 304 where the request had an {@code
 *     If-None-Match}
 * @param headers the values by lower-case name, in the order received
 * @param body the bytes as sent; empty when there is none. Not copied: the receiver owns them.
 * @param remoteAddress the address that was connected to
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and a copy protects nobody.
public record OutboundResponse(
    int status, Map<String, List<String>> headers, byte[] body, InetAddress remoteAddress) {

  /**
   * The media type in lower case, without parameters; empty when there is none or more than one
   * (RFC 9110 section 8.3).
   */
  public Optional<String> contentType() {
    List<String> values = headers.getOrDefault("content-type", List.of());
    if (values.size() != 1) {
      return Optional.empty();
    }
    String type = values.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.isEmpty() ? Optional.empty() : Optional.of(type);
  }

  /** The status and the size: headers and body may carry secrets. */
  @Override
  public String toString() {
    return "OutboundResponse[status=" + status + ", bytes=" + body.length + "]";
  }
}
