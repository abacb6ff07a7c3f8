package io.mcpauth.examples.access;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a server that takes keys says at its start: how to make one, and how to call a tool with it,
 * as commands for a shell that can be copied one after the other. They show no secret.
 *
 * @param program what runs a command of the server with some arguments
 * @param environment what the command has to be told, by the names of settings
 */
public record KeyHint(UnaryOperator<String> program, Map<String, String> environment) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");
  private static final String INITIALIZE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
          + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"curl\",\"version\":\"1\"}}}";

  /** A copy of the environment. */
  public KeyHint {
    environment = Map.copyOf(environment);
  }

  /** Whether a server with these settings takes keys that the command makes. */
  public static boolean isFor(Settings settings) {
    return settings.value(Setting.API_KEYS_FILE) != null
        || (settings.flag(Setting.API_KEYS) && StateCommand.hasStore(settings));
  }

  /**
   * Of a server whose jar or classes this process runs.
   *
   * @param main the class that it was started with
   */
  public static KeyHint ofThisProcess(Class<?> main, Map<String, String> environment) {
    String classes = System.getProperty("java.class.path", "");
    boolean jar = classes.endsWith(".jar") && !classes.contains(File.pathSeparator);
    String program =
        jar
            ? "java -jar " + quoted(Path.of(classes).toAbsolutePath().toString())
            : "java -cp " + quoted(classes) + " " + main.getName();
    return new KeyHint(arguments -> program + " " + arguments, environment);
  }

  /**
   * What a command has to be told beside a server, where it cannot find it itself.
   *
   * @param settings those of the server
   * @param url that it has
   * @param standard the URL that it has where nothing is set
   */
  public static Map<String, String> environment(Settings settings, String url, String standard) {
    Map<String, String> environment = new TreeMap<>();
    String resource = settings.value(Setting.RESOURCE);
    if (resource != null || !url.equals(standard)) {
      environment.put(Setting.RESOURCE.key(), resource == null ? url : resource);
    }
    String prefix = settings.value(Setting.API_KEY_PREFIX);
    if (prefix != null) { // else the server would take the key for a token
      environment.put(Setting.API_KEY_PREFIX.key(), prefix);
    }
    // The command compares the scopes of a key with the policy.
    for (Setting file : List.of(Setting.API_KEYS_FILE, Setting.POLICY_FILE)) {
      String path = settings.value(file);
      if (path != null) {
        environment.put(file.key(), Path.of(path).toAbsolutePath().normalize().toString());
      }
    }
    return environment;
  }

  /**
   * The commands.
   *
   * @param scopes that the key gets
   * @param url of the endpoint
   * @param request the JSON-RPC request that is sent with it
   */
  public List<String> commands(Collection<String> scopes, String url, String request) {
    String create = "keys create --name ci --scopes " + inQuotes(String.join(" ", scopes));
    StringBuilder set = new StringBuilder();
    new TreeMap<>(environment)
        .forEach((name, value) -> set.append(name).append('=').append(quoted(value)).append(' '));
    return List.of(
        "# An API key, and a call with it:",
        "KEY=$("
            + set
            + program.apply(create)
            + " | grep _ | tail -n 1); sleep 2", // until the server has it
        "rpc() { curl -si -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json'"
            + " -H 'Accept: application/json, text/event-stream' \"$@\" "
            + quoted(url)
            + "; }",
        "SESSION=$(rpc -d '"
            + INITIALIZE
            + "' | tr -d '\\r' | sed -n 's/^[Mm]cp-[Ss]ession-[Ii]d: //p')",
        "rpc -H \"Mcp-Session-Id: $SESSION\" -d '" + request + "'");
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() ? value : inQuotes(value);
  }

  private static String inQuotes(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
