package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Scheme;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a filter guards, and how.
 *
 * @param server decides
 * @param maxBodyBytes the largest body that is read
 * @param notServed what is not there
 * @param documents what is open below {@code /.well-known/}
 * @param signals where signals from outside are received
 * @param oauth the endpoints of authorization servers of one's own
 * @param openPaths what else is open
 * @param servlets the names of the servlets that it was mapped to, which have to exist; none where
 *     it guards all
 * @param wellKnownMapped whether somebody else sees to it that the well-known locations of the host
 *     lead here
 * @param login finds the user of a browser's session; there where the server accepts sessions
 * @param ownsServer whether the servers are closed with the filter
 * @param timers what ends streams in time
 */
record Guarding(
    ResourceServer server,
    int maxBodyBytes,
    NotServed notServed,
    WellKnownDocuments documents,
    SignalEndpoints signals,
    OAuthEndpoints oauth,
    OpenPaths openPaths,
    Set<String> servlets,
    boolean wellKnownMapped,
    @Nullable SessionLogin login,
    boolean ownsServer,
    Supplier<StreamTimer> timers) {
  Guarding {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "Body cap " + maxBodyBytes + " is no size. Write a number of bytes, such as 1048576.");
    }
    if (maxBodyBytes > server.limits().bodyBytes() / 2) {
      throw new IllegalArgumentException(
          "Body cap "
              + maxBodyBytes
              + " is more than a half of the "
              + server.limits().bodyBytes()
              + " bytes that all bodies may take at one time. Write a smaller cap, or more bytes"
              + " for all: MCP_AUTH_BODIES_BYTES, or RequestLimits.withBodyBytes.");
    }
    requireLogin(server.schemes().contains(Scheme.SESSION), login != null);
    servlets = Set.copyOf(servlets);
  }

  /** Either without the other would let in nobody, and say so to nobody. */
  private static void requireLogin(boolean accepted, boolean found) {
    if (accepted && !found) {
      throw new IllegalArgumentException(
          "The resource server accepts BrowserSessions, and nothing says how they are found. Call"
              + " McpAuthInstaller.browserSessions, or leave them out.");
    }
    if (found && !accepted) {
      throw new IllegalArgumentException(
          "The installer finds browser sessions, and the resource server does not accept them. Call"
              + " ResourceServerBuilder.accept(BrowserSessions.ofTheAdapter()), or leave"
              + " browserSessions out.");
    }
  }

  /**
   * Refuses open paths that open the endpoint of a context with a path of its own, what is below it
   * (a servlet of {@code /mcp/*} has it all), a message path of HTTP+SSE, or the MCP servlets by a
   * further mapping of theirs.
   *
   * @param context the path of the context; message paths may be written with it, as endpoints are
   * @param endpoint that of the MCP endpoint within the context
   */
  void requireOpenPathsBeside(String context, @Nullable String endpoint, McpServlets servlets) {
    // Null is a path that a proxy in front maps elsewhere: where to, nobody here knows.
    if (endpoint != null && (openPaths.names(endpoint) || openPaths.names(endpoint + "/"))) {
      throw new IllegalArgumentException(
          "The open paths open '"
              + endpoint
              + "', the path of the MCP endpoint, or all below it. Write paths beside it.");
    }
    for (String path : server.messagePaths()) {
      boolean within = path.startsWith(context + "/");
      if (opensMessages(path) || (within && opensMessages(path.substring(context.length())))) {
        throw new IllegalArgumentException(
            "The open paths open '"
                + path
                + "', where messages of HTTP+SSE are posted. Write paths beside it.");
      }
    }
    servlets.requireBeside(openPaths);
  }

  /**
   * Refuses signals at the path of the MCP endpoint.
   *
   * @param endpoint that of the MCP endpoint within the context, or null where it is mapped from
   *     elsewhere
   */
  void requireSignalsBeside(@Nullable String endpoint) {
    if (endpoint != null && signals.paths().contains(endpoint)) {
      throw new IllegalArgumentException(
          "Signals are received at '"
              + endpoint
              + "', which is the path of the MCP endpoint in this context. Write another one.");
    }
  }

  private boolean opensMessages(String path) {
    if (!path.endsWith("*")) {
      return openPaths.names(path);
    }
    String all = path.substring(0, path.length() - 1);
    return openPaths.names(all) || openPaths.first(open -> open.startsWith(all)) != null;
  }

  /** Closes the servers where they are its own; may be called twice. */
  void close() {
    if (ownsServer) {
      try (server) {
        oauth.close();
      }
    }
  }

  /** All of a context, for a server that somebody else closes. */
  static Guarding all(ResourceServer server) {
    WellKnownDocuments documents = new WellKnownDocuments();
    documents.add(server, null, false, true);
    SignalEndpoints signals = new SignalEndpoints();
    signals.add(server);
    return new Guarding(
        server,
        McpAuthFilter.DEFAULT_MAX_BODY_BYTES,
        NotServed.of(server, false),
        documents,
        signals,
        new OAuthEndpoints(),
        new OpenPaths(Set.of(), server.endpointPath()),
        Set.of(),
        false,
        null,
        false,
        DaemonTimer::new);
  }
}
