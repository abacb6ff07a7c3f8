package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The resource server in front of the tools. */
final class Guard {
  private static final String POLICY = "file-tools-policy.json";

  /** How often a policy file of the operator's own is looked at. */
  private static final Duration POLICY_CHECKS = Duration.ofSeconds(2);

  private Guard() {}

  static ResourceServer of(
      FileToolsSettings settings, ResourceIdentifier resource, @Nullable Login login) {
    List<AuthorizationServer> issuers = issuers(settings, login);
    ResourceServerBuilder builder =
        builder(settings.policyFile(), resource.value(), issuers.remove(0))
            .metadata(metadata -> metadata.resourceName("File tools"));
    for (AuthorizationServer issuer : issuers) {
      ResourceServerBuilder unused =
          Naming.of("MCP_AUTH_ISSUER", () -> builder.authorizationServer(issuer));
    }
    if (!settings.allowedOrigins().isEmpty()) {
      String[] origins = settings.allowedOrigins().toArray(String[]::new);
      ResourceServerBuilder unused =
          Naming.of("MCP_AUTH_ALLOWED_ORIGINS", () -> builder.allowOrigins(origins));
    }
    return builder.build();
  }

  private static List<AuthorizationServer> issuers(
      FileToolsSettings settings, @Nullable Login login) {
    String audience = settings.audience();
    List<AuthorizationServer> issuers = new ArrayList<>();
    for (String issuer : login == null ? settings.issuers() : List.of(login.issuer())) {
      AuthorizationServer server =
          Naming.of("MCP_AUTH_ISSUER", () -> AuthorizationServer.of(issuer));
      issuers.add(audience == null ? server : server.expectAudience(audience));
    }
    return issuers;
  }

  private static ResourceServerBuilder builder(
      @Nullable String policyFile, String resource, AuthorizationServer issuer) {
    if (policyFile == null) {
      return ResourceServer.builder(
          resource, issuer, ToolPolicy.fromJson(policyOfTheJar(), POLICY));
    }
    return Naming.of(
        "MCP_AUTH_POLICY_FILE",
        () ->
            ResourceServer.builder(resource, issuer, PolicyFile.at(path(policyFile)))
                .watchPolicy(POLICY_CHECKS));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path. Write that of a file.", e);
    }
  }

  private static byte[] policyOfTheJar() {
    try (InputStream in = Guard.class.getResourceAsStream(POLICY)) {
      return Objects.requireNonNull(in, POLICY).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
