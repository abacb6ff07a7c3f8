package io.mcpauth.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** A real Jetty with a context that the test sets up. */
final class ContextJetty implements AutoCloseable {
  private final Server jetty = new Server();

  ContextJetty(String contextPath, Consumer<ServletContextHandler> setUp) throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(contextPath);
    setUp.accept(context);
    jetty.setHandler(context);
    try {
      jetty.start();
    } catch (Exception e) {
      jetty.stop();
      throw e;
    }
  }

  static ServletHolder servlet(ServletContextHandler context, String name, String pattern) {
    ServletHolder holder = new ServletHolder(name, new NamedServlet(name));
    holder.setAsyncSupported(true);
    context.addServlet(holder, pattern);
    return holder;
  }

  static void filter(ServletContextHandler context, FilterHolder filter, String pattern) {
    filter.setAsyncSupported(true);
    context.addFilter(filter, pattern, EnumSet.allOf(DispatcherType.class));
  }

  /** What comes back until the connection closes. */
  String send(String method, String target, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    request.append("Host: mcp.example.com\r\nConnection: close\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    LifeCycle.stop(jetty);
  }

  /** Says its name, and forwards or includes where the query says so. */
  private static final class NamedServlet extends jakarta.servlet.http.HttpServlet {
    private static final long serialVersionUID = 1L;
    private final String name;

    NamedServlet(String name) {
      this.name = name;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, jakarta.servlet.ServletException {
      String query = request.getQueryString();
      if (request.getDispatcherType() != DispatcherType.REQUEST || query == null) {
        response.getWriter().write("reached " + name);
      } else if (query.startsWith("forward=")) {
        request.getRequestDispatcher(query.substring(8)).forward(request, response);
      } else if (query.startsWith("include=")) {
        request.getRequestDispatcher(query.substring(8)).include(request, response);
      } else if (query.startsWith("name=")) {
        getServletContext().getNamedDispatcher(query.substring(5)).forward(request, response);
      } else if (query.startsWith("async=")) {
        request.startAsync().dispatch(query.substring(6));
      } else if (query.startsWith("error=")) {
        response.sendError(Integer.parseInt(query.substring(6)));
      }
    }
  }
}
