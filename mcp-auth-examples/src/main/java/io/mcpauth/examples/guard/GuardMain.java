package io.mcpauth.examples.guard;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.policy.PolicyCommand;
import io.mcpauth.policy.PolicyFile;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;

/**
 * Starts the guard as its settings say, and prints what it guards and how to connect. With {@code
 * policy check FILE} it only looks at a policy.
 */
public final class GuardMain {
  private GuardMain() {}

  /**
   * Runs until the process ends, or the policy is checked.
   *
   * @param args none, or those of a {@link PolicyCommand}
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      System.exit(
          new PolicyCommand("mcp-guard.jar", GuardMain::check).run(args, System.out, System.err));
      return;
    }
    GuardSettings settings;
    GuardServer server;
    try {
      settings = GuardSettings.from(sources());
      server = GuardServer.start(settings);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("mcp-guard: " + e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mcp-guard-shutdown"));
    print(settings, server, System.out);
    server.join();
  }

  private static List<String> check(PolicyFile file) {
    return ConfiguredServer.checkPolicy(GuardSettings.read(sources()), file);
  }

  private static SettingSource[] sources() {
    return new SettingSource[] {
      SettingSource.systemProperties(System.getProperties()),
      SettingSource.environment(System.getenv())
    };
  }

  private static void print(GuardSettings settings, GuardServer server, PrintStream out) {
    String url = server.url();
    URI target = settings.target();
    Settings all = settings.settings();
    String policy = all.value(Setting.POLICY_FILE);
    out.println(
        "Guards " + target.getScheme() + "://" + target.getRawAuthority() + target.getRawPath());
    out.println("Listening on port " + server.port() + " of " + settings.bind());
    out.println("Authorization servers " + all.values(Setting.ISSUER));
    out.println(
        "Callers need "
            + (policy == null ? all.words(Setting.REQUIRED_SCOPES) : "what " + policy + " says"));
    out.println("The target gets " + words(settings));
    out.println();
    out.println("Claude Code  claude mcp add --transport http guarded " + url);
    out.println(
        "VS Code      code --add-mcp '{\"name\":\"guarded\",\"type\":\"http\",\"url\":\""
            + url
            + "\"}'");
    out.println(
        "Cursor       .cursor/mcp.json: {\"mcpServers\":{\"guarded\":{\"url\":\"" + url + "\"}}}");
    out.println(
        "Inspector    npx @modelcontextprotocol/inspector --transport http --server-url " + url);
    out.println(
        "curl         curl -i -H 'Content-Type: application/json' -d"
            + " '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}' "
            + url);
    out.println();
    out.println("ready " + url);
    out.flush();
  }

  private static String words(GuardSettings settings) {
    String credential =
        switch (settings.credential()) {
          case NONE -> "no credential";
          case CLIENT_CREDENTIALS -> "the guard's own token";
          case TOKEN_EXCHANGE -> "a token exchanged for the caller";
        };
    return credential + (settings.identityHeaders() ? ", and headers that name the caller" : "");
  }
}
