package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a filter guards, and how.
 *
 * @param server decides
 * @param maxBodyBytes the largest body that is read
 * @param documents what is open below {@code /.well-known/}
 * @param openPaths what else is open
 * @param servlets the names of the servlets that it was mapped to, which have to exist; none where
 *     it guards all
 * @param wellKnownMapped whether somebody else sees to it that the well-known locations of the host
 *     lead here
 * @param ownsServer whether the resource server is closed with the filter
 * @param timers what ends streams in time
 */
record Guarding(
    ResourceServer server,
    int maxBodyBytes,
    WellKnownDocuments documents,
    OpenPaths openPaths,
    Set<String> servlets,
    boolean wellKnownMapped,
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
    servlets = Set.copyOf(servlets);
  }

  /**
   * Refuses open paths that open the endpoint of a context with a path of its own, what is below it
   * (a servlet of {@code /mcp/*} has it all), or the MCP servlets by a further mapping of theirs.
   */
  void requireOpenPathsBeside(@Nullable String endpoint, McpServlets servlets) {
    // Null is a path that a proxy in front maps elsewhere: where to, nobody here knows.
    if (endpoint != null && (openPaths.names(endpoint) || openPaths.names(endpoint + "/"))) {
      throw new IllegalArgumentException(
          "The open paths open '"
              + endpoint
              + "', the path of the MCP endpoint, or all below it. Write paths beside it.");
    }
    servlets.requireBeside(openPaths);
  }

  /** All of a context, for a server that somebody else closes. */
  static Guarding all(ResourceServer server) {
    WellKnownDocuments documents = new WellKnownDocuments();
    documents.add(server, null, false, true);
    return new Guarding(
        server,
        McpAuthFilter.DEFAULT_MAX_BODY_BYTES,
        documents,
        new OpenPaths(Set.of(), server.resource().path()),
        Set.of(),
        false,
        false,
        DaemonTimer::new);
  }
}
