import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.util.Set;

/** Embedded Undertow 2.3. */
public final class UndertowEmbedded {
  private UndertowEmbedded() {}

  public static void main(String[] args) throws Exception {
    serve(args, Guarded.everything(args[0]), false);
  }

  static void serve(String[] args, ServletContainerInitializer start, boolean http2)
      throws Exception {
    HttpHandler root = context("/", start);
    HttpHandler app = context("/app", Guarded.mcpServlet(args[0]));
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setServerOption(UndertowOptions.ENABLE_HTTP2, http2)
            .setHandler(Handlers.path(root).addPrefixPath("/app", app))
            .build();
    undertow.start();
    InetSocketAddress address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    Ready.await(address.getPort(), address.getPort());
  }

  private static HttpHandler context(String path, ServletContainerInitializer start)
      throws Exception {
    DeploymentInfo info =
        Servlets.deployment()
            .setClassLoader(UndertowEmbedded.class.getClassLoader())
            .setContextPath(path)
            .setDeploymentName(path)
            .addErrorPage(Servlets.errorPage("/error"))
            .addServletContainerInitializer(
                new ServletContainerInitializerInfo(
                    ServletContainerInitializer.class,
                    new ImmediateInstanceFactory<>(start),
                    Set.of()));
    DeploymentManager deployment = Servlets.newContainer().addDeployment(info);
    deployment.deploy();
    return deployment.start();
  }
}
