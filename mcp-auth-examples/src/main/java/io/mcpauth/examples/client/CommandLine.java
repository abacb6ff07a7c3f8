package io.mcpauth.examples.client;

import io.mcpauth.client.ClientKey;
import io.mcpauth.client.JwtAssertion;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.client.ClientSettings.Call;
import io.mcpauth.examples.client.ClientSettings.Enterprise;
import io.mcpauth.examples.client.ClientSettings.Grant;
import io.mcpauth.examples.client.ClientSettings.PreRegistered;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads options from the arguments and credentials from the environment, where no list of processes
 * shows them. A mistake is an {@link IllegalArgumentException} that says what to write.
 */
final class CommandLine {

  static final String USAGE =
      "java -jar mcp-client.jar [options] <url of the MCP server> [<tool> [<arguments as JSON>]]";

  private static final Set<String> FLAGS =
      Set.of("--follow-redirects", "--dpop", "--without-resource", "--scopes-in-refresh");
  private static final Set<String> VALUED =
      Set.of("--revision", "--grant", "--redirect-port", "--client-metadata-url");

  private final Map<String, String> environment;
  private final Map<String, String> options = new TreeMap<>();
  private final List<String> words = new ArrayList<>();

  private CommandLine(Map<String, String> environment) {
    this.environment = environment;
  }

  static ClientSettings read(List<String> arguments, Map<String, String> environment) {
    CommandLine line = new CommandLine(environment);
    line.sort(arguments);
    return line.settings();
  }

  private void sort(List<String> arguments) {
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String word = rest.remove();
      boolean flag = FLAGS.contains(word);
      if (!word.startsWith("--") || !words.isEmpty()) {
        words.add(word); // behind the URL everything is the tool's
      } else if (!flag && !VALUED.contains(word)) {
        throw new IllegalArgumentException(
            "Option '" + word + "' is unknown. There are " + FLAGS + " and " + VALUED + ".");
      } else if (!flag && rest.isEmpty()) {
        throw new IllegalArgumentException("Option " + word + " needs a value.");
      } else if (options.put(word, flag ? "" : rest.remove()) != null) {
        throw new IllegalArgumentException("Option " + word + " is there twice.");
      }
    }
    if (words.isEmpty() || words.size() > 3) {
      throw new IllegalArgumentException("Write: " + USAGE);
    }
  }

  private ClientSettings settings() {
    Grant grant = grant();
    ClientSettings settings =
        new ClientSettings(
            endpoint(words.get(0)),
            words.size() == 1
                ? null
                : new Call(words.get(1), words.size() == 3 ? words.get(2) : "{}"),
            revision(),
            grant,
            port(),
            options.containsKey("--follow-redirects"),
            options.containsKey("--dpop"),
            metadataUrl(),
            preRegistered(),
            provider(),
            grant == Grant.WORKLOAD ? assertion("MCP_CLIENT_ASSERTION") : null,
            grant == Grant.ENTERPRISE ? enterprise() : null,
            connections());
    boolean ofItsOwn = grant == Grant.CLIENT_CREDENTIALS || grant == Grant.ENTERPRISE;
    if (ofItsOwn && settings.preRegistered() == null) {
      throw new IllegalArgumentException(
          "The grant '" + grant.word() + "' is for a client that is registered: set MCP_CLIENT_ID");
    }
    return settings;
  }

  private static URI endpoint(String text) {
    URI uri = uri(text);
    boolean https = uri != null && "https".equals(uri.getScheme());
    boolean local =
        uri != null && "http".equals(uri.getScheme()) && ResourceIdentifier.loopback(uri);
    if (uri == null
        || uri.getHost() == null
        || !(https || local)
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The MCP URL is not https, nor http on loopback, or has user-info or a fragment."
              + " Write one such as https://mcp.example.com/mcp.");
    }
    return uri;
  }

  private Revision revision() {
    String date = options.getOrDefault("--revision", Revision.R2025_11_25.date());
    Revision revision = Revision.of(date);
    if (revision == null) {
      throw new IllegalArgumentException(
          "--revision '" + date + "' is unknown. Write one of " + List.of(Revision.values()) + ".");
    }
    return revision;
  }

  private Grant grant() {
    String word = options.getOrDefault("--grant", Grant.USER.word());
    return Arrays.stream(Grant.values())
        .filter(grant -> grant.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--grant '"
                        + word
                        + "' is unknown. Write "
                        + Arrays.stream(Grant.values())
                            .map(Grant::word)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  private int port() {
    String text = options.getOrDefault("--redirect-port", "0");
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "--redirect-port '" + text + "' is no port. Write 0 for a free one, or 1 to 65535.");
    }
    return port;
  }

  private @Nullable URI metadataUrl() {
    String text = options.get("--client-metadata-url");
    if (text == null) {
      return null;
    }
    URI uri = uri(text);
    // Client ID Metadata Document draft, section 3: https, with a path.
    if (uri == null
        || !"https".equals(uri.getScheme())
        || uri.getHost() == null
        || uri.getRawPath().length() < 2) {
      throw new IllegalArgumentException(
          "--client-metadata-url '"
              + text
              + "' is not https or has no path. Write where your document is, such as"
              + " https://app.example.com/client.json.");
    }
    return uri;
  }

  private @Nullable PreRegistered preRegistered() {
    String id = environment.get("MCP_CLIENT_ID");
    String key = environment.get("MCP_CLIENT_KEY");
    if (id == null) {
      if (key != null || environment.containsKey("MCP_CLIENT_SECRET")) {
        throw new IllegalArgumentException(
            "MCP_CLIENT_SECRET or MCP_CLIENT_KEY is set, and whose it is, is not: set"
                + " MCP_CLIENT_ID as well.");
      }
      return null;
    }
    String algorithm = environment.getOrDefault("MCP_CLIENT_KEY_ALGORITHM", "ES256");
    return new PreRegistered(
        id,
        environment.get("MCP_CLIENT_SECRET"),
        key == null ? null : ClientKey.ofPem(key, algorithm, environment.get("MCP_CLIENT_KEY_ID")),
        environment.get("MCP_CLIENT_ISSUER"));
  }

  private ClientSettings.Provider provider() {
    return new ClientSettings.Provider(
        environment.get("MCP_CLIENT_ISSUER"),
        options.containsKey("--without-resource"),
        options.containsKey("--scopes-in-refresh"));
  }

  /** A server's other settings may stand in the same environment: they are known, and not used. */
  private OutboundConnections connections() {
    Map<String, String> server = new TreeMap<>(environment);
    server.remove("MCP_AUTH_DEV"); // of the guard, which is tried with this client
    return ConfiguredServer.connections(
        Settings.of(List.of(Setting.values()), SettingSource.environment(server)));
  }

  private Enterprise enterprise() {
    URI endpoint = uri(required("MCP_CLIENT_IDP_TOKEN_ENDPOINT"));
    if (endpoint == null) {
      throw new IllegalArgumentException("MCP_CLIENT_IDP_TOKEN_ENDPOINT is no URL.");
    }
    return new Enterprise(
        required("MCP_CLIENT_IDP_ISSUER"),
        endpoint,
        required("MCP_CLIENT_IDP_CLIENT_ID"),
        assertion("MCP_CLIENT_ID_TOKEN"));
  }

  private JwtAssertion assertion(String name) {
    return JwtAssertion.of(required(name));
  }

  private String required(String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("Set " + name + ", which --grant needs.");
    }
    return value;
  }

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
