package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.IO;
import static io.mcpauth.internal.http.OutboundException.Reason.REDIRECT;
import static io.mcpauth.internal.http.OutboundException.Reason.TOO_LARGE;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * Takes a response in, up to the limit, and refuses what this client does not handle.
 *
 * @param host for messages
 * @param maxBytes of the body
 * @param conditional whether the request had a precondition that a 304 answers
 */
record ResponseReader(String host, int maxBytes, boolean conditional) {
  private static final int NOT_MODIFIED = 304;

  OutboundResponse read(ClassicHttpResponse response, InetAddress remoteAddress)
      throws IOException {
    int status = response.getCode();
    // RFC 9110 section 15.4.5: no redirect, and only asked for by a condition.
    boolean unchanged = conditional && status == NOT_MODIFIED;
    if (status >= 300 && status < 400 && !unchanged) {
      throw new OutboundException(REDIRECT, host, "redirects are not followed");
    }
    for (Header encoding : response.getHeaders(HttpHeaders.CONTENT_ENCODING)) {
      // Not asked for (RFC 9110 section 12.5.3): decoding it would undo the limit on bytes.
      if (!"identity".equalsIgnoreCase(encoding.getValue())) {
        throw new OutboundException(
            IO, host, "the response is encoded, identity was asked for", isSuccess(status));
      }
    }
    return new OutboundResponse(
        status, headers(response), body(response.getEntity(), status), remoteAddress);
  }

  private byte[] body(HttpEntity entity, int status) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    if (entity.getContentLength() > maxBytes) {
      throw tooLarge(status);
    }
    // Never closed: closing would first read what is left. The socket is closed instead.
    InputStream content = entity.getContent();
    byte[] body = content.readNBytes(maxBytes + 1);
    if (body.length > maxBytes) {
      throw tooLarge(status);
    }
    return body;
  }

  private OutboundException tooLarge(int status) {
    return new OutboundException(
        TOO_LARGE, host, "the body is over " + maxBytes + " bytes", isSuccess(status));
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  private static Map<String, List<String>> headers(ClassicHttpResponse response) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Header header : response.getHeaders()) {
      String value = header.getValue() == null ? "" : header.getValue();
      headers
          .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(value);
    }
    headers.replaceAll((name, values) -> List.copyOf(values));
    return Collections.unmodifiableMap(headers);
  }
}
