package io.mcpauth.examples.policy;

import io.mcpauth.policy.PolicyFile;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * {@code policy check FILE}: says whether a server would start with the policy of a file, and what
 * its writer may not have meant. Starts no server and makes no request.
 */
public final class PolicyCommand {
  /** The policy is good; there may be warnings. */
  public static final int GOOD = 0;

  /** A server would not start with it, or a setting that it is held against is wrong. */
  public static final int WRONG = 1;

  /** The arguments are no command. */
  public static final int USAGE = 2;

  private final String jar;
  private final Function<PolicyFile, List<String>> check;

  /**
   * The command of a server.
   *
   * @param jar the file that is started, for messages
   * @param check what gives the warnings, and throws IllegalArgumentException at a mistake
   */
  public PolicyCommand(String jar, Function<PolicyFile, List<String>> check) {
    this.jar = jar;
    this.check = check;
  }

  /**
   * Runs it.
   *
   * @param args of the process
   * @param out gets the warnings and the verdict
   * @param err gets the mistake, with line and column
   * @return the exit code
   */
  public int run(String[] args, PrintStream out, PrintStream err) {
    if (args.length != 3 || !args[0].equals("policy") || !args[1].equals("check")) {
      err.println(
          "Usage: java -jar " + jar + " policy check FILE; without arguments it starts the server");
      return USAGE;
    }
    String file = args[2];
    List<String> warnings;
    try {
      warnings = check.apply(PolicyFile.at(Path.of(file)));
    } catch (InvalidPathException e) {
      err.println("'" + file + "' is no path. Write that of a policy file.");
      return USAGE;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return WRONG;
    }
    warnings.forEach(warning -> out.println(file + ": warning: " + warning));
    out.println(file + ": good, " + counted(warnings.size()));
    return GOOD;
  }

  private static String counted(int warnings) {
    return warnings == 0 ? "no warnings" : warnings == 1 ? "1 warning" : warnings + " warnings";
  }
}
