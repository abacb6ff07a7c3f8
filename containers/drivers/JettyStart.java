import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

/**
 * What is the same in Jetty for ee10 and ee11. The rest of their drivers is alike line by line and
 * yet there twice: its types have the same names in two packages, and no class path has both.
 */
final class JettyStart {
  private JettyStart() {}

  static void serve(ContextHandler root, ContextHandler app) throws Exception {
    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true);
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    jetty.setHandler(new ContextHandlerCollection(root, app));
    jetty.start();
    Ready.await(connector.getLocalPort(), connector.getLocalPort());
  }
}
