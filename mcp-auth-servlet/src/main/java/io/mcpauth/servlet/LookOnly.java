package io.mcpauth.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.io.BufferedReader;
import org.jspecify.annotations.Nullable;

/**
 * A request for whoever looks for the session that it is of, before it is judged: strangers can
 * have it looked for, so it costs neither a session nor a body.
 */
final class LookOnly extends HttpServletRequestWrapper {
  LookOnly(HttpServletRequest request) {
    super(request);
  }

  @Override
  public HttpSession getSession() {
    return existing();
  }

  @Override
  public @Nullable HttpSession getSession(boolean create) {
    return create ? existing() : super.getSession(false);
  }

  private HttpSession existing() {
    HttpSession session = super.getSession(false);
    if (session == null) {
      throw new IllegalStateException(
          "Whoever is looked for has no session, and none is opened here: call getSession(false)");
    }
    return session;
  }

  @Override
  public ServletInputStream getInputStream() {
    throw unread();
  }

  @Override
  public BufferedReader getReader() {
    throw unread();
  }

  private static IllegalStateException unread() {
    return new IllegalStateException("The body is read once the caller is known");
  }
}
