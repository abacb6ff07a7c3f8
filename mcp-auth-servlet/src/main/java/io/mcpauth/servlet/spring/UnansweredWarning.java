package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthInstaller;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Says that the MCP server does not answer at the path of the resource: clients would log in, and
 * then get a 404. Spring AI 1.1 serves HTTP+SSE, which has other paths, unless it is told.
 *
 * <p>No reason to stop: a proxy in front may change the path. Does not check: servlets of the SDK.
 */
final class UnansweredWarning implements SmartInitializingSingleton {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthInstaller.class);

  private static final String ANY = "/**";

  private final ConfigurableListableBeanFactory beans;
  private final Environment environment;

  UnansweredWarning(ConfigurableListableBeanFactory beans, Environment environment) {
    this.beans = beans;
    this.environment = environment;
  }

  @Override
  public void afterSingletonsInstantiated() {
    List<ResourceServer> servers = beans.getBeanProvider(ResourceServer.class).stream().toList();
    if (servers.size() == 1) {
      String within =
          Stream.of("server.servlet.context-path", "spring.mvc.servlet.path")
              .map(name -> environment.getProperty(name, ""))
              .map(path -> path.equals("/") ? "" : path)
              .reduce("", String::concat);
      String warning = unanswered(servers.get(0), within, routes());
      if (warning != null) {
        LOG.warn(warning);
      }
    }
  }

  /** The paths of the transports, and of all else that is routed so; none without a transport. */
  private Set<String> routes() {
    Set<String> paths = new TreeSet<>();
    if (ReducedLists.hasTransports(beans)) {
      beans.getBeanProvider(RouterFunction.class).forEach(routes -> collect(routes, paths));
    }
    return paths;
  }

  /** By proxies: the visitor of predicates has more methods on the newer line of Spring. */
  static void collect(RouterFunction<?> routes, Set<String> paths) {
    RequestPredicates.Visitor ofPredicates =
        visitor(
            RequestPredicates.Visitor.class,
            (method, first) -> {
              if (method.equals("path")) {
                paths.add((String) first);
              }
            });
    routes.accept(
        visitor(
            RouterFunctions.Visitor.class,
            (method, first) -> {
              switch (method) {
                case "route" -> ((RequestPredicate) first).accept(ofPredicates);
                case "startNested", "unknown" -> paths.add(ANY); // how it goes on is not told
                default -> {}
              }
            }));
  }

  /** What is told of a visit: the name of the method, and its first argument. */
  private interface Visited {
    void at(String method, Object first);
  }

  private static <T> T visitor(Class<T> type, Visited visited) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (arguments != null) {
                visited.at(method.getName(), arguments[0]);
              }
              return null;
            }));
  }

  /**
   * What is wrong where no route is for the path of the resource, else null.
   *
   * @param within the path of the application, which no route has
   * @param routes patterns of paths; nothing is known where there are none
   */
  static @Nullable String unanswered(ResourceServer server, String within, Set<String> routes) {
    String path = server.endpointPath();
    if (routes.isEmpty()
        || path.equals("/")
        || routes.stream().anyMatch(route -> matches(within + route, path))) {
      return null;
    }
    return "the MCP server does not answer at '"
        + path
        + "', the path of the resource '"
        + server.resource()
        + "'; there are routes for "
        + routes.stream().map(within::concat).toList()
        + ". Set spring.ai.mcp.server.protocol to STREAMABLE or STATELESS, or write the URL of the"
        + " MCP server as mcp.auth.resource, unless a proxy in front changes the path.";
  }

  private static boolean matches(String pattern, String path) {
    return PathPatternParser.defaultInstance.parse(pattern).matches(PathContainer.parsePath(path));
  }
}
