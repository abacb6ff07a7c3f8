package io.mcpauth.servlet;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An MCP server's place holder: echoes the body and tells what it saw of the request. */
class EchoServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  final transient AtomicInteger calls = new AtomicInteger();
  final transient List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    calls.incrementAndGet();
    seen.add("principal=" + name(request.getUserPrincipal()));
    seen.add("attribute=" + request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE));
    seen.add("subject-token=" + request.getAttribute(McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE));
    seen.add("user=" + request.getRemoteUser());
    seen.add("auth-type=" + request.getAuthType());
    seen.add("authorization=" + request.getHeader("authorization"));
    seen.add("authorizations=" + Collections.list(request.getHeaders("AUTHORIZATION")));
    seen.add("date=" + request.getDateHeader("Authorization"));
    seen.add("int=" + request.getIntHeader("Authorization"));
    seen.add(
        "names="
            + Collections.list(request.getHeaderNames()).stream()
                .filter("authorization"::equalsIgnoreCase)
                .toList());
    response.setContentType("application/octet-stream");
    response.getOutputStream().write(body(request));
  }

  byte[] body(HttpServletRequest request) throws IOException {
    return request.getInputStream().readAllBytes();
  }

  private static @Nullable String name(java.security.@Nullable Principal principal) {
    return principal == null ? null : principal.getName();
  }
}
