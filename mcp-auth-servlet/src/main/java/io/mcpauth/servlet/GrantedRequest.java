package io.mcpauth.servlet;

import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.Part;
import jakarta.servlet.http.PushBuilder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request as the MCP server behind the filter sees it: with the proven caller, with the very
 * bytes that were judged, without the credential, without a session's id where it opens one, and
 * without any other way to what was sent: no form, no parts, no trailers, no upgrade.
 */
final class GrantedRequest extends HttpServletRequestWrapper {
  private final GrantedAccess access;
  private final GrantedResponse response;
  private final boolean nested;
  private @Nullable ReplayedBody stream;
  private @Nullable BufferedReader reader;

  GrantedRequest(HttpServletRequest request, GrantedAccess access, GrantedResponse response) {
    super(request);
    this.access = access;
    this.response = response;
    this.nested = isWithin(request);
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

  @Override
  public @Nullable Object getAttribute(String name) {
    return GrantedAccess.ATTRIBUTES.contains(name)
        ? access.attribute(name)
        : super.getAttribute(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    if (GrantedAccess.ATTRIBUTES.contains(name)) {
      access.replace(name, value);
    } else {
      super.setAttribute(name, value);
    }
  }

  @Override
  public void removeAttribute(String name) {
    if (GrantedAccess.ATTRIBUTES.contains(name)) {
      access.replace(name, null);
    } else {
      super.removeAttribute(name);
    }
  }

  @Override
  public Enumeration<String> getAttributeNames() {
    Set<String> names = new LinkedHashSet<>(Collections.list(super.getAttributeNames()));
    for (String name : GrantedAccess.ATTRIBUTES) {
      if (access.attribute(name) == null) {
        names.remove(name);
      } else {
        names.add(name);
      }
    }
    return Collections.enumeration(names);
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

  /** Null where the mock of a test has none; a container throws there. */
  @Override
  public @Nullable AsyncContext getAsyncContext() {
    AsyncContext container = super.getAsyncContext();
    if (container == null) {
      return null;
    }
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
    return access.hides(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return access.hides(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  /** Without this the container's own would quote the token in its exception. */
  @Override
  public long getDateHeader(String name) {
    return access.hides(name) ? -1 : super.getDateHeader(name);
  }

  @Override
  public int getIntHeader(String name) {
    return access.hides(name) ? -1 : super.getIntHeader(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = Collections.list(super.getHeaderNames());
    names.removeIf(access::hides);
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

  @Override
  public @Nullable String getParameter(String name) {
    if (nested) {
      return super.getParameter(name);
    }
    String[] values = parameters().get(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    if (nested) {
      return super.getParameterValues(name);
    }
    String[] values = parameters().get(name);
    return values == null ? null : values.clone();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return nested ? super.getParameterNames() : Collections.enumeration(parameters().keySet());
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return nested ? super.getParameterMap() : parameters();
  }

  /**
   * Those of the query: a container may have read a form before the filter ran, and that was not
   * judged. A container that dispatches by changing its own request shows the query of the
   * dispatch, whose parameters go before those of the request (Servlet 6.0 section 9.1.1).
   */
  private Map<String, String[]> parameters() {
    String included =
        getDispatcherType() == DispatcherType.INCLUDE
                && getAttribute(RequestDispatcher.INCLUDE_QUERY_STRING) instanceof String query
            ? query
            : null;
    return QueryParameters.of(included, getQueryString(), access.query());
  }

  /** As for every request that is not of {@code multipart/form-data}: none such is granted. */
  @Override
  public Collection<Part> getParts() throws ServletException {
    throw new ServletException("the body that was judged has no parts");
  }

  @Override
  public Part getPart(String name) throws ServletException {
    throw new ServletException("the body that was judged has no parts");
  }

  @Override
  public boolean isTrailerFieldsReady() {
    return true;
  }

  @Override
  public Map<String, String> getTrailerFields() {
    return Map.of();
  }

  /** What comes over the connection afterwards would be judged by nobody. */
  @Override
  public <T extends HttpUpgradeHandler> T upgrade(Class<T> handler) throws ServletException {
    throw new ServletException("behind mcp-auth no connection is upgraded");
  }

  /** None: a pushed request has no credential of its own. */
  @Override
  public @Nullable PushBuilder newPushBuilder() {
    return null;
  }

  /** Whether a dispatch is within another, whose container's wrapper adds to its parameters. */
  private static boolean isWithin(ServletRequest request) {
    ServletRequest one = request;
    while (one instanceof ServletRequestWrapper wrapper && !(one instanceof GrantedRequest)) {
      one = wrapper.getRequest();
    }
    return one instanceof GrantedRequest;
  }
}
