package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServers;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.OAuthServer;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the filter of a {@code web.xml} is configured with. */
final class FilterSettings {
  private static final String IN_THE_APPLICATION = "/WEB-INF/";

  private final Settings settings;

  private FilterSettings(Settings settings) {
    this.settings = settings;
  }

  static Guarding read(FilterConfig config) {
    return read(config, System.getProperties(), System.getenv());
  }

  static Guarding read(FilterConfig config, Properties system, Map<String, String> environment) {
    ServletContext context = config.getServletContext();
    Settings found =
        Settings.of(
            List.of(Setting.values()),
            SettingSource.systemProperties(system),
            SettingSource.environment(environment),
            SettingSource.initParameters(
                "filter '" + config.getFilterName() + "'",
                values(config.getInitParameterNames(), config::getInitParameter)),
            SettingSource.contextParameters(
                values(context.getInitParameterNames(), context::getInitParameter)));
    return new FilterSettings(withRealPath(found, context)).guarding();
  }

  private Guarding guarding() {
    McpAuthInstaller installer = installer(settings);
    try {
      return installer.alone();
    } catch (RuntimeException e) {
      installer.close();
      throw e;
    }
  }

  /** With the servers that the settings ask for. */
  static McpAuthInstaller installer(Settings settings) {
    ConfiguredServers servers =
        ConfiguredServers.of(
            settings, roles -> ContainerUsers.withRoles(roles.toArray(String[]::new)));
    try {
      McpAuthInstaller installer = installer(servers.resourceServer(), settings);
      OAuthServer own = servers.authorizationServer();
      return own == null ? installer : installer.authorizationServer(own);
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  static McpAuthInstaller installer(ResourceServer server, Settings settings) {
    McpAuthInstaller installer = McpAuthInstaller.of(server);
    Integer bytes = settings.number(Setting.MAX_BODY_BYTES, 1, Integer.MAX_VALUE);
    if (bytes != null) {
      installer.maxBodyBytes(bytes);
    }
    String application = settings.value(Setting.APPLICATION);
    if (application != null) {
      settings.naming(Setting.APPLICATION, () -> installer.application(application));
    }
    String[] open = settings.values(Setting.OPEN_PATHS).toArray(String[]::new);
    if (open.length > 0) {
      settings.naming(Setting.OPEN_PATHS, () -> installer.openPaths(open));
    }
    if (settings.flag(Setting.SERVE_TRAILING_SLASH)) {
      installer.serveTrailingSlash();
    }
    if (settings.flag(Setting.MIRROR_AUTHORIZATION_SERVER_METADATA)) {
      installer.mirrorAuthorizationServerMetadata();
    }
    if (settings.flag(Setting.WELL_KNOWN_MAPPED)) {
      installer.wellKnownMapped();
    }
    return installer;
  }

  /** A file of the application is watched and read as any other, so it has to be one. */
  private static Settings withRealPath(Settings settings, ServletContext context) {
    String file = settings.value(Setting.POLICY_FILE);
    if (file == null || !file.startsWith(IN_THE_APPLICATION)) {
      return settings;
    }
    String path = context.getRealPath(file);
    if (path == null) {
      throw settings.wrong(
          Setting.POLICY_FILE,
          "which the container cannot name as a file: it is missing, or the WAR is not unpacked."
              + " Put it there and have the WAR unpacked, or write the path of a file of the"
              + " machine.");
    }
    return settings.with(Setting.POLICY_FILE, path);
  }

  private static Map<String, String> values(
      Enumeration<String> names, Function<String, @Nullable String> value) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : Collections.list(names)) {
      String text = value.apply(name);
      if (text != null) {
        values.put(name, text);
      }
    }
    return values;
  }
}
