package io.mcpauth.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The paths of a context that stay unguarded where the filter guards all the rest: health checks,
 * pages for people.
 *
 * <p>A request is for one of them only if its target is written exactly so: no escape, no matrix
 * parameter, no dot segment, no double slash. Whatever could be read in two ways is guarded, and so
 * is whatever ends as the MCP endpoint does: the servlet of the Java SDK takes every URL with the
 * end of its own for its own, wherever it is mapped to.
 */
final class OpenPaths {
  private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9_~!$&'()*+,=:@./-]*");
  private static final Pattern DOTS = Pattern.compile("/\\.{1,2}(?:/|$)");

  private final Set<String> exact = new LinkedHashSet<>();
  private final List<String> prefixes = new ArrayList<>();
  private final String endpoint;
  private final String resourcePath;
  private final boolean vouchedFor;

  /** As {@link #OpenPaths(Iterable, String, boolean)}, of an application. */
  OpenPaths(Iterable<String> paths, String resourcePath) {
    this(paths, resourcePath, false);
  }

  /**
   * Reads them.
   *
   * @param paths such as {@code /health}, or {@code /docs/*} for all below
   * @param resourcePath that of the MCP endpoint, from the root of the host
   * @param vouchedFor whether a framework knows that none of them leads to the MCP server
   * @throws IllegalArgumentException if one is not written plainly, opens everything, or opens the
   *     MCP endpoint
   */
  OpenPaths(Iterable<String> paths, String resourcePath, boolean vouchedFor) {
    this.vouchedFor = vouchedFor;
    this.endpoint = end(resourcePath);
    this.resourcePath = withoutSlash(URI.create(resourcePath).getPath());
    for (String path : paths) {
      boolean below = path.endsWith("/*");
      String plain = below ? path.substring(0, path.length() - 1) : path;
      if (!isPlain(plain) || plain.contains("*") || (plain.equals("/") && below)) {
        throw new IllegalArgumentException(
            "Open path '"
                + path
                + "' is not plain, or opens everything. Write a path of this context such as"
                + " '/health', or '/docs/*' for all below.");
      }
      requireBeside(path, plain, resourcePath);
      if (below) {
        prefixes.add(plain);
      } else {
        exact.add(plain);
      }
    }
  }

  /** Whether nobody has to see for himself where they lead. */
  boolean areVouchedFor() {
    return vouchedFor || isEmpty();
  }

  boolean isEmpty() {
    return exact.isEmpty() && prefixes.isEmpty();
  }

  /** Whether a path of the context is open, written plainly. */
  boolean opens(String path) {
    return !endsAsEndpoint(path) && names(path);
  }

  /** Whether a path of the context is among them, or below one of them. */
  boolean names(String path) {
    return exact.contains(path) || prefixes.stream().anyMatch(path::startsWith);
  }

  /** The first that is so, as it was written; null where none is. */
  @Nullable String first(Predicate<String> so) {
    return written().filter(so).findFirst().orElse(null);
  }

  private Stream<String> written() {
    return Stream.concat(exact.stream(), prefixes.stream().map(prefix -> prefix + "*"));
  }

  @Override
  public String toString() {
    return written().toList().toString();
  }

  /** The path of the context is not known yet, so what differs by no more is the endpoint. */
  private void requireBeside(String path, String plain, String resourcePath) {
    boolean opened =
        path.endsWith("/*")
            ? resourcePath.startsWith(plain) || endsAsEndpoint(withoutSlash(plain))
            : endsAsEndpoint(plain);
    if (opened) {
      throw new IllegalArgumentException(
          "Open path '"
              + path
              + "' opens '"
              + resourcePath
              + "', the path of the MCP endpoint, or one that ends as it does. Write paths beside"
              + " it.");
    }
  }

  /**
   * Whether a path of the context, as the container has decoded it, is that of the MCP endpoint, or
   * what is left of that where a proxy in front takes its beginning away.
   */
  boolean mayBeEndpoint(String path) {
    String plain = withoutSlash(path);
    return resourcePath.isEmpty() || (!plain.isEmpty() && resourcePath.endsWith(plain));
  }

  private boolean endsAsEndpoint(String path) {
    return (endpoint.equals("/") ? path : withoutSlash(path)).endsWith(endpoint);
  }

  /** The last segment: {@code /mcp} of {@code /app/mcp}. */
  private static String end(String path) {
    String plain = withoutSlash(path);
    return plain.isEmpty() ? "/" : plain.substring(plain.lastIndexOf('/'));
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Whether a request, or what it is dispatched to within the container, may pass unguarded. */
  boolean admits(HttpServletRequest request) {
    if (isEmpty()) {
      return false;
    }
    return switch (request.getDispatcherType()) {
      case REQUEST, ASYNC, ERROR -> opensTarget(request);
      // Of a dispatch by name the request tells nothing: its path is that of the page.
      case FORWARD ->
          request.getAttribute(RequestDispatcher.FORWARD_REQUEST_URI) != null
              && opensTarget(request);
      case INCLUDE ->
          request.getAttribute(RequestDispatcher.INCLUDE_REQUEST_URI) instanceof String included
              && opensPath(request, included);
    };
  }

  private boolean opensTarget(HttpServletRequest request) {
    // What the container made of it too: it may have put a welcome file in its place.
    return opensPath(request, request.getRequestURI()) && opens(WellKnownDocuments.pathOf(request));
  }

  private boolean opensPath(HttpServletRequest request, String target) {
    String context = request.getContextPath();
    String path = target.startsWith(context) ? target.substring(context.length()) : "";
    return isPlain(path) && opens(path);
  }

  private static boolean isPlain(String path) {
    return PLAIN.matcher(path).matches() && !path.contains("//") && !DOTS.matcher(path).find();
  }
}
