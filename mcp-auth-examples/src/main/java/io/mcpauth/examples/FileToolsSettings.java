package io.mcpauth.examples;

import io.mcpauth.metadata.ResourceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the file-tools server is started with, read from environment variables.
 *
 * @param port {@code FILE_TOOLS_PORT}, 8080 by default; 0 picks a free one
 * @param root {@code FILE_TOOLS_ROOT}, or null for a sample directory that is deleted at the end
 * @param oauth {@code MCP_AUTH_MODE}: {@code oauth} by default; {@code none} switches authorization
 *     off and is for loopback only
 * @param resource {@code MCP_AUTH_RESOURCE}, or null for {@code http://localhost:{port}/mcp}
 * @param issuers {@code MCP_AUTH_ISSUER}, comma-separated; none starts the embedded authorization
 *     server
 * @param audience {@code MCP_AUTH_AUDIENCE}, or null for the resource
 * @param authorizationServerPort {@code FILE_TOOLS_AS_PORT}, 9000 by default; 0 picks a free one
 * @param user {@code FILE_TOOLS_USER}, {@code demo} by default
 * @param password {@code FILE_TOOLS_PASSWORD}, or null for a new one, printed once
 * @param guestUser {@code FILE_TOOLS_GUEST_USER}, {@code guest} by default
 * @param guestPassword {@code FILE_TOOLS_GUEST_PASSWORD}, or null for a new one, printed once
 * @param policyFile {@code MCP_AUTH_POLICY_FILE}, or null for the policy in the jar
 * @param allowedOrigins {@code MCP_AUTH_ALLOWED_ORIGINS}, comma-separated; none by default
 */
public record FileToolsSettings(
    int port,
    @Nullable String root,
    boolean oauth,
    @Nullable String resource,
    List<String> issuers,
    @Nullable String audience,
    int authorizationServerPort,
    String user,
    @Nullable String password,
    String guestUser,
    @Nullable String guestPassword,
    @Nullable String policyFile,
    List<String> allowedOrigins) {
  private static final Set<String> NAMES =
      Set.of(
          "FILE_TOOLS_PORT",
          "FILE_TOOLS_ROOT",
          "FILE_TOOLS_AS_PORT",
          "FILE_TOOLS_USER",
          "FILE_TOOLS_PASSWORD",
          "FILE_TOOLS_GUEST_USER",
          "FILE_TOOLS_GUEST_PASSWORD",
          "MCP_AUTH_MODE",
          "MCP_AUTH_RESOURCE",
          "MCP_AUTH_ISSUER",
          "MCP_AUTH_AUDIENCE",
          "MCP_AUTH_POLICY_FILE",
          "MCP_AUTH_ALLOWED_ORIGINS");

  /** What only the embedded authorization server uses. */
  private static final List<String> EMBEDDED_ONLY =
      List.of(
          "FILE_TOOLS_AS_PORT",
          "FILE_TOOLS_USER",
          "FILE_TOOLS_PASSWORD",
          "FILE_TOOLS_GUEST_USER",
          "FILE_TOOLS_GUEST_PASSWORD");

  /** What means nothing without authorization. */
  private static final List<String> OAUTH_ONLY =
      List.of(
          "MCP_AUTH_ISSUER",
          "MCP_AUTH_AUDIENCE",
          "MCP_AUTH_POLICY_FILE",
          "MCP_AUTH_ALLOWED_ORIGINS");

  private static final String DEFAULT_USER = "demo";
  private static final String DEFAULT_GUEST = "guest";

  /** Copies the lists. */
  public FileToolsSettings {
    issuers = List.copyOf(issuers);
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** The passwords stay out. */
  @Override
  public String toString() {
    return "FileToolsSettings[port=" + port + ", oauth=" + oauth + ", resource=" + resource + "]";
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if a variable is unknown, wrong or contradicts another; the
   *     message names it and says what to write
   */
  public static FileToolsSettings from(Map<String, String> environment) {
    requireKnown(environment);
    boolean oauth = oauth(environment);
    List<String> issuers = entries(environment, "MCP_AUTH_ISSUER", "issuers");
    requireConsistent(environment, oauth, !issuers.isEmpty());
    return new FileToolsSettings(
        port(environment, "FILE_TOOLS_PORT", 8080),
        environment.get("FILE_TOOLS_ROOT"),
        oauth,
        environment.get("MCP_AUTH_RESOURCE"),
        issuers,
        environment.get("MCP_AUTH_AUDIENCE"),
        port(environment, "FILE_TOOLS_AS_PORT", 9000),
        environment.getOrDefault("FILE_TOOLS_USER", DEFAULT_USER),
        environment.get("FILE_TOOLS_PASSWORD"),
        environment.getOrDefault("FILE_TOOLS_GUEST_USER", DEFAULT_GUEST),
        environment.get("FILE_TOOLS_GUEST_PASSWORD"),
        environment.get("MCP_AUTH_POLICY_FILE"),
        entries(environment, "MCP_AUTH_ALLOWED_ORIGINS", "origins"));
  }

  private static void requireKnown(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          boolean ours = name.startsWith("FILE_TOOLS_") || name.startsWith("MCP_AUTH_");
          if (ours && !NAMES.contains(name)) {
            throw new IllegalArgumentException(
                name + " is not a setting. Write one of " + new TreeSet<>(NAMES) + ".");
          }
          if (ours && value.isBlank()) {
            throw new IllegalArgumentException(
                name + " is empty. Write a value, or remove it for the default.");
          }
        });
  }

  private static boolean oauth(Map<String, String> environment) {
    String mode = environment.getOrDefault("MCP_AUTH_MODE", "oauth");
    if (!mode.equals("oauth") && !mode.equals("none")) {
      throw new IllegalArgumentException(
          "MCP_AUTH_MODE is '" + mode + "', which is no mode. Write 'oauth' or 'none'.");
    }
    return mode.equals("oauth");
  }

  /** The entries of a comma-separated variable; none where it is not set. */
  private static List<String> entries(Map<String, String> environment, String name, String what) {
    List<String> entries = new ArrayList<>();
    String value = environment.get(name);
    if (value != null) {
      for (String entry : value.split(",", -1)) {
        if (entry.isBlank()) {
          throw new IllegalArgumentException(
              name
                  + " is '"
                  + value
                  + "', which has an empty entry. Write "
                  + what
                  + " separated by single commas.");
        }
        entries.add(entry.strip());
      }
    }
    return entries;
  }

  private static void requireConsistent(
      Map<String, String> environment, boolean oauth, boolean external) {
    String resource = environment.get("MCP_AUTH_RESOURCE");
    boolean loopback = resource == null || resource(resource).loopback();
    if (!oauth && !loopback) {
      throw new IllegalArgumentException(
          "MCP_AUTH_MODE is 'none', which only a loopback MCP_AUTH_RESOURCE may use, but that is '"
              + resource
              + "'. Write MCP_AUTH_MODE=oauth, or remove MCP_AUTH_RESOURCE.");
    }
    if (!oauth) {
      refuse(environment, OAUTH_ONLY, "MCP_AUTH_MODE is 'none'");
      refuse(environment, EMBEDDED_ONLY, "MCP_AUTH_MODE is 'none'");
    } else if (external) {
      refuse(environment, EMBEDDED_ONLY, "MCP_AUTH_ISSUER is set, so no embedded server starts");
    } else {
      refuse(environment, List.of("MCP_AUTH_AUDIENCE"), "MCP_AUTH_ISSUER is not set");
      requireTwoPorts(environment);
      requireTwoUsers(environment);
      if (!loopback) {
        throw new IllegalArgumentException(
            "MCP_AUTH_RESOURCE is '"
                + resource
                + "', but the embedded authorization server is for loopback only."
                + " Write MCP_AUTH_ISSUER with the issuer of your identity provider.");
      }
    }
  }

  private static ResourceIdentifier resource(String value) {
    try {
      return ResourceIdentifier.of(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("MCP_AUTH_RESOURCE: " + e.getMessage(), e);
    }
  }

  private static void requireTwoPorts(Map<String, String> environment) {
    int port = port(environment, "FILE_TOOLS_PORT", 8080);
    if (port != 0 && port == port(environment, "FILE_TOOLS_AS_PORT", 9000)) {
      throw new IllegalArgumentException(
          "FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both "
              + port
              + ". Write two different ports, or 0 to have them picked.");
    }
  }

  private static void requireTwoUsers(Map<String, String> environment) {
    String user = environment.getOrDefault("FILE_TOOLS_USER", DEFAULT_USER);
    if (user.equals(environment.getOrDefault("FILE_TOOLS_GUEST_USER", DEFAULT_GUEST))) {
      throw new IllegalArgumentException(
          "FILE_TOOLS_USER and FILE_TOOLS_GUEST_USER are both '"
              + user
              + "'. Write two different names.");
    }
  }

  private static void refuse(Map<String, String> environment, List<String> names, String why) {
    for (String name : names) {
      if (environment.containsKey(name)) {
        throw new IllegalArgumentException(
            name + " means nothing here: " + why + ". Remove " + name + ".");
      }
    }
  }

  private static int port(Map<String, String> environment, String name, int standard) {
    String value = environment.get(name);
    if (value == null) {
      return standard;
    }
    if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65535) {
      return Integer.parseInt(value);
    }
    throw new IllegalArgumentException(
        name + " is '" + value + "', which is no port. Write a number from 0 to 65535.");
  }
}
