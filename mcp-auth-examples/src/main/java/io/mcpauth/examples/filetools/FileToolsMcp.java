package io.mcpauth.examples.filetools;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MCP server that offers the four operations of a {@link FileRoot} as tools, as a servlet.
 *
 * <p>The tools are {@code list_files}, {@code read_file}, {@code write_file} and {@code
 * delete_file}. The caller is the {@linkplain HttpServletRequest#getUserPrincipal() user principal}
 * of each request; it travels to the tools in the transport context, which holds whichever thread a
 * tool runs on.
 *
 * <p>Register the servlet with async support, mapped to exactly the endpoint path.
 *
 * <p>Does not check who may call what, and serves requests without a principal too: that is the job
 * of the filter in front of it.
 */
public final class FileToolsMcp implements AutoCloseable {

  /** Key of the caller's {@link Principal} in the transport context. */
  static final String PRINCIPAL = "principal";

  /** Room for the largest text even if JSON needs six bytes for every one of its characters. */
  public static final int REQUEST_LIMIT = 8 * FileRoot.SIZE_LIMIT;

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
   * Builds the server.
   *
   * @param root the files
   * @param endpoint the path of the endpoint, such as {@code /mcp}
   * @param callers the {@code Host} and {@code Origin} headers to accept
   * @return the server, to be closed before the servlet container stops
   * @throws IllegalArgumentException if the endpoint is not a path
   */
  public static FileToolsMcp create(FileRoot root, String endpoint, AllowedCallers callers) {
    return create(root, endpoint, callers, LoggerFactory.getLogger(FileTools.class));
  }

  static FileToolsMcp create(FileRoot root, String endpoint, AllowedCallers callers, Logger log) {
    if (!endpoint.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException(
          "The MCP endpoint '" + endpoint + "' is not a path; write it like /mcp");
    }
    SchedulerTrap schedulers = new SchedulerTrap();
    HttpServletStreamableServerTransportProvider transport =
        schedulers.build(() -> transport(endpoint, callers));
    FileTools tools = new FileTools(root, log);
    McpSyncServer server =
        McpServer.sync(transport)
            .serverInfo("file-tools", version())
            .instructions(INSTRUCTIONS)
            .capabilities(ServerCapabilities.builder().tools(false).build())
            .tools(tools.specifications())
            // The transport keeps the request's thread waiting anyway, so a second one gains
            // nothing.
            .immediateExecution(true)
            .build();
    return new FileToolsMcp(new McpEndpoint(transport), server, schedulers);
  }

  private static HttpServletStreamableServerTransportProvider transport(
      String endpoint, AllowedCallers callers) {
    return HttpServletStreamableServerTransportProvider.builder()
        .jsonMapper(new TracelessJson(McpJsonDefaults.getMapper()))
        .mcpEndpoint(endpoint)
        .maxRequestSize(REQUEST_LIMIT)
        .httpHeaderValidator(
            DefaultServerTransportSecurityValidator.builder()
                .allowedHosts(callers.hosts())
                .allowedOrigins(callers.origins())
                .build())
        .contextExtractor(FileToolsMcp::context)
        .build();
  }

  private static McpTransportContext context(HttpServletRequest request) {
    Principal principal = request.getUserPrincipal();
    return principal == null
        ? McpTransportContext.EMPTY
        : McpTransportContext.create(Map.of(PRINCIPAL, principal));
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
