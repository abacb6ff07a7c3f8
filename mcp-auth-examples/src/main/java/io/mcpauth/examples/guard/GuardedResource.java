package io.mcpauth.examples.guard;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The resource server in front of the target. */
final class GuardedResource {
  private GuardedResource() {}

  static ResourceServer of(GuardSettings settings, ResourceIdentifier resource) {
    List<AuthorizationServer> issuers = issuers(settings);
    ResourceServerBuilder builder = builder(settings, resource.value(), issuers.remove(0));
    for (AuthorizationServer issuer : issuers) {
      ResourceServerBuilder unused =
          naming("MCP_AUTH_ISSUER", () -> builder.authorizationServer(issuer));
    }
    if (!settings.allowedOrigins().isEmpty()) {
      String[] origins = settings.allowedOrigins().toArray(String[]::new);
      ResourceServerBuilder unused =
          naming("MCP_AUTH_ALLOWED_ORIGINS", () -> builder.allowOrigins(origins));
    }
    return builder.build();
  }

  private static List<AuthorizationServer> issuers(GuardSettings settings) {
    List<AuthorizationServer> issuers = new ArrayList<>();
    for (String issuer : settings.issuers()) {
      AuthorizationServer server =
          naming("MCP_AUTH_ISSUER or CASDOOR_URL", () -> AuthorizationServer.of(issuer));
      String profile = settings.profile();
      if (profile != null) {
        AuthorizationServer plain = server;
        server = naming("MCP_AUTH_PROFILE", () -> plain.withProfile(profile));
      }
      String audience = settings.audience();
      issuers.add(audience == null ? server : server.expectAudience(audience));
    }
    return issuers;
  }

  private static ResourceServerBuilder builder(
      GuardSettings settings, String resource, AuthorizationServer issuer) {
    String file = settings.policyFile();
    return file == null
        ? ResourceServer.builder(resource, issuer, everything(settings.requiredScopes()))
        : naming(
            "MCP_AUTH_POLICY_FILE",
            () -> ResourceServer.builder(resource, issuer, PolicyFile.at(path(file))));
  }

  /** Every call needs the same; what MCP does not define stays refused. */
  private static ToolPolicy everything(List<String> scopes) {
    return naming(
        "MCP_AUTH_REQUIRED_SCOPES",
        () ->
            ToolPolicy.builder()
                .baseScopes(scopes.toArray(String[]::new))
                .tool("*")
                .prompt("*")
                .resource("*")
                .build());
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path. Write that of a file.", e);
    }
  }

  /** Runs the part; what it throws names the variable. */
  static <T extends @Nullable Object> T naming(String variable, Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(variable + ": " + e.getMessage(), e);
    }
  }
}
