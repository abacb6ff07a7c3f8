package io.mcpauth.servlet;

import io.mcpauth.issuer.OAuthAnswer;
import io.mcpauth.issuer.OAuthServer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The endpoints of authorization servers of one's own: who may do what there is for them alone to
 * say, and for no filter in front.
 */
final class OAuthEndpoints {
  private final Map<String, OAuthServer> byPath = new LinkedHashMap<>();

  /**
   * Adds those of a server.
   *
   * @throws IllegalArgumentException if another one has one of the paths already
   */
  void add(OAuthServer server) {
    for (String path : server.paths()) {
      if (byPath.putIfAbsent(path, server) != null) {
        throw new IllegalArgumentException(
            "Two authorization servers want '"
                + path
                + "'. Give each an issuer with a path of its own.");
      }
    }
  }

  boolean isEmpty() {
    return byPath.isEmpty();
  }

  /**
   * Where they are in a context.
   *
   * @throws IllegalStateException if one is outside of it
   */
  Set<String> pathsWithin(String contextPath) {
    Set<String> within = new LinkedHashSet<>();
    for (String path : byPath.keySet()) {
      if (path.startsWith(contextPath + "/") && !path.startsWith("/.well-known/")) {
        within.add(path.substring(contextPath.length()));
      } else if (path.startsWith("/.well-known/")) {
        within.add(path); // the root context, or somebody in front, leads it here
      } else {
        throw new IllegalStateException(
            "The authorization server has an endpoint at '"
                + path
                + "', outside of the context '"
                + contextPath
                + "'. Write an issuer below it: the origin, and '"
                + contextPath
                + "', without code as MCP_AUTH_SERVER_ISSUER.");
      }
    }
    return Collections.unmodifiableSet(within);
  }

  /** Where metadata is on the host that only a context at its root can serve. */
  Set<String> ofTheHost() {
    return byPath.keySet().stream()
        .filter(path -> path.startsWith("/.well-known/"))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Answers a request for one of them; false where it is for something else. */
  boolean serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (byPath.isEmpty()) {
      return false;
    }
    String within = WellKnownDocuments.pathOf(request);
    String path = request.getContextPath() + within;
    OAuthServer server = byPath.get(path);
    if (server == null && within.startsWith("/.well-known/")) {
      path = within; // of the host, which a proxy in front leads here
      server = byPath.get(path);
    }
    if (server == null) {
      return false;
    }
    write(request, response, server.answer(new ServletOAuthRequest(request, response, path)));
    return true;
  }

  private static void write(
      HttpServletRequest request, HttpServletResponse response, OAuthAnswer answer)
      throws IOException {
    if (answer.written()) {
      return;
    }
    response.setStatus(answer.status());
    for (Map.Entry<String, List<String>> header : answer.headers().entrySet()) {
      header.getValue().forEach(line -> response.addHeader(header.getKey(), line));
    }
    response.setContentLength(answer.body().length);
    if (answer.body().length > 0 && !request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(answer.body());
    }
  }

  /** Ends what the context owns. */
  void close() {
    new LinkedHashSet<>(byPath.values()).forEach(OAuthServer::close);
  }
}
