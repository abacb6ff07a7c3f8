import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/** Jetty 12.1 with WAR files for ee10, which bring the library with them. */
public final class JettyEe10War {
  private JettyEe10War() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]);
    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true);
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    jetty.setHandler(
        new ContextHandlerCollection(
            deploy(directory, "ROOT", "/"), deploy(directory, "app", "/app")));
    jetty.start();
    Ready.await(connector.getLocalPort(), connector.getLocalPort());
  }

  private static WebAppContext deploy(Path directory, String name, String path) throws Exception {
    WebAppContext context = new WebAppContext();
    context.setContextPath(path);
    context.setWar(directory.resolve(name + ".war").toString());
    context.setTempDirectory(
        Files.createDirectories(directory.resolve("unpacked-" + name)).toFile());
    context.setThrowUnavailableOnStartupException(true);
    return context;
  }
}
