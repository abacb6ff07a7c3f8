package io.mcpauth.servlet;

import jakarta.servlet.ServletInputStream;
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
  private @Nullable ReplayedBody stream;
  private @Nullable BufferedReader reader;

  GrantedRequest(HttpServletRequest request, GrantedAccess access) {
    super(request);
    this.access = access;
  }

  @Override
  public Principal getUserPrincipal() {
    return access.principal();
  }

  @Override
  public String getRemoteUser() {
    return access.principal().getName();
  }

  @Override
  public String getAuthType() {
    return access.principal().scheme().wire();
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
