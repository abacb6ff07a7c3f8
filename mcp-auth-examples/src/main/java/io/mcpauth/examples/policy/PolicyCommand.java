package io.mcpauth.examples.policy;

import io.mcpauth.policy.PolicyFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code policy check FILE}: says whether a server would start with the policy of a file, and what
 * its writer may not have meant. Starts no server and makes no request.
 */
@Command(name = "policy", description = "Looks at a policy.")
public final class PolicyCommand {
  /** The policy is good; there may be warnings. */
  public static final int GOOD = 0;

  /** A server would not start with it, or a setting that it is held against is wrong. */
  public static final int WRONG = 1;

  /** The arguments are no command. */
  public static final int USAGE = 2;

  private final Function<PolicyFile, List<String>> check;

  @Spec private @Nullable CommandSpec spec;

  /**
   * The command of a server.
   *
   * @param check what gives the warnings, and throws IllegalArgumentException at a mistake
   */
  public PolicyCommand(Function<PolicyFile, List<String>> check) {
    this.check = check;
  }

  @Command(
      description = "Says whether a server would start with a policy. Exit status 0 if so, else 1.")
  int check(@Parameters(paramLabel = "FILE", description = "the policy") String file) {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    List<String> warnings;
    try {
      warnings = check.apply(PolicyFile.at(Path.of(file)));
    } catch (InvalidPathException e) {
      command.getErr().println("'" + file + "' is no path. Write that of a policy file.");
      return USAGE;
    } catch (IllegalArgumentException e) {
      command.getErr().println(e.getMessage());
      return WRONG;
    }
    warnings.forEach(warning -> command.getOut().println(file + ": warning: " + warning));
    command.getOut().println(file + ": good, " + counted(warnings.size()));
    return GOOD;
  }

  private static String counted(int warnings) {
    return warnings == 0 ? "no warnings" : warnings == 1 ? "1 warning" : warnings + " warnings";
  }
}
