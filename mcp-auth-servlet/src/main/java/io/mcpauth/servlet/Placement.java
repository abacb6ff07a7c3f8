package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.metadata.ResourceIdentifier;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a filter stands where it has to, in its context and under its host; or the start ends.
 */
final class Placement {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthFilter.class);

  private Placement() {}

  /**
   * RFC 9728 section 3.1 puts the documents under the root of the host, where only a root context
   * can serve them.
   */
  static void requireWellKnown(ServletContext context, Guarding guarding) {
    String path = context.getContextPath();
    if (path.isEmpty()) {
      return;
    }
    ResourceIdentifier resource = guarding.server().resource();
    String mappings = mappings(path, guarding);
    if (!guarding.wellKnownMapped()) {
      throw new IllegalStateException(
          "The context path is '"
              + path
              + "', but clients look for the metadata of '"
              + resource
              + "' at '"
              + resource.metadataUrl()
              + "', which this context cannot serve. Deploy it as the root context (ROOT.war, or"
              + " context path \"\"); or have the proxy in front, or a root context, map "
              + mappings
              + " and then say so: wellKnownMapped() on the installer, or"
              + " MCP_AUTH_WELL_KNOWN_MAPPED=true.");
    }
    LOG.info(
        "the context path is '{}': clients need these locations of the host mapped here: {}",
        path,
        mappings);
  }

  private static String mappings(String contextPath, Guarding guarding) {
    return Stream.concat(
            guarding.documents().paths().stream(), guarding.oauth().ofTheHost().stream())
        .map(path -> path + " to " + contextPath + path)
        .collect(Collectors.joining(", "));
  }

  /**
   * A filter that is mapped to some URLs is past by writing a URL of the servlet in another way.
   *
   * @param byName whether the names of servlets will do as well
   */
  static void requireMapping(FilterConfig config, boolean byName) {
    FilterRegistration registration =
        config.getServletContext().getFilterRegistration(config.getFilterName());
    if (registration == null) {
      return; // not the container's own, such as one within another filter
    }
    Collection<String> patterns = registration.getUrlPatternMappings();
    if (patterns == null) {
      patterns = Set.of(); // Open Liberty, which has more to refuse
    }
    if (patterns.contains("/*") || (byName && !registration.getServletNameMappings().isEmpty())) {
      return;
    }
    throw new IllegalStateException(
        "The filter '"
            + config.getFilterName()
            + "' is mapped to the URL patterns "
            + new TreeSet<>(patterns)
            + ", which other spellings of a URL lead past. Map it to '/*'"
            + (byName ? " or to the servlets by name." : ", with MCP_AUTH_OPEN_PATHS for pages."));
  }

  /**
   * Containers ignore a mapping to an unknown name, so a misspelt one would leave a server open.
   */
  static void requireServlets(ServletContext context, Set<String> names) {
    Set<String> known = context.getServletRegistrations().keySet();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalStateException(
            "guardServlets names '"
                + name
                + "', but the servlets of this context are "
                + new TreeSet<>(known)
                + ". Write the registered name, or leave guardServlets out to guard all.");
      }
    }
  }

  /** Tells at the start what a client would otherwise find out after its login: a 404. */
  static void warnOfUnanswered(ServletContext context, Guarding guarding) {
    ResourceServer server = guarding.server();
    String warning =
        unanswered(context, server.resource(), server.endpointPath(), guarding.servlets());
    if (warning != null) {
      LOG.warn(warning);
    }
  }

  /** Null where only a proxy in front can lead the path of the resource here. */
  static @Nullable String pathWithin(ServletContext context, String path) {
    String contextPath = context.getContextPath();
    if (path.equals(contextPath)) {
      return "/";
    }
    return path.startsWith(contextPath + "/") ? path.substring(contextPath.length()) : null;
  }

  /**
   * What is wrong where no servlet is mapped to the path of the resource, else null. No reason to
   * stop: a proxy in front may change the path, and a filter may be the MCP server.
   *
   * @param endpointPath the path of the MCP endpoint, from the root of the host
   * @param names the servlets that are guarded; all if there are none
   */
  static @Nullable String unanswered(
      ServletContext context, ResourceIdentifier resource, String endpointPath, Set<String> names) {
    String path = pathWithin(context, endpointPath);
    if (path == null || path.equals("/")) {
      return null; // of a whole host or context: where in it MCP is, the path does not say
    }
    Set<String> mappings = new TreeSet<>();
    for (ServletRegistration servlet : context.getServletRegistrations().values()) {
      if (!ServletKinds.ofTheContainer(servlet)
          && (names.isEmpty() || names.contains(servlet.getName()))) {
        mappings.addAll(servlet.getMappings());
      }
    }
    if (mappings.stream().anyMatch(mapping -> matches(mapping, path))) {
      return null;
    }
    return "no servlet is mapped to '"
        + path
        + "', the path of the resource '"
        + resource
        + "'; the mappings are "
        + mappings
        + ". Map the MCP servlet to it, or write the URL of the MCP servlet as the resource, unless"
        + " a proxy in front changes the path or a filter is the MCP server.";
  }

  /** Jakarta Servlet 6.0 section 12.2. */
  private static boolean matches(String mapping, String path) {
    if (mapping.endsWith("/*")) {
      return (path + "/").startsWith(mapping.substring(0, mapping.length() - 1));
    }
    return mapping.equals("/")
        || (mapping.startsWith("*.") ? path.endsWith(mapping.substring(1)) : mapping.equals(path));
  }
}
