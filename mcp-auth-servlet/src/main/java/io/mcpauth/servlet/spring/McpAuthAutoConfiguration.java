package io.mcpauth.servlet.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Import;

/**
 * Puts a resource server in front of a web application of Spring Boot: one of its own, or the one
 * that {@code mcp.auth.*} describes. Does nothing in an application that has neither, but says so
 * where that has an MCP server.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@Import({
  ServerFromSettings.class,
  InFrontOfServlets.class,
  InFrontOfSpringAi.class,
  InFrontOfNothing.class,
  BesideSpringSecurity.class,
  HealthOfBootThree.class,
  HealthOfBootFour.class,
  ServerInMetrics.class,
  InReactiveApplication.class
})
class McpAuthAutoConfiguration {}
