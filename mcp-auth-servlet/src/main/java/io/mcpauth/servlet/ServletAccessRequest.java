package io.mcpauth.servlet;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.SessionUser;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A servlet request as the decision sees it. Reads the body once. */
final class ServletAccessRequest implements AccessRequest {
  private final HttpServletRequest request;
  private final int maxBodyBytes;
  private final @Nullable SessionLogin login;
  private final BooleanSupplier elsewhere;
  private byte[] body = {};

  ServletAccessRequest(HttpServletRequest request, int maxBodyBytes) {
    this(request, maxBodyBytes, null, () -> false);
  }

  /**
   * A request of which a browser's session may be the credential.
   *
   * @param login finds its user, or null
   * @param elsewhere whether it is certainly not for the MCP endpoint; asked where that matters
   */
  ServletAccessRequest(
      HttpServletRequest request,
      int maxBodyBytes,
      @Nullable SessionLogin login,
      BooleanSupplier elsewhere) {
    this.request = request;
    this.maxBodyBytes = maxBodyBytes;
    this.login = login;
    this.elsewhere = elsewhere;
  }

  @Override
  public boolean isElsewhere() {
    return elsewhere.getAsBoolean();
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
  public String path() {
    return request.getRequestURI();
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

  /**
   * What the container says, past the wrappers of filters that put a forwarded address in its
   * place. A container that was told to do so itself (Jetty's {@code ForwardedRequestCustomizer},
   * Tomcat's {@code RemoteIpValve}, Undertow's {@code ProxyPeerAddressHandler}) cannot be told from
   * one that was not.
   */
  @Override
  public @Nullable String remoteAddress() {
    ServletRequest one = request;
    while (one instanceof ServletRequestWrapper wrapper) {
      one = wrapper.getRequest();
    }
    return one.getRemoteAddr();
  }

  @Override
  public @Nullable SessionUser session() {
    return login == null ? null : login.user(new LookOnly(request));
  }

  @Override
  public byte[] body(BodyReader reader) throws IOException {
    byte[] read = reader.read(new Content(request), request.getContentLengthLong(), maxBodyBytes);
    body = read;
    return read;
  }

  /**
   * Opened by the first read. Jetty sends the 100 of RFC 9110 section 10.1.1 as soon as somebody
   * asks for the stream, and what is refused by its length alone must not be asked for.
   */
  private static final class Content extends InputStream {
    private final HttpServletRequest request;

    Content(HttpServletRequest request) {
      this.request = request;
    }

    @Override
    public int read() throws IOException {
      return request.getInputStream().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return request.getInputStream().read(target, offset, length);
    }
  }

  /** The bytes that {@link #body} returned; empty where nobody asked for them. */
  byte[] bodyThatWasRead() {
    return body;
  }
}
