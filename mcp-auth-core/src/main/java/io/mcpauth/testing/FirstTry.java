package io.mcpauth.testing;

import io.mcpauth.metadata.ResourceIdentifier;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** What somebody needs who tries a server by hand: an issuer to configure, and tokens of it. */
final class FirstTry {
  private static final Duration LIFETIME = Duration.ofHours(1);

  private FirstTry() {}

  /**
   * Prints the setting that names the issuer, and a token for each set of scopes.
   *
   * @param arguments the resource, then scopes, those of one token separated by spaces
   * @throws IllegalArgumentException if there is no resource, or it is none; the issuer is closed
   */
  static void print(TestIssuer issuer, List<String> arguments, PrintStream out) {
    try {
      String resource = resource(arguments);
      StringBuilder text = new StringBuilder();
      text.append("Start the server with MCP_AUTH_ISSUER=%s%n".formatted(issuer.issuer()));
      for (String scopes : arguments.subList(1, arguments.size())) {
        String token = issuer.token(resource).scopes(scopes).expiresIn(LIFETIME).mint();
        text.append("%nA token with %s, for an hour:%n%s%n".formatted(scopes, token));
      }
      out.print(text);
      out.flush();
    } catch (IllegalArgumentException e) {
      // Its thread would keep the process.
      issuer.close();
      throw e;
    }
  }

  private static String resource(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "Name the resource and the scopes of each token: http://localhost:8080/mcp 'notes:read'"
              + " 'notes:read notes:write'");
    }
    return ResourceIdentifier.of(arguments.get(0)).toString();
  }
}
