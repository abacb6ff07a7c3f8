package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.signals.SignalAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where signals from outside are received: nothing but the signal proves its sender, so it is for
 * no filter in front to let them through or not.
 */
final class SignalEndpoints {
  private final Map<String, ResourceServer> byPath = new LinkedHashMap<>();

  /**
   * Adds those of a resource.
   *
   * @throws IllegalArgumentException if another resource has one of the paths already
   */
  void add(ResourceServer server) {
    for (String path : server.signalPaths()) {
      if (byPath.putIfAbsent(path, server) != null) {
        throw new IllegalArgumentException(
            "Two resources receive signals at '" + path + "'. Give each a path of its own.");
      }
    }
  }

  /** Where they are, relative to the context. */
  Set<String> paths() {
    return Collections.unmodifiableSet(byPath.keySet());
  }

  /**
   * Answers a request for one of them; false where it is for something else. The path is the one
   * that the container has decoded: however it was spelled, nothing but a signal is received.
   */
  boolean serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = WellKnownDocuments.pathOf(request);
    ResourceServer server = byPath.get(path);
    if (server == null) {
      return false;
    }
    SignalAnswer answer =
        server.signal(path, new ServletAccessRequest(request, ResourceServer.MOST_SIGNAL_BYTES));
    if (answer.status() < 400) {
      write(response, answer);
    } else {
      RefusedBody.behind(request, response, server, () -> write(response, answer));
    }
    return true;
  }

  private static void write(HttpServletResponse response, SignalAnswer answer) throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.setContentLength(answer.body().length);
    if (answer.body().length > 0) {
      response.getOutputStream().write(answer.body());
    }
  }
}
