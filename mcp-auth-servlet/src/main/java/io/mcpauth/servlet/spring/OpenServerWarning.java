package io.mcpauth.servlet.spring;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.servlet.McpAuthInstaller;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;

/**
 * Says that an MCP server is open to everybody although this library is there: whose settings are
 * of another profile, or misspelt before their first dot, would otherwise hear nothing.
 */
final class OpenServerWarning implements ApplicationListener<ApplicationReadyEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthInstaller.class);

  private final ListableBeanFactory beans;
  private final ServletContext context;

  OpenServerWarning(ListableBeanFactory beans, ServletContext context) {
    this.beans = beans;
    this.context = context;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    String warning = warning();
    if (warning != null) {
      LOG.warn(warning);
    }
  }

  /** Null where there is no such server, or an application's own filter is in its front. */
  @Nullable String warning() {
    List<Object> transports = new ArrayList<>();
    transports.addAll(beans.getBeansOfType(McpServerTransportProviderBase.class).values());
    transports.addAll(beans.getBeansOfType(McpStatelessServerTransport.class).values());
    boolean open =
        transports.stream()
            .anyMatch(transport -> !transport.getClass().getSimpleName().startsWith("Stdio"));
    boolean guarded =
        Collections.list(context.getAttributeNames()).stream()
            .anyMatch(name -> name.startsWith(McpAuthFilter.RESOURCE_SERVER_ATTRIBUTE));
    return !open || guarded
        ? null
        : "mcp-auth is on the class path, but nothing is set under mcp.auth and there is no"
            + " ResourceServer bean, so the MCP server is open to everybody. Write"
            + " mcp.auth.resource and mcp.auth.issuer, or leave mcp-auth out.";
  }
}
