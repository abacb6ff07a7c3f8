package io.mcpauth.servlet;

import io.mcpauth.issuer.OAuthRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A servlet request, as an authorization server of one's own sees it. */
final class ServletOAuthRequest implements OAuthRequest {
  /** For a whole form, which is small; a container's own time-out starts anew with every byte. */
  private static final long MOST_NANOS = 10_000_000_000L;

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final String path;

  /**
   * A request.
   *
   * @param path on the host
   */
  ServletOAuthRequest(HttpServletRequest request, HttpServletResponse response, String path) {
    this.request = request;
    this.response = response;
    this.path = path;
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return request.getQueryString();
  }

  @Override
  public List<String> headers(String name) {
    return Collections.list(request.getHeaders(name));
  }

  @Override
  public @Nullable String remoteAddress() {
    return new ServletAccessRequest(request, 1).remoteAddress();
  }

  @Override
  public byte[] body(int mostBytes) throws IOException {
    long start = System.nanoTime();
    InputStream in = request.getInputStream();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[4 * 1024];
    int read = in.read(chunk);
    while (read >= 0) {
      all.write(chunk, 0, read);
      if (all.size() > mostBytes) {
        break; // more than is wanted says that it is too large
      }
      if (System.nanoTime() - start > MOST_NANOS) {
        throw new IOException("the body comes too slowly");
      }
      read = in.read(chunk);
    }
    return all.toByteArray();
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    if (type.isInstance(request)) {
      return type.cast(request);
    }
    return type.isInstance(response) ? type.cast(response) : null;
  }
}
