package io.mcpauth.examples;

import io.mcpauth.config.SettingSource;
import io.mcpauth.examples.policy.PolicyCommand;
import io.mcpauth.policy.PolicyFile;
import java.io.PrintStream;
import java.util.List;

/**
 * Starts the file-tools server as its settings say, and prints how to connect to it. With {@code
 * policy check FILE} it only looks at a policy.
 */
public final class Main {
  private Main() {}

  /**
   * Runs until the process ends, or the policy is checked.
   *
   * @param args none, or those of a {@link PolicyCommand}
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      System.exit(
          new PolicyCommand("file-tools.jar", Main::check).run(args, System.out, System.err));
      return;
    }
    FileToolsSettings settings;
    FileToolsServer server;
    try {
      settings = FileToolsSettings.from(sources());
      server = FileToolsServer.start(settings);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("file-tools: " + e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "file-tools-shutdown"));
    print(settings, server, System.out);
    server.join();
  }

  private static List<String> check(PolicyFile file) {
    return Guard.check(FileToolsSettings.read(sources()), file);
  }

  private static SettingSource[] sources() {
    return new SettingSource[] {
      SettingSource.systemProperties(System.getProperties()),
      SettingSource.environment(System.getenv())
    };
  }

  private static void print(FileToolsSettings settings, FileToolsServer server, PrintStream out) {
    String url = server.url();
    out.println("File tools on " + server.root());
    out.println("Listening on " + server.listening());
    if (!settings.oauth()) {
      out.println(
          "Authorization is OFF (MCP_AUTH_MODE=none):"
              + " every program on this computer can use these tools");
    } else if (!settings.issuers().isEmpty()) {
      out.println("Authorization servers " + settings.issuers() + " (yours)");
    }
    Login login = server.login();
    if (login != null) {
      out.println("Authorization server " + login.issuer());
      out.println("Log in as " + words(login.editor()) + " for everything");
      out.println("       or " + words(login.guest()) + " who may not delete files");
    }
    out.println();
    out.println("Claude Code  claude mcp add --transport http file-tools " + url);
    out.println(
        "VS Code      code --add-mcp '{\"name\":\"file-tools\",\"type\":\"http\",\"url\":\""
            + url
            + "\"}'");
    out.println(
        "Cursor       .cursor/mcp.json: {\"mcpServers\":{\"file-tools\":{\"url\":\""
            + url
            + "\"}}}");
    out.println(
        "Inspector    npx @modelcontextprotocol/inspector --transport http --server-url " + url);
    out.println(
        "curl         curl -i -H 'Content-Type: application/json' -d"
            + " '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}'"
            + " "
            + url);
    out.println();
    out.println("ready " + url);
    out.flush();
  }

  private static String words(Login.Account account) {
    return account.user()
        + (account.generated() ? " with password " + account.password() : " with your password");
  }
}
