package io.mcpauth.examples.client;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The command line of the client. */
public final class ClientMain {
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
    Clock clock = Clock.systemUTC();
    try {
      ClientSettings settings = CommandLine.read(args, environment);
      try (UserAgent userAgent =
          settings.followRedirects()
              ? new RedirectFollower(settings.redirectPort(), clock)
              : new RedirectListener(settings.redirectPort(), err, LOGIN, clock)) {
        return new McpClient(settings, userAgent, clock, out).run() ? 0 : 1;
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
