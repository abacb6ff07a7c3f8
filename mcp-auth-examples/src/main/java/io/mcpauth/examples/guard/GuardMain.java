package io.mcpauth.examples.guard;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.access.AccessCommand;
import io.mcpauth.examples.access.ClientsCommand;
import io.mcpauth.examples.access.Commands;
import io.mcpauth.examples.access.GrantsCommand;
import io.mcpauth.examples.access.KeyHint;
import io.mcpauth.examples.access.KeysCommand;
import io.mcpauth.examples.access.KnownIssuers;
import io.mcpauth.examples.access.SettingsPolicy;
import io.mcpauth.examples.access.StoreLine;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.examples.policy.PolicyCommand;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.StoreException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;

/**
 * Starts the guard as its settings say, and prints what it guards and how to connect. With
 * arguments it runs one of its {@link Commands} instead.
 */
public final class GuardMain {
  private static final String CALL = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

  private GuardMain() {}

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
    GuardSettings settings;
    GuardServer server;
    try {
      settings = GuardSettings.from(sources());
      server = GuardServer.start(settings);
    } catch (IllegalArgumentException | IllegalStateException | StoreException e) {
      System.err.println("mcp-guard: " + e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "mcp-guard-shutdown"));
    print(settings, server, System.out);
    server.join();
  }

  private static Commands commands() {
    return new Commands(
        "mcp-guard.jar",
        new PolicyCommand(GuardMain::check),
        new AccessCommand(() -> GuardSettings.read(sources()), GuardMain::issuers),
        new KeysCommand(
            () -> GuardSettings.read(sources()), GuardMain::resource, GuardMain::policy),
        new ClientsCommand(() -> GuardSettings.read(sources()), GuardMain::policy),
        new GrantsCommand(() -> GuardSettings.read(sources())));
  }

  private static KnownIssuers issuers(Settings settings) {
    return new KnownIssuers(
        DevelopmentIssuer.isAskedFor(settings)
            ? DevelopmentIssuer.issuers(settings)
            : ConfiguredServer.acceptedIssuers(settings),
        ConfiguredServer.ownIssuers(settings, () -> resource(settings)));
  }

  private static ResourceIdentifier resource(Settings settings) {
    return EndpointUrl.beside(settings, GuardSetting.PORT, GuardSettings.DEFAULT_PORT);
  }

  private static ToolPolicy policy(Settings settings) {
    return SettingsPolicy.of(
        settings,
        () -> {
          throw new IllegalArgumentException(Setting.POLICY_FILE.key() + " is not set.");
        });
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
    Login login = server.login();
    if (login == null) {
      out.println("Authorization servers " + all.values(Setting.ISSUER));
    } else {
      out.println("Authorization server " + login.issuer() + ", to try with, on this computer");
      out.println("Log in as " + login.editor().words());
      out.println("       or " + login.guest().words());
    }
    out.println(
        "Callers need "
            + (policy == null ? all.words(Setting.REQUIRED_SCOPES) : "what " + policy + " says"));
    out.println("The target gets " + words(settings));
    out.println(login == null ? StoreLine.of(all) : StoreLine.withClients(all));
    settings.notes().forEach(out::println);
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
        "curl         curl -i -H 'Content-Type: application/json' -d" + " '" + CALL + "' " + url);
    keyCommands(settings, url).forEach(out::println);
    out.println();
    out.println("ready " + url);
    out.flush();
  }

  /** How to make a key and call with it, where keys are taken. */
  private static List<String> keyCommands(GuardSettings settings, String url) {
    Settings all = settings.settings();
    if (!KeyHint.isFor(all)) {
      return List.of();
    }
    String standard = "http://localhost:" + GuardSettings.DEFAULT_PORT + "/mcp";
    return KeyHint.ofThisProcess(GuardMain.class, KeyHint.environment(all, url, standard))
        .commands(policy(all).initialScopes(), url, CALL);
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
