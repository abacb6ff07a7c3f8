package io.mcpauth.servlet;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A servlet request as the decision sees it. Reads the body once. */
final class ServletAccessRequest implements AccessRequest {
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
    Enumeration<String> lines = request.getHeaders(name);
    if (!lines.hasMoreElements()) {
      return name.equalsIgnoreCase("Host") ? authority() : List.of();
    }
    String first = lines.nextElement();
    if (!lines.hasMoreElements()) {
      return List.of(first); // as nearly always
    }
    List<String> all = new ArrayList<>();
    all.add(first);
    lines.asIterator().forEachRemaining(all::add);
    return all;
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
  public byte[] body(BodyReader reader) throws IOException {
    byte[] read =
        reader.read(request.getInputStream(), request.getContentLengthLong(), maxBodyBytes);
    body = read;
    return read;
  }

  /** The bytes that {@link #body} returned; empty where nobody asked for them. */
  byte[] bodyThatWasRead() {
    return body;
  }
}
