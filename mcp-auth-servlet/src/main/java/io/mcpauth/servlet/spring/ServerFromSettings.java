package io.mcpauth.servlet.spring;

import io.mcpauth.AuthEvents;
import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ResourceLoader;

/**
 * The resource server of an application that has none itself and says something under {@code
 * mcp.auth}. Its policy is that of the document, or of the scopes, with what its tools declare; or
 * this alone.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(SettingsPresent.class)
@ConditionalOnMissingBean(ResourceServer.class)
class ServerFromSettings {
  /** The name of the bean. */
  static final String BEAN = "mcpAuthResourceServer";

  @Bean(BEAN)
  ResourceServer mcpAuthResourceServer(
      ConfigurableEnvironment environment,
      ResourceLoader files,
      ConfigurableListableBeanFactory beans,
      ObjectProvider<TestIssuer> testIssuer,
      ObjectProvider<AuthEvents> listeners,
      ObjectProvider<Consumer<ResourceServerBuilder>> more) {
    Map<String, Access> declared = DeclaredTools.of(beans);
    ResourceServerBuilder builder;
    try {
      Settings settings = of(SpringSettings.of(environment), testIssuer.getIfUnique());
      builder = builder(PolicyResource.of(settings, files), !declared.isEmpty());
    } catch (IllegalArgumentException e) {
      throw beans.containsBeanDefinition(InReactiveApplication.REFUSAL)
          ? new IllegalArgumentException(e.getMessage() + " " + ReactiveRefusal.BESIDES, e)
          : e;
    }
    builder.declaredTools(declared);
    listeners.orderedStream().forEach(builder::events);
    more.orderedStream().forEach(further -> further.accept(builder));
    return builder.build();
  }

  /** In a test, the issuer that is a bean is the one whose tokens are accepted. */
  private static Settings of(Settings settings, @Nullable TestIssuer issuer) {
    return issuer == null ? settings : settings.with(Setting.ISSUER, issuer.issuer());
  }

  private static ResourceServerBuilder builder(PolicyResource policy, boolean declared) {
    Settings settings = policy.settings();
    ToolPolicy packaged = policy.packaged();
    if (packaged != null) {
      settings.requireUnset(
          List.of(Setting.REQUIRED_SCOPES, Setting.POLICY_WATCH_SECONDS),
          "the policy is " + Setting.POLICY_FILE.key() + ", within a jar");
      return ConfiguredServer.builder(settings, packaged);
    }
    return declared
        ? ConfiguredServer.builder(settings, ToolPolicy.builder().build())
        : ConfiguredServer.builder(settings);
  }
}
