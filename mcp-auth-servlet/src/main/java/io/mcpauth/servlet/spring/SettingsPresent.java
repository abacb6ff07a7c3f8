package io.mcpauth.servlet.spring;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether an application says anything under {@code mcp.auth}. */
final class SettingsPresent implements Condition {
  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    return context.getEnvironment() instanceof ConfigurableEnvironment environment
        && SpringSettings.arePresent(environment);
  }
}
