package io.mcpauth.examples.filetools;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Target;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServletRequest;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the MCP SDK has to be told of the policy: who is asking, which tools to show, and what each
 * of them needs.
 *
 * <p>Nothing here refuses a call. That is the job of the filter in front, which decides by the same
 * policy: a tool that is not shown is refused there too.
 */
final class PolicyHooks {
  private final ResourceServer server;

  PolicyHooks(ResourceServer server) {
    this.server = server;
  }

  /** For {@code contextExtractor}: hands the caller on, since tools may run on another thread. */
  static McpTransportContext context(HttpServletRequest request) {
    return McpTransportContext.create(McpPrincipal.toContext(request.getUserPrincipal()));
  }

  /** For {@code addToolFilter}: whether {@code tools/list} shows the tool to the caller. */
  boolean lists(McpTransportContext context, Tool tool) {
    return server.policy().lists(McpPrincipal.fromContext(context::get), Target.tool(tool.name()));
  }

  /** Whether anybody may call the tool, without a login. */
  boolean opens(String tool) {
    return server.policy().permits(null, Target.tool(tool));
  }

  /**
   * The tools with what each of them needs, for clients that read it from its {@code _meta}.
   *
   * @throws IllegalStateException if the policy does not name one of them
   */
  List<SyncToolSpecification> annotated(List<SyncToolSpecification> tools) {
    server
        .livePolicy()
        .requireKnown(tools.stream().map(specification -> specification.tool().name()).toList());
    return tools.stream().map(this::annotated).toList();
  }

  private SyncToolSpecification annotated(SyncToolSpecification specification) {
    Tool tool = specification.tool();
    Tool annotated =
        Tool.builder(tool.name(), tool.inputSchema())
            .title(tool.title())
            .description(tool.description())
            .annotations(tool.annotations())
            .meta(new SecuritySchemes(tool.name()))
            .build();
    return new SyncToolSpecification(annotated, specification.callHandler());
  }

  /** Asks the policy each time it is read: another policy may be in force by then. */
  private final class SecuritySchemes extends AbstractMap<String, Object> {
    private final String tool;

    SecuritySchemes(String tool) {
      this.tool = tool;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
      return server.policy().securitySchemes(tool).entrySet();
    }
  }
}
