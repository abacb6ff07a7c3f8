import jakarta.servlet.ServletContainerInitializer;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

/** Embedded Tomcat, 10.1 and 11 alike. */
public final class TomcatEmbedded {
  private TomcatEmbedded() {}

  public static void main(String[] args) throws Exception {
    serve(args, Guarded.everything(args[0]), connector -> {});
  }

  static void serve(
      String[] args, ServletContainerInitializer root, Consumer<Connector> connected)
      throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[1]);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    connected.accept(tomcat.getConnector());
    context(tomcat, "", args[1], root);
    context(tomcat, "/app", args[1], Guarded.mcpServlet(args[0]));
    tomcat.start();
    Ready.await(tomcat.getConnector().getLocalPort(), tomcat.getConnector().getLocalPort());
  }

  private static void context(
      Tomcat tomcat, String path, String directory, ServletContainerInitializer start) {
    Context context = tomcat.addContext(path, directory);
    context.addServletContainerInitializer(start, Set.of());
    ErrorPage error = new ErrorPage();
    error.setLocation("/error");
    context.addErrorPage(error);
  }
}
