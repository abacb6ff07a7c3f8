import jakarta.servlet.ServletContainerInitializer;
import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/** Embedded Jetty 12.1, ee11. */
public final class JettyEe11 {
  private JettyEe11() {}

  public static void main(String[] args) throws Exception {
    JettyStart.serve(
        context("/", Guarded.everything(args[0])), context("/app", Guarded.mcpServlet(args[0])));
  }

  static ServletContextHandler context(String path, ServletContainerInitializer start) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(path);
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    errors.addErrorPage(ErrorPageErrorHandler.GLOBAL_ERROR_PAGE, "/error");
    context.setErrorHandler(errors);
    context.addServletContainerInitializer(start);
    return context;
  }
}
