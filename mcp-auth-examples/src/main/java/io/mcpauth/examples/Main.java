package io.mcpauth.examples;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.access.AccessCommand;
import io.mcpauth.examples.access.ClientsCommand;
import io.mcpauth.examples.access.Commands;
import io.mcpauth.examples.access.GrantsCommand;
import io.mcpauth.examples.access.KeyHint;
import io.mcpauth.examples.access.KeysCommand;
import io.mcpauth.examples.access.StoreLine;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.policy.PolicyCommand;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.store.StoreException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * Starts the file-tools server as its settings say, and prints how to connect to it. With arguments
 * it runs one of its {@link Commands} instead.
 */
public final class Main {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list_files\"}}";

  private Main() {}

  /**
   * Runs until the process ends, or the command is done.
   *
   * @param args none, or those of {@link Commands}
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      System.exit(commands().run(args, System.out, System.err));
      return;
    }
    FileToolsSettings settings;
    FileToolsServer server;
    try {
      settings = FileToolsSettings.from(KeysOfTheBuild::orElse, sources());
      if (KeysOfTheBuild.isWhere(settings.settings().value(Setting.API_KEYS_FILE))) {
        KeysOfTheBuild.make();
      }
      server = FileToolsServer.start(settings);
    } catch (IllegalArgumentException | IllegalStateException | StoreException e) {
      System.err.println("file-tools: " + e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "file-tools-shutdown"));
    print(settings, server, System.out);
    server.join();
  }

  private static Commands commands() {
    return new Commands(
        "file-tools.jar",
        new PolicyCommand(Main::check),
        new AccessCommand(
            () -> KeysOfTheBuild.orElse(FileToolsSettings.read(sources())), Guard::issuers),
        new KeysCommand(
            () -> KeysOfTheBuild.orElse(FileToolsSettings.read(sources())),
            Guard::resource,
            Guard::policy),
        new ClientsCommand(
            () -> KeysOfTheBuild.orElse(FileToolsSettings.read(sources())), Guard::policy),
        new GrantsCommand(() -> KeysOfTheBuild.orElse(FileToolsSettings.read(sources()))));
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
    if (settings.oauth()) {
      Settings all = settings.settings();
      out.println(login == null ? StoreLine.of(all) : StoreLine.withClients(all));
    }
    settings.notes().forEach(out::println);
    if (login != null) {
      out.println("Authorization server " + login.issuer());
      out.println("Log in as " + login.editor().words() + " for everything");
      out.println("       or " + login.guest().words() + " who may not delete files");
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
        "curl         curl -i -H 'Content-Type: application/json' -d '" + CALL + "' " + url);
    keyCommands(settings, url).forEach(out::println);
    out.println();
    out.println("ready " + url);
    out.flush();
  }

  /** How to make a key and call with it, where keys are taken. */
  private static List<String> keyCommands(FileToolsSettings settings, String url) {
    Settings all = settings.settings();
    if (!settings.oauth() || !KeyHint.isFor(all)) {
      return List.of();
    }
    Map<String, String> environment = KeyHint.environment(all, url, FileToolsSettings.STANDARD_URL);
    if (KeysOfTheBuild.isWhere(all.value(Setting.API_KEYS_FILE))) {
      environment.remove(Setting.API_KEYS_FILE.key());
    }
    KeyHint hint =
        KeysOfTheBuild.areThere()
            ? new KeyHint(KeysOfTheBuild::command, environment)
            : KeyHint.ofThisProcess(Main.class, environment);
    return hint.commands(Guard.policy(all).initialScopes(), url, CALL);
  }
}
