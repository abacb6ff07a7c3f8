package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.servlet.McpAuthInstaller;
import jakarta.servlet.ServletContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Installs the resource server of an application in front of all its filters and servlets, unless
 * the application does it itself: by a registered {@code McpAuthFilter}, or by an initializer of
 * the context that was given the resource server, which {@link InstallationCheck} then holds to it.
 * A servlet, a listener or another filter may be given it for its own ends.
 */
final class ServletInstallation implements ServletContextInitializer, Ordered {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthInstaller.class);

  private final ConfigurableListableBeanFactory beans;
  private final ConfigurableEnvironment environment;
  private final ObjectProvider<Consumer<McpAuthInstaller>> more;

  ServletInstallation(
      ConfigurableListableBeanFactory beans,
      ConfigurableEnvironment environment,
      ObjectProvider<Consumer<McpAuthInstaller>> more) {
    this.beans = beans;
    this.environment = environment;
    this.more = more;
  }

  /** First: what answers before it is not guarded, and hides the metadata from clients. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public void onStartup(ServletContext context) {
    String[] servers = beans.getBeanNamesForType(ResourceServer.class);
    if (isInstalledByTheApplication(servers)) {
      LOG.debug("the application installs its resource server itself");
      return;
    }
    if (servers.length > 1) {
      throw new IllegalStateException(
          "The application has "
              + servers.length
              + " resource servers, and nothing says which servlets are whose. Write a"
              + " ServletContextInitializer with McpAuthInstaller.of(one).guardServlets(...)"
              + ".and(...).install(context).");
    }
    ResourceServer server = beans.getBean(ResourceServer.class);
    Settings settings = SpringSettings.of(environment);
    List<String> unheard = unheard(settings);
    if (!beans.containsBean(ServerFromSettings.BEAN) && !unheard.isEmpty()) {
      LOG.warn(
          "the ResourceServer bean takes the place of what {} say, unless it reads them itself:"
              + " remove them, or the bean",
          unheard);
    }
    McpAuthInstaller installer = McpAuthInstaller.of(server, settings.without(Setting.POLICY_FILE));
    more.orderedStream().forEach(further -> further.accept(installer));
    String[] health = HealthPaths.of(environment);
    if (health.length > 0) {
      installer.alsoOpen(health);
    }
    installer.install(context);
  }

  /** What says how a server judges; which it is, an application's own may take from there. */
  static List<String> unheard(Settings settings) {
    Set<Setting> others = EnumSet.of(Setting.RESOURCE, Setting.ISSUER);
    others.addAll(Setting.ofTheFilter());
    return Stream.of(Setting.values())
        .filter(setting -> !others.contains(setting) && settings.value(setting) != null)
        .map(
            setting ->
                SpringSettings.property(
                    setting == Setting.POLICY_FILE ? SpringSettings.POLICY : setting.name()))
        .toList();
  }

  private boolean isInstalledByTheApplication(String[] servers) {
    return InstallationCheck.registersAFilter(beans)
        || !InstallationCheck.initializersOf(beans, servers).isEmpty();
  }
}
