package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.examples.access.KnownIssuers;
import io.mcpauth.examples.access.SettingsPolicy;
import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
      FileToolsSettings settings,
      ResourceIdentifier resource,
      EmbeddedLogin.@Nullable Started login) {
    Settings all =
        orElse(
            settings.settings().with(Setting.RESOURCE, resource.value()),
            Setting.RESOURCE_NAME,
            "File tools");
    if (all.value(Setting.POLICY_FILE) != null) {
      all = orElse(all, Setting.POLICY_WATCH_SECONDS, POLICY_CHECKS);
    }
    all =
        orElse(all, Setting.ANONYMOUS_REQUESTS, Integer.toString(FileToolsServer.MAX_THREADS / 4));
    long bodies = Math.max(RequestLimits.defaults().bodyBytes(), 2L * FileToolsMcp.REQUEST_LIMIT);
    all = orElse(all, Setting.BODIES_BYTES, Long.toString(Math.min(bodies, Integer.MAX_VALUE)));
    EndpointServer.requireTlsInFront(all);
    ToolPolicy otherwise = policyOfTheJar(settings.anonymousAbout());
    if (login == null) {
      return ConfiguredServer.builder(all, otherwise).build();
    }
    EmbeddedAuthorizationServer embedded = login.server();
    ResourceServer server =
        ConfiguredServer.builder(all, otherwise, embedded.server(), embedded.store()).build();
    beyondTheEmbeddedServer(server.policy()).forEach(warning -> LOG.warn("policy: {}", warning));
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

  /**
   * The issuers of the callers that the server accepts: without that of the embedded one where it
   * picks its port.
   */
  static KnownIssuers issuers(Settings settings) {
    return new KnownIssuers(
        servers(settings), ConfiguredServer.ownIssuers(settings, () -> resource(settings)));
  }

  private static List<Set<String>> servers(Settings settings) {
    Integer port = settings.number(FileToolsSetting.AS_PORT, 0, 65_535);
    if (settings.value(Setting.ISSUER) != null || (port != null && port == 0)) {
      return ConfiguredServer.acceptedIssuers(settings);
    }
    int known = port == null ? FileToolsSettings.DEFAULT_AS_PORT : port;
    return List.of(Set.of("http://localhost:" + known));
  }

  /** What the server says that it is: what keys are for. */
  static ResourceIdentifier resource(Settings settings) {
    return EndpointUrl.beside(settings, FileToolsSetting.PORT, FileToolsSettings.DEFAULT_PORT);
  }

  /** What the server holds its callers to. */
  static ToolPolicy policy(Settings settings) {
    return SettingsPolicy.of(
        settings, () -> policyOfTheJar(settings.flag(FileToolsSetting.ANONYMOUS_ABOUT)));
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

  /** Where nothing else is said, {@code about} needs a login like all other tools. */
  private static ToolPolicy policyOfTheJar(boolean anonymousAbout) {
    try (InputStream in = Guard.class.getResourceAsStream(POLICY)) {
      String text = new String(Objects.requireNonNull(in, POLICY).readAllBytes(), UTF_8);
      if (anonymousAbout) {
        String open = text.replace("\"about\": \"base\"", "\"about\": \"anonymous\"");
        if (open.equals(text)) {
          throw new IllegalStateException(POLICY + " has no rule for 'about' to open.");
        }
        text = open;
      }
      return ToolPolicy.fromJson(text.getBytes(UTF_8), POLICY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
