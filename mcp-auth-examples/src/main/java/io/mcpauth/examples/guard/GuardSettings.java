package io.mcpauth.examples.guard;

import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the guard is started with, read from environment variables.
 *
 * @param target {@code TARGET_URL}, or {@code CASDOOR_URL} with {@code /api/mcp}
 * @param port {@code PORT}, 3000 by default; 0 picks a free one
 * @param bind {@code GUARD_BIND}: {@code loopback}, {@code all} or an address
 * @param resource {@code MCP_AUTH_RESOURCE}, or null for {@code http://localhost:{port}/mcp}
 * @param issuers {@code MCP_AUTH_ISSUER}, comma-separated, or {@code CASDOOR_URL}
 * @param audience {@code MCP_AUTH_AUDIENCE}, or null for the resource
 * @param profile {@code MCP_AUTH_PROFILE}, or null for the generic one
 * @param policyFile {@code MCP_AUTH_POLICY_FILE}, or null where the scopes are the policy
 * @param requiredScopes {@code MCP_AUTH_REQUIRED_SCOPES}, space-separated
 * @param allowedOrigins {@code MCP_AUTH_ALLOWED_ORIGINS}, comma-separated; none by default
 * @param targetTimeout {@code GUARD_TARGET_TIMEOUT_SECONDS}, 300 by default: until the target's
 *     answer begins
 * @param passHeaders {@code GUARD_PASS_HEADERS}, comma-separated; none by default
 * @param identityHeaders {@code GUARD_IDENTITY_HEADERS}
 * @param outgoing what the guard shows the target
 */
record GuardSettings(
    URI target,
    int port,
    String bind,
    @Nullable String resource,
    List<String> issuers,
    @Nullable String audience,
    @Nullable String profile,
    @Nullable String policyFile,
    List<String> requiredScopes,
    List<String> allowedOrigins,
    Duration targetTimeout,
    List<String> passHeaders,
    boolean identityHeaders,
    OutgoingSettings outgoing) {
  /** Every variable that is read. */
  static final Set<String> NAMES =
      Set.of(
          "TARGET_URL",
          "PORT",
          "CASDOOR_URL",
          "OAUTH_CLIENT_ID",
          "OAUTH_CLIENT_SECRET",
          "OAUTH_CLIENT_SECRET_FILE",
          "OAUTH_SCOPES",
          "MCP_AUTH_RESOURCE",
          "MCP_AUTH_ISSUER",
          "MCP_AUTH_AUDIENCE",
          "MCP_AUTH_PROFILE",
          "MCP_AUTH_POLICY_FILE",
          "MCP_AUTH_REQUIRED_SCOPES",
          "MCP_AUTH_ALLOWED_ORIGINS",
          "GUARD_BIND",
          "GUARD_CREDENTIAL",
          "GUARD_TARGET_RESOURCE",
          "GUARD_TARGET_AUDIENCE",
          "GUARD_TOKEN_ENDPOINT",
          "GUARD_IDENTITY_HEADERS",
          "GUARD_PASS_HEADERS",
          "GUARD_TARGET_TIMEOUT_SECONDS");

  private static final int DEFAULT_PORT = 3000;
  private static final int DEFAULT_TIMEOUT_SECONDS = 300;
  private static final int LONGEST_TIMEOUT_SECONDS = 24 * 60 * 60;

  GuardSettings {
    issuers = List.copyOf(issuers);
    requiredScopes = List.copyOf(requiredScopes);
    allowedOrigins = List.copyOf(allowedOrigins);
    passHeaders = List.copyOf(passHeaders);
  }

  /** The query of the target may hold a key, and stays out. */
  @Override
  public String toString() {
    return "GuardSettings[port=" + port + ", resource=" + resource + ", issuers=" + issuers + "]";
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if a variable is unknown, missing, wrong or contradicts
   *     another; the message names it and says what to write
   */
  static GuardSettings from(Map<String, String> variables) {
    Environment environment = new Environment(variables, NAMES);
    requireConsistent(environment);
    OutgoingSettings outgoing = OutgoingSettings.from(environment);
    List<String> issuers = issuers(environment);
    if (outgoing.kind() == OutgoingSettings.Kind.TOKEN_EXCHANGE && issuers.size() > 1) {
      throw new IllegalArgumentException(
          "MCP_AUTH_ISSUER has several issuers, but GUARD_CREDENTIAL is 'token_exchange': a token"
              + " is exchanged at its own issuer, where the guard has one client. Write one"
              + " issuer, or another GUARD_CREDENTIAL.");
    }
    int port = environment.number("PORT", DEFAULT_PORT, 0, 65_535);
    String resource = environment.text("MCP_AUTH_RESOURCE");
    return new GuardSettings(
        target(environment),
        port,
        environment.text("GUARD_BIND", isLoopback(resource) ? "loopback" : "all"),
        resource,
        issuers,
        environment.text("MCP_AUTH_AUDIENCE"),
        environment.has("CASDOOR_URL") ? "casdoor" : environment.text("MCP_AUTH_PROFILE"),
        environment.text("MCP_AUTH_POLICY_FILE"),
        environment.entries("MCP_AUTH_REQUIRED_SCOPES", " "),
        environment.entries("MCP_AUTH_ALLOWED_ORIGINS", ","),
        Duration.ofSeconds(
            environment.number(
                "GUARD_TARGET_TIMEOUT_SECONDS",
                DEFAULT_TIMEOUT_SECONDS,
                1,
                LONGEST_TIMEOUT_SECONDS)),
        environment.entries("GUARD_PASS_HEADERS", ","),
        environment.flag("GUARD_IDENTITY_HEADERS"),
        outgoing);
  }

  private static void requireConsistent(Environment environment) {
    requireOne(
        environment,
        "MCP_AUTH_ISSUER",
        "CASDOOR_URL",
        "the authorization server whose tokens are accepted");
    requireOne(
        environment,
        "MCP_AUTH_POLICY_FILE",
        "MCP_AUTH_REQUIRED_SCOPES",
        "what callers need: a policy for each tool, or the scopes that every call needs");
    if (environment.has("CASDOOR_URL") && environment.has("MCP_AUTH_PROFILE")) {
      throw new IllegalArgumentException(
          "MCP_AUTH_PROFILE means nothing beside CASDOOR_URL, which has the profile 'casdoor'."
              + " Remove it, or write MCP_AUTH_ISSUER instead of CASDOOR_URL.");
    }
  }

  private static void requireOne(
      Environment environment, String name, String other, String meaning) {
    if (environment.has(name) == environment.has(other)) {
      throw new IllegalArgumentException(
          (environment.has(name) ? "Both " + name + " and " : "Neither " + name + " nor ")
              + other
              + (environment.has(name) ? " are set." : " is set.")
              + " Write one of them: "
              + meaning
              + ".");
    }
  }

  private static URI target(Environment environment) {
    URI target = environment.url("TARGET_URL");
    if (target != null) {
      return target;
    }
    String casdoor = casdoor(environment);
    if (casdoor == null) {
      throw new IllegalArgumentException(
          "TARGET_URL is not set. Write the URL of the MCP server to guard, such as"
              + " 'http://127.0.0.1:4000/mcp'.");
    }
    return Environment.url("CASDOOR_URL", casdoor + "/api/mcp"); // Casdoor's own MCP server
  }

  private static List<String> issuers(Environment environment) {
    String casdoor = casdoor(environment);
    return casdoor == null ? environment.entries("MCP_AUTH_ISSUER", ",") : List.of(casdoor);
  }

  private static @Nullable String casdoor(Environment environment) {
    String value = environment.text("CASDOOR_URL");
    return value == null || !value.endsWith("/") ? value : value.substring(0, value.length() - 1);
  }

  private static boolean isLoopback(@Nullable String resource) {
    if (resource == null) {
      return true;
    }
    try {
      return ResourceIdentifier.of(resource).loopback();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("MCP_AUTH_RESOURCE: " + e.getMessage(), e);
    }
  }
}
