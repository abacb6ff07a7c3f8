import io.mcpauth.ResourceServer;
import io.mcpauth.containers.app.Applications;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.ServletContainerInitializer;

/** The two applications with the library in front of them, the same in every container. */
final class Guarded {
  static final String RESOURCE = "https://mcp.example.com/mcp";

  private Guarded() {}

  static ResourceServer resourceServer(String issuer) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("files:read")
            .tool("read_file", "files:read")
            .tool("write_file", "files:write")
            .build();
    return ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer), policy).build();
  }

  /** The whole context, whatever its servlets are mapped to. */
  static ServletContainerInitializer everything(String issuer) {
    return (classes, context) -> {
      Applications.everywhere(context);
      McpAuthInstaller.of(resourceServer(issuer)).install(context);
    };
  }

  /** The whole context but for the pages below one path. */
  static ServletContainerInitializer everythingButOpen(String issuer) {
    return (classes, context) -> {
      Applications.everywhereButOpen(context);
      McpAuthInstaller.of(resourceServer(issuer)).openPaths("/open/*").install(context);
    };
  }

  /** One servlet by its name, in a context that has open pages too and is not the root. */
  static ServletContainerInitializer mcpServlet(String issuer) {
    return (classes, context) -> {
      Applications.beside(context);
      McpAuthInstaller.of(resourceServer(issuer))
          .guardServlets("mcp")
          .wellKnownMapped()
          .install(context);
    };
  }
}
