package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.ResourceServer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.SecurityHandler;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.FormAuthenticator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.security.Credential;

/**
 * A real Jetty in which people log in with a form, of the container itself (Servlet 6.0 section
 * 13.6.3), with an MCP servlet at {@code /mcp} behind the filter. Closes the resource server.
 */
final class LoginJetty implements AutoCloseable {
  /** That of the resource. */
  static final String ORIGIN = "https://mcp.example.com";

  static final String PASSWORD = "tell nobody";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Server jetty = new Server();

  /** With alice, who is an editor, and bob, who is not. */
  LoginJetty(HttpServlet mcp, ResourceServer server, SessionLogin login) throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/", true, true);
    addLogin(context.getSecurityHandler());
    ServletHolder holder = new ServletHolder("mcp", mcp);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/mcp");
    context.addServlet(new ServletHolder("logout", new Logout()), "/logout");
    McpAuthInstaller installer =
        McpAuthInstaller.of(server).openPaths("/logout").browserSessions(login);
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  /** The form, and the two who have a password. */
  static void addLogin(SecurityHandler security) {
    addUsers(security);
    security.setAuthenticator(new FormAuthenticator("/login", "/failed", false));
  }

  /** The two who have the password. */
  static void addUsers(SecurityHandler security) {
    UserStore users = new UserStore();
    users.addUser("alice", Credential.getCredential(PASSWORD), new String[] {"editor"});
    users.addUser("bob", Credential.getCredential(PASSWORD), new String[] {"reader"});
    HashLoginService logins = new HashLoginService("people");
    logins.setUserStore(users);
    security.setLoginService(logins);
  }

  /** Ends the session. */
  private static final class Logout extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      HttpSession session = request.getSession(false);
      if (session != null) {
        session.invalidate();
      }
    }
  }

  /** Sends the form, and gives the cookie that came back, as a browser sends it. */
  String logIn(String user) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            request("/j_security_check")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "j_username=" + user + "&j_password=" + PASSWORD.replace(' ', '+'))));
    List<String> cookies = answer.headers().allValues("Set-Cookie");
    String last = cookies.get(cookies.size() - 1);
    return last.substring(0, last.indexOf(';'));
  }

  HttpRequest.Builder request(String path) {
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  /** What a page of the own origin sends in a session. */
  HttpRequest.Builder page(String cookie, String json) {
    return request("/mcp")
        .header("Origin", ORIGIN)
        .header("Cookie", cookie)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  @Override
  public void close() {
    LifeCycle.stop(jetty);
  }
}
