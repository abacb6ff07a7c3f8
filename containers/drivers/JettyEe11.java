import io.mcpauth.containers.app.Applications;
import jakarta.servlet.ServletContainerInitializer;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/** Embedded Jetty 12.1, ee11. */
public final class JettyEe11 {
  private JettyEe11() {}

  public static void main(String[] args) throws Exception {
    String issuer = args[0];
    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true);
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    ServletContextHandler root =
        context(
            "/",
            (classes, context) -> {
              Applications.everywhere(context);
              Guarded.everything(context, issuer);
            });
    ServletContextHandler app =
        context(
            "/app",
            (classes, context) -> {
              Applications.beside(context);
              Guarded.mcpServlet(context, issuer);
            });
    jetty.setHandler(new ContextHandlerCollection(root, app));
    jetty.start();
    Ready.await(connector.getLocalPort(), connector.getLocalPort());
  }

  private static ServletContextHandler context(String path, ServletContainerInitializer start) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(path);
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    errors.addErrorPage(ErrorPageErrorHandler.GLOBAL_ERROR_PAGE, "/error");
    context.setErrorHandler(errors);
    context.addServletContainerInitializer(start);
    return context;
  }
}
