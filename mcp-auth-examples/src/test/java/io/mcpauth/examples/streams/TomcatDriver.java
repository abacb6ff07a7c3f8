package io.mcpauth.examples.streams;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;

/** Tomcat 11, Servlet 6.1. */
final class TomcatDriver implements Container.Running {
  private final Tomcat tomcat = new Tomcat();

  TomcatDriver(HttpServlet servlet, List<Consumer<ServletContext>> outerFirst, Path directory)
      throws Exception {
    TomcatURLStreamHandlerFactory.disable(); // it would stay in this JVM
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", directory.toString());
    Wrapper wrapper = Tomcat.addServlet(context, "mcp", servlet);
    wrapper.setAsyncSupported(true);
    wrapper.addMapping("/mcp");
    context.addServletContainerInitializer(
        (classes, installed) -> outerFirst.forEach(each -> each.accept(installed)), Set.of());
    tomcat.start();
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }
}
