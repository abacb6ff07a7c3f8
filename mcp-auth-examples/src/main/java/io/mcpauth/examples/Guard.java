package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resource server in front of the tools. */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
  private static final String POLICY = "file-tools-policy.json";

  /** How often a policy file of the operator's own is looked at, unless the operator says it. */
  private static final String POLICY_CHECKS = "2";

  private Guard() {}

  static ResourceServer of(
      FileToolsSettings settings, ResourceIdentifier resource, @Nullable Login login) {
    Settings all =
        orElse(
            settings.settings().with(Setting.RESOURCE, resource.value()),
            Setting.RESOURCE_NAME,
            "File tools");
    if (login != null) {
      all = all.with(Setting.ISSUER, login.issuer());
    }
    if (all.value(Setting.POLICY_FILE) != null) {
      all = orElse(all, Setting.POLICY_WATCH_SECONDS, POLICY_CHECKS);
    }
    all =
        orElse(all, Setting.ANONYMOUS_REQUESTS, Integer.toString(FileToolsServer.MAX_THREADS / 4));
    long bodies = Math.max(RequestLimits.defaults().bodyBytes(), 2L * FileToolsMcp.REQUEST_LIMIT);
    all = orElse(all, Setting.BODIES_BYTES, Long.toString(Math.min(bodies, Integer.MAX_VALUE)));
    ResourceServer server =
        ConfiguredServer.builder(all, ToolPolicy.fromJson(policyOfTheJar(), POLICY)).build();
    if (login != null) {
      beyondTheEmbeddedServer(server.policy()).forEach(warning -> LOG.warn("policy: {}", warning));
    }
    return server;
  }

  /**
   * What is to be said of a policy of one's own.
   *
   * @throws IllegalArgumentException as {@link ConfiguredServer#checkPolicy} does
   */
  static List<String> check(Settings settings, PolicyFile file) {
    List<String> warnings = new ArrayList<>(ConfiguredServer.checkPolicy(settings, file));
    if (settings.value(Setting.ISSUER) == null) {
      warnings.addAll(beyondTheEmbeddedServer(file.load()));
    }
    return warnings;
  }

  private static List<String> beyondTheEmbeddedServer(ToolPolicy policy) {
    return policy.unobtainableScopes(EmbeddedLogin.SCOPES::containsKey).stream()
        .map(
            scope ->
                "nobody can have the scope '"
                    + scope
                    + "', which the embedded authorization server does not know; set "
                    + Setting.ISSUER.key())
        .toList();
  }

  private static Settings orElse(Settings settings, Setting key, String standard) {
    return settings.value(key) == null ? settings.with(key, standard) : settings;
  }

  private static byte[] policyOfTheJar() {
    try (InputStream in = Guard.class.getResourceAsStream(POLICY)) {
      return Objects.requireNonNull(in, POLICY).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
