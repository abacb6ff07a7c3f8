package io.mcpauth.examples.access;

import io.mcpauth.examples.policy.PolicyCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** What the jar of a server does with arguments, instead of starting the server. */
public final class Commands {
  private final String jar;
  private final PolicyCommand policy;
  private final AccessCommand access;
  private final KeysCommand keys;
  private final ClientsCommand clients;
  private final GrantsCommand grants;

  /** All of them together. */
  @Command(description = "Without a command it starts the server.")
  private static final class Root {
    @SuppressWarnings("UnusedVariable") // picocli's
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        scope = ScopeType.INHERIT,
        description = "Says what there is.")
    private boolean help;
  }

  /**
   * The commands of a server.
   *
   * @param jar the file that is started, for messages
   */
  public Commands(
      String jar,
      PolicyCommand policy,
      AccessCommand access,
      KeysCommand keys,
      ClientsCommand clients,
      GrantsCommand grants) {
    this.jar = jar;
    this.policy = policy;
    this.access = access;
    this.keys = keys;
    this.clients = clients;
    this.grants = grants;
  }

  /**
   * Runs one.
   *
   * @param args of the process
   * @param out gets what was done
   * @param err gets what is wrong
   * @return the exit status
   */
  public int run(String[] args, PrintStream out, PrintStream err) {
    CommandSpec root = CommandSpec.forAnnotatedObject(new Root()).name("java -jar " + jar);
    CommandLine commands =
        new CommandLine(root)
            .addSubcommand("policy", policy)
            .addSubcommand("access", access)
            .addSubcommand("keys", keys)
            .addSubcommand("clients", clients)
            .addSubcommand("grants", grants);
    PrintWriter outWriter = new PrintWriter(out, true, StandardCharsets.UTF_8);
    PrintWriter errWriter = new PrintWriter(err, true, StandardCharsets.UTF_8);
    commands
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(100)
        .setOut(outWriter)
        .setErr(errWriter)
        .setParameterExceptionHandler((wrong, words) -> refuse(wrong));
    return commands.execute(args);
  }

  private static int refuse(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    command.getErr().println(wrong.getMessage());
    command.usage(command.getErr());
    boolean ofAccess = command.getCommandSpec().qualifiedName().contains(".jar access");
    return ofAccess ? AccessCommand.WRONG : PolicyCommand.USAGE;
  }
}
