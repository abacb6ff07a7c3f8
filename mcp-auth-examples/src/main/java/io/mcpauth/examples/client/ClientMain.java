package io.mcpauth.examples.client;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The command line of the client. */
public final class ClientMain {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Duration LOGIN = Duration.ofMinutes(5);

  private ClientMain() {}

  /**
   * Runs, and ends the process: status 0 if all went well, 1 if it did not, 2 if the arguments or
   * the environment make no sense.
   *
   * @param args options, the URL of the MCP server, a tool and its arguments as JSON
   */
  public static void main(String[] args) {
    // What the library has to say is in the messages of its exceptions.
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    System.exit(run(List.of(args), System.getenv(), System.out, System.err));
  }

  static int run(
      List<String> args, Map<String, String> environment, PrintStream out, PrintStream err) {
    return run(args, environment, settings -> onThisComputer(settings, err), out, err);
  }

  /**
   * Runs with another way to the user than a browser on this computer, and without ending the
   * process. The options that are about that way mean nothing then.
   *
   * @param args options, the URL of the MCP server, a tool and its arguments as JSON
   * @param environment where credentials are
   * @param userAgent the way to the user, which is closed at the end
   * @param out where the tool's result goes
   * @param err where problems go
   * @return the status, as {@link #main} says
   */
  public static int run(
      List<String> args,
      Map<String, String> environment,
      UserAgent userAgent,
      PrintStream out,
      PrintStream err) {
    return run(args, environment, settings -> userAgent, out, err);
  }

  /** How a way to the user is made. */
  @FunctionalInterface
  private interface UserAgents {
    UserAgent of(ClientSettings settings) throws ClientFailure;
  }

  private static UserAgent onThisComputer(ClientSettings settings, PrintStream err)
      throws ClientFailure {
    return settings.followRedirects()
        ? new RedirectFollower(settings.redirectPort(), CLOCK)
        : new RedirectListener(settings.redirectPort(), err, LOGIN, CLOCK);
  }

  private static int run(
      List<String> args,
      Map<String, String> environment,
      UserAgents userAgents,
      PrintStream out,
      PrintStream err) {
    try {
      ClientSettings settings = CommandLine.read(args, environment);
      try (UserAgent userAgent = userAgents.of(settings)) {
        return new McpClient(settings, userAgent, CLOCK, out).run() ? 0 : 1;
      }
    } catch (IllegalArgumentException e) {
      err.println("mcp-client: " + McpClient.printable(String.valueOf(e.getMessage())));
      return 2;
    } catch (ClientFailure e) {
      err.println("mcp-client: " + McpClient.printable(String.valueOf(e.getMessage())));
      return 1;
    }
  }
}
