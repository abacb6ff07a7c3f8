package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Access;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpStatelessAsyncServer;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import reactor.core.publisher.Flux;

/**
 * Holds the policy to the tools of the MCP server before it serves: what they declare is a rule,
 * and a tool without a rule stops the start. Of several resource servers each is told what any tool
 * declares; which of them has which tools only their installation says.
 */
final class KnownTools implements SmartInitializingSingleton {
  private final ConfigurableListableBeanFactory beans;

  KnownTools(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    Set<String> tools = tools();
    Map<String, Access> declared = DeclaredTools.of(beans);
    List<ResourceServer> servers = beans.getBeanProvider(ResourceServer.class).stream().toList();
    servers.forEach(server -> server.livePolicy().declare(declared));
    if (servers.size() == 1 && !tools.isEmpty()) {
      requireKnown(servers.get(0), tools);
    }
  }

  private static void requireKnown(ResourceServer server, Set<String> tools) {
    try {
      server.livePolicy().requireKnown(tools);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          e.getMessage() + " Or put @RequiresScopes on its method, in a class that is a bean.", e);
    }
  }

  private Set<String> tools() {
    Set<String> names = new TreeSet<>();
    beans
        .getBeanProvider(McpSyncServer.class)
        .forEach(server -> server.listTools().forEach(tool -> names.add(tool.name())));
    beans
        .getBeanProvider(McpStatelessSyncServer.class)
        .forEach(server -> server.listTools().forEach(tool -> names.add(tool.name())));
    beans
        .getBeanProvider(McpAsyncServer.class)
        .forEach(server -> names.addAll(names(server.listTools())));
    beans
        .getBeanProvider(McpStatelessAsyncServer.class)
        .forEach(server -> names.addAll(names(server.listTools())));
    return names;
  }

  private static Set<String> names(Flux<Tool> tools) {
    Set<String> names = new TreeSet<>();
    tools.toIterable().forEach(tool -> names.add(tool.name()));
    return names;
  }
}
