package io.mcpauth.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which servlets of a context are the MCP server, and by which of their mappings a path leads to
 * one of them (Jakarta Servlet 6.0 section 12.1).
 *
 * <p>They are what is mapped to the path of the resource, as the container would choose, and what
 * is mapped below it. Does not know them where a proxy in front changes the path, where a filter is
 * the MCP server, and behind the dispatcher of a framework, which has routes of its own.
 */
final class McpServlets {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthFilter.class);
  private static final String DEFAULT = "/";

  private final Map<String, Set<String>> byPattern = new TreeMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> others = new HashSet<>();
  private boolean routed;

  /**
   * Reads the mappings of a context that starts.
   *
   * @param path of the resource within the context, or null where it has none
   */
  McpServlets(ServletContext context, @Nullable String path) {
    Map<String, ? extends ServletRegistration> servlets = context.getServletRegistrations();
    servlets.forEach(
        (name, servlet) ->
            servlet
                .getMappings()
                .forEach(
                    pattern ->
                        byPattern.computeIfAbsent(pattern, key -> new TreeSet<>()).add(name)));
    others.addAll(servlets.keySet());
    if (path != null) {
      byPattern.forEach(
          (pattern, mapped) -> {
            if (pattern.equals(patternOf(path)) || isBelow(path, pattern)) {
              for (String name : mapped) {
                if (!ServletKinds.routes(servlets.get(name), pattern)) {
                  names.add(name);
                } else {
                  routed |= !ServletKinds.ofTheContainer(servlets.get(name));
                }
              }
            }
          });
    }
    others.removeAll(names);
  }

  /**
   * Whether the container would hand this request, or what it is dispatched to, to a servlet that
   * was there at the start and is none of them. Whatever came later is not known, and may be one.
   */
  boolean leaveAlone(HttpServletRequest request) {
    Object mapping =
        request.getDispatcherType() == DispatcherType.INCLUDE
            ? request.getAttribute(RequestDispatcher.INCLUDE_MAPPING)
            : request.getHttpServletMapping();
    return mapping instanceof HttpServletMapping known && others.contains(known.getServletName());
  }

  /**
   * Whether the container chose none of them, where it is known which they are or that a framework
   * has routes to them.
   */
  boolean isBeside(HttpServletRequest request) {
    return (routed || !names.isEmpty()) && leaveAlone(request);
  }

  /**
   * Refuses open paths that lead to one of them.
   *
   * @throws IllegalArgumentException if one does; the message says by which mapping
   */
  void requireBeside(OpenPaths open) {
    if (names.isEmpty() && !open.areVouchedFor()) {
      LOG.warn(
          "which servlet is the MCP server is not known here, so see for yourself that no open path"
              + " leads to it: {}",
          open);
    }
    byPattern.forEach(
        (pattern, mapped) ->
            mapped.stream()
                .filter(names::contains)
                .forEach(name -> requireBeside(open, name, pattern)));
  }

  private void requireBeside(OpenPaths open, String name, String pattern) {
    String path = open.first(opened -> leads(opened, pattern, open));
    if (path != null) {
      throw new IllegalArgumentException(
          "The open path '"
              + path
              + "' leads to the MCP servlet '"
              + name
              + "' by its mapping '"
              + pattern
              + "'. Map that servlet to the path of the resource alone, or map a servlet of its"
              + " own to the open path, or write another path.");
    }
  }

  /** Whether a request for an open path, or for one below it, can be for what has this pattern. */
  private boolean leads(String path, String pattern, OpenPaths open) {
    if (!path.endsWith("/*")) {
      return pattern.equals(patternOf(path));
    }
    String below = path.substring(0, path.length() - 1);
    if (pattern.endsWith("/*")) {
      return pattern.startsWith(below) || pattern.equals(prefixOf(below));
    }
    if (pattern.startsWith("*.") || pattern.equals(DEFAULT)) {
      return prefixOf(below) == null; // a prefix takes all below itself before these are asked
    }
    return pattern.startsWith(below) && open.opens(pattern);
  }

  /** What decides which servlet a path is for; null where none does. */
  private @Nullable String patternOf(String path) {
    String exact = path.equals("/") ? "" : path;
    if (byPattern.containsKey(exact)) {
      return exact;
    }
    String prefix = prefixOf(path);
    if (prefix != null) {
      return prefix;
    }
    String extension = "*" + path.substring(Math.max(path.lastIndexOf('.'), 0));
    boolean inTheLastSegment = path.lastIndexOf('.') > path.lastIndexOf('/');
    if (inTheLastSegment && byPattern.containsKey(extension)) {
      return extension;
    }
    return byPattern.containsKey(DEFAULT) ? DEFAULT : null;
  }

  /** The longest prefix that a path has. */
  private @Nullable String prefixOf(String path) {
    for (int end = path.length(); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      String prefix = path.substring(0, end) + "/*";
      if (byPattern.containsKey(prefix)) {
        return prefix;
      }
    }
    return null;
  }

  private static boolean isBelow(String path, String pattern) {
    return !path.equals("/") && pattern.startsWith(path.endsWith("/") ? path : path + "/");
  }
}
