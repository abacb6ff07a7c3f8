import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.SecurityHandler;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.security.Credential;

/**
 * What is the same in Jetty for ee10 and ee11. The rest of their drivers is alike line by line and
 * yet there twice: its types have the same names in two packages, and no class path has both.
 */
final class JettyStart {
  private JettyStart() {}

  static void serve(ContextHandler... contexts) throws Exception {
    serve(http -> List.of(), contexts);
  }

  /** Two who have a password, one of them with a role: what an operator configures. */
  static void addUsers(SecurityHandler security) {
    UserStore users = new UserStore();
    users.addUser("alice", Credential.getCredential("wonder"), new String[] {"editor"});
    users.addUser("bob", Credential.getCredential("builder"), new String[0]);
    HashLoginService logins = new HashLoginService("people");
    logins.setUserStore(users);
    security.setLoginService(logins);
  }

  /** With further protocols on the same port. */
  static void serve(
      Function<HttpConfiguration, List<ConnectionFactory>> more, ContextHandler... contexts)
      throws Exception {
    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true);
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    more.apply(http).forEach(connector::addConnectionFactory);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    jetty.setHandler(new ContextHandlerCollection(contexts));
    jetty.start();
    Ready.await(connector.getLocalPort(), connector.getLocalPort());
  }
}
