package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.error.AuthException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents that clients look for below {@code /.well-known/}, open to everybody, browsers of
 * any origin included: the metadata of the protected resources (RFC 9728 section 3) and, where it
 * is asked for, a mirror of their authorization servers' (RFC 8414 section 3). Nothing in a request
 * can change what is in them.
 */
final class WellKnownDocuments {
  private static final String METHODS = "GET, HEAD, OPTIONS";
  private static final String MIRROR = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  private final Map<String, Document> byPath = new LinkedHashMap<>();

  /**
   * Adds the documents of a resource.
   *
   * @param application the name for {@code /.well-known/{application}/oauth-protected-resource}, or
   *     null
   * @param mirror whether the metadata of its first authorization server is served here as well
   * @param rootToo whether it is the one whose documents are at the root
   * @throws IllegalArgumentException if another resource has one of the locations already
   */
  void add(ResourceServer server, @Nullable String application, boolean mirror, boolean rootToo) {
    Document metadata = Document.fixed(server.metadata().toJson());
    String inserted = decoded(server.resource().metadataPath());
    put(inserted, metadata);
    if (inserted.endsWith("/")) {
      put(
          inserted.substring(0, inserted.length() - 1),
          metadata); // as TypeScript clients insert it
    }
    if (application != null) {
      put("/.well-known/" + application + "/oauth-protected-resource", metadata);
    }
    String root = server.resource().rootMetadataPath();
    if (rootToo && !inserted.equals(root)) {
      put(root, metadata);
    }
    if (mirror) {
      addMirror(server, rootToo);
    }
  }

  private void addMirror(ResourceServer server, boolean rootToo) {
    Document mirrored = Document.changing(server.authorizationServerMirror()::document);
    String path = decoded(server.resource().path());
    for (String location : List.of(MIRROR, OPENID)) {
      put(location + path, mirrored);
      if (rootToo && !path.isEmpty()) {
        put(location, mirrored);
      }
    }
  }

  /** Where they are, relative to the context. */
  Set<String> paths() {
    return Collections.unmodifiableSet(byPath.keySet());
  }

  /**
   * Answers a request for one of the documents; false where it is for something else. The path is
   * the one that the container has decoded: however it was spelled, nothing but a document that is
   * open to everybody comes of it.
   */
  boolean serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Document document = byPath.get(pathOf(request));
    if (document == null) {
      return false;
    }
    // Public data without credentials: any origin may read it (RFC 9728 section 3.2).
    response.setHeader("Access-Control-Allow-Origin", "*");
    switch (request.getMethod()) {
      case "GET", "HEAD" -> write(document, request, response);
      case "OPTIONS" -> preflight(response);
      default -> {
        response.setHeader("Allow", METHODS); // RFC 9110 section 15.5.6
        response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      }
    }
    return true;
  }

  static String pathOf(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below == null ? request.getServletPath() : request.getServletPath() + below;
  }

  private void put(String path, Document document) {
    if (byPath.putIfAbsent(path, document) != null) {
      throw new IllegalArgumentException(
          "Two resources want '"
              + path
              + "'. Give each an identifier with a path of its own, and at most one of them the"
              + " name of an application.");
    }
  }

  private static String decoded(String rawPath) {
    return URI.create(rawPath).getPath();
  }

  private static void write(
      Document document, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("X-Content-Type-Options", "nosniff");
    Document.Version version;
    try {
      version = document.current();
    } catch (AuthException e) {
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      response.setHeader("Retry-After", "1");
      response.setHeader("Cache-Control", "no-store");
      return;
    }
    response.setHeader("Cache-Control", "public, max-age=300");
    response.setHeader("ETag", version.etag());
    if (version.isNamedBy(request.getHeaders("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType("application/json");
    response.setContentLength(version.bytes().length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(version.bytes());
    }
  }

  static void preflight(HttpServletResponse response) {
    response.setHeader("Allow", METHODS);
    response.setHeader("Access-Control-Allow-Methods", METHODS);
    // The TypeScript clients send the protocol version with this request too.
    response.setHeader(
        "Access-Control-Allow-Headers",
        "MCP-Protocol-Version, Accept, Content-Type, Authorization");
    response.setHeader("Access-Control-Max-Age", "600");
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }
}
