package io.mcpauth.examples.filetools;

import io.mcpauth.ResourceServer;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServer.SyncSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MCP server that offers the four operations of a {@link FileRoot} as tools, and one that says
 * what it is, as a servlet.
 *
 * <p>The tools are {@code about}, {@code list_files}, {@code read_file}, {@code write_file} and
 * {@code delete_file}. The caller is the {@linkplain HttpServletRequest#getUserPrincipal() user
 * principal} of each request; it travels to the tools in the transport context, which holds
 * whichever thread a tool runs on.
 *
 * <p>Register the servlet with async support, mapped to exactly the endpoint path.
 */
public final class FileToolsMcp implements AutoCloseable {

  /** Room for the largest text even if JSON needs six bytes for every one of its characters. */
  public static final int REQUEST_LIMIT = 8 * FileRoot.SIZE_LIMIT;

  static final int ANONYMOUS_SESSIONS = 500;
  private static final OpenSessions.Limits SESSIONS =
      new OpenSessions.Limits(ANONYMOUS_SESSIONS, 100, 5_000);

  private static final String INSTRUCTIONS =
      "Works on the text files of one directory. Paths are relative to it, with '/' between names."
          + " Start with list_files.";

  private final HttpServlet servlet;
  private final McpSyncServer server;
  private final SchedulerTrap schedulers;

  private FileToolsMcp(HttpServlet servlet, McpSyncServer server, SchedulerTrap schedulers) {
    this.servlet = servlet;
    this.server = server;
    this.schedulers = schedulers;
  }

  /**
   * Builds a server that stands behind the filter of a resource server, and tells it the names of
   * the tools. Everybody is shown the tools that they may call, or could with more scopes.
   *
   * <p>Does not check who may call what, nor {@code Host} and {@code Origin}: that is the job of
   * the filter in front of it.
   *
   * @param root the files
   * @param guard the resource server, which says where the endpoint is
   * @return the server, to be closed before the servlet container stops
   * @throws IllegalArgumentException if the path of the endpoint is not one
   * @throws IllegalStateException if the policy does not name a tool
   */
  public static FileToolsMcp guarded(FileRoot root, ResourceServer guard) {
    return guarded(root, guard, LoggerFactory.getLogger(FileTools.class));
  }

  static FileToolsMcp guarded(FileRoot root, ResourceServer guard, Logger log) {
    PolicyHooks hooks = new PolicyHooks(guard);
    FileTools tools = new FileTools(root, log, hooks::opens);
    return start(
        transport(guard.endpointPath()),
        true,
        server ->
            server.tools(hooks.annotated(tools.specifications())).addToolFilter(hooks::lists));
  }

  /**
   * Builds a server without authorization, for loopback only: whoever reaches it may do everything.
   *
   * @param root the files
   * @param endpoint the path of the endpoint, such as {@code /mcp}
   * @param callers the {@code Host} and {@code Origin} headers to accept, as there is no filter
   *     that looks at them
   * @return the server, to be closed before the servlet container stops
   * @throws IllegalArgumentException if the endpoint is not a path
   */
  public static FileToolsMcp open(FileRoot root, String endpoint, AllowedCallers callers) {
    return open(root, endpoint, callers, LoggerFactory.getLogger(FileTools.class));
  }

  static FileToolsMcp open(FileRoot root, String endpoint, AllowedCallers callers, Logger log) {
    FileTools tools = new FileTools(root, log, tool -> true);
    return start(
        transport(endpoint)
            .httpHeaderValidator(
                DefaultServerTransportSecurityValidator.builder()
                    .allowedHosts(callers.hosts())
                    .allowedOrigins(callers.origins())
                    .build()),
        false,
        server -> server.tools(tools.specifications()));
  }

  private static FileToolsMcp start(
      HttpServletStreamableServerTransportProvider.Builder builder,
      boolean guarded,
      UnaryOperator<SyncSpecification<?>> tools) {
    SchedulerTrap schedulers = new SchedulerTrap();
    HttpServletStreamableServerTransportProvider transport = schedulers.build(builder::build);
    McpSyncServer server =
        tools
            .apply(
                McpServer.sync(transport)
                    .serverInfo("file-tools", version())
                    .instructions(INSTRUCTIONS)
                    .capabilities(ServerCapabilities.builder().tools(false).build())
                    // The transport keeps the request's thread waiting anyway, so a second one
                    // gains nothing.
                    .immediateExecution(true))
            .build();
    OpenSessions sessions = new OpenSessions(SESSIONS);
    return new FileToolsMcp(new McpEndpoint(transport, sessions, guarded), server, schedulers);
  }

  private static HttpServletStreamableServerTransportProvider.Builder transport(String endpoint) {
    if (!endpoint.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException(
          "The MCP endpoint '" + endpoint + "' is not a path; write it like /mcp");
    }
    return HttpServletStreamableServerTransportProvider.builder()
        .jsonMapper(new TracelessJson(McpJsonDefaults.getMapper()))
        .mcpEndpoint(endpoint)
        .maxRequestSize(REQUEST_LIMIT)
        .contextExtractor(PolicyHooks::context);
  }

  private static String version() {
    String version = FileToolsMcp.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /**
   * Gives the servlet of the endpoint.
   *
   * @return always the same servlet
   */
  public HttpServlet servlet() {
    return servlet;
  }

  /** Ends all sessions; a request that comes later gets a 503. */
  @Override
  public void close() {
    server.closeGracefully();
    schedulers.close();
  }
}
