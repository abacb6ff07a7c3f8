package io.mcpauth.servlet;

import io.mcpauth.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A servlet request as the decision sees it. Reads the body once, within limits. */
final class ServletAccessRequest implements AccessRequest {
  /** For the whole body; a container's own time-out starts anew with every byte that drips in. */
  private static final long BODY_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final int CHUNK = 8192;

  private final HttpServletRequest request;
  private final int maxBodyBytes;
  private byte[] body = {};

  ServletAccessRequest(HttpServletRequest request, int maxBodyBytes) {
    this.request = request;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public List<String> headers(String name) {
    return Collections.list(request.getHeaders(name));
  }

  @Override
  public @Nullable String query() {
    return request.getQueryString();
  }

  @Override
  public byte[] body() throws IOException {
    if (request.getContentLengthLong() > maxBodyBytes) {
      throw tooLarge(); // RFC 9110 section 15.5.14, without reading what is announced
    }
    byte[] read = read(request.getInputStream());
    body = read;
    return read;
  }

  /** The bytes that {@link #body()} returned; empty where nobody asked for them. */
  byte[] bodyThatWasRead() {
    return body;
  }

  private byte[] read(InputStream in) throws IOException {
    long start = System.nanoTime();
    int announced = Math.max(request.getContentLength(), 0);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(announced == 0 ? CHUNK : announced);
    byte[] chunk = new byte[CHUNK];
    for (int count = in.read(chunk); count != -1; count = in.read(chunk)) {
      bytes.write(chunk, 0, count);
      if (bytes.size() > maxBodyBytes) {
        throw tooLarge();
      }
      if (System.nanoTime() - start > BODY_DEADLINE_NANOS) {
        throw new AuthException(ReasonCode.BODY_TIMEOUT);
      }
    }
    return bytes.toByteArray();
  }

  private AuthException tooLarge() {
    return new AuthException(
        ReasonCode.BODY_TOO_LARGE, Map.of("max_bytes", Integer.toString(maxBodyBytes)));
  }
}
