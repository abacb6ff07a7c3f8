package io.mcpauth.examples.streams;

import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.api.ServletInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Undertow 2.3, Servlet 6.0. */
final class UndertowDriver implements Container.Running {
  private final DeploymentManager deployment;
  private final Undertow undertow;

  UndertowDriver(HttpServlet servlet, List<Consumer<ServletContext>> outerFirst) throws Exception {
    ServletContainerInitializer initializer =
        (classes, installed) -> outerFirst.forEach(each -> each.accept(installed));
    DeploymentInfo info =
        Servlets.deployment()
            .setClassLoader(UndertowDriver.class.getClassLoader())
            .setContextPath("/")
            .setDeploymentName("race")
            .addServlet(
                new ServletInfo("mcp", HttpServlet.class, new ImmediateInstanceFactory<>(servlet))
                    .addMapping("/mcp")
                    .setAsyncSupported(true))
            .addServletContainerInitializer(
                new ServletContainerInitializerInfo(
                    ServletContainerInitializer.class,
                    new ImmediateInstanceFactory<>(initializer),
                    Set.of()));
    deployment = Servlets.newContainer().addDeployment(info);
    deployment.deploy();
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setWorkerThreads(64)
            .setHandler(deployment.start())
            .build();
    undertow.start();
  }

  @Override
  public int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void close() {
    try {
      undertow.stop();
      deployment.stop();
      deployment.undeploy();
    } catch (ServletException e) {
      throw new IllegalStateException(e);
    }
  }
}
