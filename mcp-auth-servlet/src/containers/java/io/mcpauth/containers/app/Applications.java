package io.mcpauth.containers.app;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.List;

/** The two applications that each container runs, as their servlets are registered. */
public final class Applications {
  private Applications() {}

  /** MCP servlets of every kind of mapping, all of them guarded. */
  public static void everywhere(ServletContext context) {
    everywhereButDefault(context);
    add(context, "mcp-default", new McpLikeServlet(), "/");
  }

  /** The same where the default mapping belongs to somebody else. */
  public static void everywhereButDefault(ServletContext context) {
    add(context, "mcp-exact", new McpLikeServlet(), "/mcp");
    add(context, "mcp-tree", new McpLikeServlet(), "/mcp/*");
    add(context, "mcp-extension", new McpLikeServlet(), "*.mcp");
    add(context, "mcp-error", new McpLikeServlet(), "/error");
  }

  /** As {@link #everywhere}, with pages below {@code /open/}. */
  public static void everywhereButOpen(ServletContext context) {
    everywhere(context);
    add(context, "open", new OpenServlet(), "/open/*");
  }

  /** A guarded servlet {@code mcp} beside a page that is open. */
  public static void beside(ServletContext context) {
    add(context, "mcp", new McpLikeServlet(), "/mcp", "/mcp/*", "/error");
    add(context, "open", new OpenServlet(), "/open");
  }

  private static void add(
      ServletContext context, String name, Servlet servlet, String... mappings) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    if (registration == null || !registration.addMapping(mappings).isEmpty()) {
      throw new IllegalStateException(name + " or one of " + List.of(mappings) + " is taken");
    }
    registration.setAsyncSupported(true);
  }
}
