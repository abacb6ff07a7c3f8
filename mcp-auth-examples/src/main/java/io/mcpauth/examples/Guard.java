package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The resource server in front of the tools. */
final class Guard {
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
    all = orElse(all, Setting.ANONYMOUS_READS, Integer.toString(FileToolsServer.MAX_THREADS / 4));
    long bodies = Math.max(RequestLimits.defaults().bodyBytes(), 2L * FileToolsMcp.REQUEST_LIMIT);
    all = orElse(all, Setting.BODIES_BYTES, Long.toString(Math.min(bodies, Integer.MAX_VALUE)));
    return ConfiguredServer.builder(all, ToolPolicy.fromJson(policyOfTheJar(), POLICY)).build();
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
