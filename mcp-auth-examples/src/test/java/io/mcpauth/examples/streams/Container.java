package io.mcpauth.examples.streams;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A servlet container that the library runs in. */
enum Container {
  JETTY,
  TOMCAT,
  UNDERTOW;

  /** A container that runs; closing it stops it. */
  interface Running extends AutoCloseable {
    int port();

    @Override
    void close();
  }

  /**
   * Starts with a servlet at {@code /mcp}.
   *
   * @param outerFirst what installs filters, the outer before the inner
   * @param directory for the container's own files
   */
  Running start(HttpServlet servlet, List<Consumer<ServletContext>> outerFirst, Path directory)
      throws Exception {
    return switch (this) {
      case JETTY -> new JettyDriver(servlet, outerFirst);
      case TOMCAT -> new TomcatDriver(servlet, outerFirst, directory);
      case UNDERTOW -> new UndertowDriver(servlet, outerFirst);
    };
  }
}
