package io.mcpauth.servlet;

import jakarta.servlet.ServletRegistration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the class of a servlet tells of it. */
final class ServletKinds {
  private static final List<String> CONTAINERS =
      List.of("org.apache.catalina.", "org.apache.jasper.", "org.eclipse.jetty.", "io.undertow.");

  private static final Pattern OF_FILES = Pattern.compile(".*[.$](?:Default|Resource)\\w*");

  /** They ask handlers of the application, by the path. */
  private static final List<String> ROUTERS =
      List.of(
          "org.springframework.web.servlet.",
          "org.glassfish.jersey.servlet.",
          "org.jboss.resteasy.");

  private ServletKinds() {}

  /** The container's own, such as its default and JSP servlets, which answer MCP with a 404. */
  static boolean ofTheContainer(@Nullable ServletRegistration servlet) {
    return is(servlet, CONTAINERS);
  }

  /**
   * Whether what has this pattern is no MCP server, but has the path of one in passing: the default
   * servlet of the container, or the dispatcher of a framework for all or for a part.
   */
  static boolean routes(@Nullable ServletRegistration servlet, String pattern) {
    boolean byDefault = pattern.equals("/");
    return (byDefault && ofTheContainer(servlet) && OF_FILES.matcher(type(servlet)).matches())
        || ((byDefault || pattern.endsWith("/*")) && is(servlet, ROUTERS));
  }

  private static boolean is(@Nullable ServletRegistration servlet, List<String> packages) {
    return packages.stream().anyMatch(type(servlet)::startsWith);
  }

  private static String type(@Nullable ServletRegistration servlet) {
    String type = servlet == null ? null : servlet.getClassName();
    return type == null ? "" : type;
  }
}
