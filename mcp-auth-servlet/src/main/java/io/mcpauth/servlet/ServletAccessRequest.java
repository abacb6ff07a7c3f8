package io.mcpauth.servlet;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
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
  private static final int MAX_FIRST = 8 * CHUNK;

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
    List<String> lines = Collections.list(request.getHeaders(name));
    return lines.isEmpty() && name.equalsIgnoreCase("Host") ? authority() : lines;
  }

  /**
   * What stands for {@code Host} from HTTP/2 on, where most containers show the {@code :authority}
   * of the request (RFC 9113 section 8.3.1) only as the server's name.
   *
   * <p>That name may come from elsewhere where the request has none: a forwarded header that the
   * container was told to trust, or the local address. It is safe here, because it is compared with
   * a list of allowed names and nothing is derived from it, and because a browser, the one client
   * that the comparison is about, always sends an authority.
   */
  private List<String> authority() {
    String name = request.getServerName();
    if (request.getProtocol().startsWith("HTTP/1.") || name == null) {
      return List.of(); // HTTP/1.1 without Host is a mistake (RFC 9112 section 3.2)
    }
    boolean bare = name.contains(":") && !name.startsWith("["); // IPv6, as Undertow has it
    return List.of((bare ? "[" + name + "]" : name) + ":" + request.getServerPort());
  }

  @Override
  public @Nullable String query() {
    return request.getQueryString();
  }

  /** Servlet 6.0 section 3.10. */
  @Override
  public List<X509Certificate> clientCertificates() {
    return request.getAttribute("jakarta.servlet.request.X509Certificate")
            instanceof X509Certificate[] chain
        ? List.of(chain)
        : List.of();
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
    // Not the announced length at once: whoever sends nothing more would hold that memory.
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(announced == 0 ? CHUNK : Math.min(announced, MAX_FIRST));
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
