package notes;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An MCP server on Jetty, whose tools each need a scope. */
public final class Main {
  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    int port = Integer.parseInt(env.getOrDefault("PORT", "8080"));
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("notes:read")
            .tool("read_notes", "notes:read")
            .tool("write_note", "notes:write")
            .build(); // a tool that is not named is refused
    ResourceServer server =
        ResourceServer.builder(
                env.getOrDefault("MCP_AUTH_RESOURCE", "http://localhost:" + port + "/mcp"),
                AuthorizationServer.of(
                    env.getOrDefault("MCP_AUTH_ISSUER", "https://login.example.com")),
                policy)
            .build();

    ServletHolder mcp = new ServletHolder("mcp", Notes.servlet());
    mcp.setAsyncSupported(true);
    server.livePolicy().requireKnown(List.of("read_notes", "write_note"));
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(mcp, "/mcp");
    context.addServletContainerInitializer(
        (classes, servletContext) -> McpAuthInstaller.of(server).install(servletContext));

    Server jetty = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setHeaderCacheCaseSensitive(true); // tokens that differ in case alone are different
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setHost("localhost");
    connector.setPort(port);
    jetty.addConnector(connector);
    jetty.setHandler(context);
    jetty.start();
  }
}
