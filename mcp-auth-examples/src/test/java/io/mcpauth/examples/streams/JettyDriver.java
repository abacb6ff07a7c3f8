package io.mcpauth.examples.streams;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/** Jetty 12.1, Servlet 6.1. */
final class JettyDriver implements Container.Running {
  private final Server jetty = new Server();
  private final ServerConnector connector = new ServerConnector(jetty);

  JettyDriver(HttpServlet servlet, List<Consumer<ServletContext>> outerFirst) throws Exception {
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    ServletHolder holder = new ServletHolder("mcp", servlet);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/mcp");
    context.addServletContainerInitializer(
        (classes, installed) -> outerFirst.forEach(each -> each.accept(installed)));
    jetty.setHandler(context);
    jetty.start();
  }

  @Override
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    LifeCycle.stop(jetty);
  }
}
