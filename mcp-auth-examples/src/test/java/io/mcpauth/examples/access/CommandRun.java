package io.mcpauth.examples.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.policy.PolicyCommand;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A command of file-tools.jar that was run in this process.
 *
 * @param code its exit status
 */
public record CommandRun(int code, String out, String err) {
  /** What the server is that the commands are for, unless the environment says it. */
  static final String RESOURCE = "http://localhost:8080/mcp";

  /** With an environment, and arguments as a shell would give them. */
  public static CommandRun of(Map<String, String> environment, String... arguments) {
    Supplier<Settings> settings =
        () -> Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    Commands commands =
        new Commands(
            "file-tools.jar",
            new PolicyCommand(file -> List.of()),
            new AccessCommand(settings, CommandRun::issuers),
            new KeysCommand(settings, CommandRun::resource, CommandRun::policy),
            new ClientsCommand(settings, CommandRun::policy),
            new GrantsCommand(settings));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        commands.run(
            arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    return new CommandRun(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static KnownIssuers issuers(Settings settings) {
    return new KnownIssuers(
        ConfiguredServer.acceptedIssuers(settings),
        ConfiguredServer.ownIssuers(settings, () -> resource(settings)));
  }

  private static ResourceIdentifier resource(Settings settings) {
    String said = settings.value(Setting.RESOURCE);
    return ResourceIdentifier.of(said == null ? RESOURCE : said);
  }

  private static ToolPolicy policy(Settings settings) {
    return SettingsPolicy.of(
        settings,
        () -> ToolPolicy.builder().tool("a", "files:list").tool("b", "files:read").build());
  }

  /** The first word of what was said: the id of a rule. */
  public String id() {
    return out.split(" ", 2)[0];
  }
}
