package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import jakarta.servlet.ServletContext;
import java.util.Collections;

/** The resource servers that a servlet context guards, as its attributes, for the code in it. */
final class ContextServers {
  private static final String NAME = McpAuthFilter.RESOURCE_SERVER_ATTRIBUTE;
  private static final String EACH = NAME + ":";

  private ContextServers() {}

  /** Adds one. Of several none has the short name, or a caller would take any for its own. */
  static void add(ServletContext context, ResourceServer server) {
    context.setAttribute(EACH + server.resource(), server);
    long all =
        Collections.list(context.getAttributeNames()).stream()
            .filter(name -> name.startsWith(EACH))
            .count();
    if (all == 1) {
      context.setAttribute(NAME, server);
    } else {
      context.removeAttribute(NAME);
    }
  }

  /** Takes one away, and leaves what another one has put in its place. */
  static void remove(ServletContext context, ResourceServer server) {
    for (String name : new String[] {NAME, EACH + server.resource()}) {
      if (context.getAttribute(name) == server) {
        context.removeAttribute(name);
      }
    }
  }
}
