package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request as the MCP server behind the filter sees it: with the proven caller, with the very
 * bytes that were judged, without the credential.
 */
final class GrantedRequest extends HttpServletRequestWrapper {
  private static final String AUTHORIZATION = "Authorization";

  private final GrantedAccess access;
  private final GrantedResponse response;
  private @Nullable ReplayedBody stream;
  private @Nullable BufferedReader reader;

  GrantedRequest(HttpServletRequest request, GrantedAccess access, GrantedResponse response) {
    super(request);
    this.access = access;
    this.response = response;
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return access.principal();
  }

  @Override
  public @Nullable String getRemoteUser() {
    McpPrincipal principal = access.principal();
    return principal == null ? null : principal.getName();
  }

  @Override
  public @Nullable String getAuthType() {
    McpPrincipal principal = access.principal();
    return principal == null ? null : principal.scheme().wire();
  }

  /** With this request and the gated response, where the container would hand out its own. */
  @Override
  public AsyncContext startAsync() {
    return access.stream().wrap(super.startAsync(), this, response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse answer) {
    return access.stream().wrap(super.startAsync(request, answer), request, answer);
  }

  @Override
  public AsyncContext getAsyncContext() {
    AsyncContext container = super.getAsyncContext(); // throws where there is none
    AsyncContext running = access.stream().async();
    return running == null ? access.stream().wrap(container, this, response) : running;
  }

  /** A scope is no role, and the container's roles are another user's. */
  @Override
  public boolean isUserInRole(String role) {
    return false;
  }

  @Override
  public @Nullable String getHeader(String name) {
    return AUTHORIZATION.equalsIgnoreCase(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return AUTHORIZATION.equalsIgnoreCase(name)
        ? Collections.emptyEnumeration()
        : super.getHeaders(name);
  }

  /** Without this the container's own would quote the token in its exception. */
  @Override
  public long getDateHeader(String name) {
    return AUTHORIZATION.equalsIgnoreCase(name) ? -1 : super.getDateHeader(name);
  }

  @Override
  public int getIntHeader(String name) {
    return AUTHORIZATION.equalsIgnoreCase(name) ? -1 : super.getIntHeader(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = Collections.list(super.getHeaderNames());
    names.removeIf(AUTHORIZATION::equalsIgnoreCase);
    return Collections.enumeration(names);
  }

  @Override
  public ServletInputStream getInputStream() {
    if (reader != null) {
      throw new IllegalStateException("getReader() was called before");
    }
    if (stream == null) {
      stream = new ReplayedBody(access.body());
    }
    return stream;
  }

  /**
   * UTF-8, in which the body was judged. A context can have another one, and a server that decodes
   * the bytes itself asks here.
   */
  @Override
  public String getCharacterEncoding() {
    return StandardCharsets.UTF_8.name();
  }

  @Override
  public BufferedReader getReader() {
    if (stream != null) {
      throw new IllegalStateException("getInputStream() was called before");
    }
    if (reader == null) {
      // UTF-8 whatever the request claims: the characters that were judged.
      reader =
          new BufferedReader(
              new InputStreamReader(new ReplayedBody(access.body()), StandardCharsets.UTF_8));
    }
    return reader;
  }
}
