package io.mcpauth.servlet.spring;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.servlet.McpAuthFilter;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.io.Resource;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Takes out of the lists of the MCP server what a caller is not shown. The SDKs of both lines of
 * Spring AI have no filter for what is listed, so it is done where their transports answer: on the
 * router function of a transport, also within one that an application composes of it, and on no
 * other route.
 */
final class ReducedLists implements BeanPostProcessor {
  /** What answers on the transports. */
  private final Set<Object> ofTransports = identities();

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof McpServerTransportProviderBase
        || bean instanceof McpStatelessServerTransport) {
      RouterFunction<?> routes = routes(bean);
      if (routes != null) {
        ofTransports.addAll(handlers(routes));
      }
    }
    if (bean instanceof RouterFunction<?> routes) {
      Set<Object> others = handlers(routes);
      if (others.removeAll(ofTransports)) {
        return reduced(routes, others);
      }
    }
    return bean;
  }

  /** Whether the application has a transport of WebMVC, whose router function is a bean. */
  static boolean hasTransports(ListableBeanFactory beans) {
    return Stream.concat(
            beans.getBeanProvider(McpServerTransportProviderBase.class).stream(),
            beans.getBeanProvider(McpStatelessServerTransport.class).stream())
        .anyMatch(transport -> routes(transport) != null);
  }

  /** What it answers with, where it is one of WebMVC; their package is another on each line. */
  private static @Nullable RouterFunction<?> routes(Object transport) {
    Method getter = ReflectionUtils.findMethod(transport.getClass(), "getRouterFunction");
    Object routes = getter == null ? null : ReflectionUtils.invokeMethod(getter, transport);
    return routes instanceof RouterFunction<?> known ? known : null;
  }

  private static Set<Object> handlers(RouterFunction<?> routes) {
    Set<Object> handlers = identities();
    routes.accept(
        new RouterFunctions.Visitor() {
          @Override
          public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
            handlers.add(handler);
          }

          @Override
          public void startNested(RequestPredicate predicate) {}

          @Override
          public void endNested(RequestPredicate predicate) {}

          @Override
          public void resources(Function<ServerRequest, Optional<Resource>> lookup) {}

          @Override
          public void attributes(Map<String, Object> attributes) {}

          @Override
          public void unknown(RouterFunction<?> function) {}
        });
    return handlers;
  }

  private static Set<Object> identities() {
    return Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  /** What is not certainly another route is taken for one of the transport. */
  @SuppressWarnings("unchecked") // as the transports declare it
  private static RouterFunction<ServerResponse> reduced(
      RouterFunction<?> routes, Set<Object> others) {
    return ((RouterFunction<ServerResponse>) routes)
        .filter(
            (request, next) ->
                others.contains(next) ? next.handle(request) : answer(request, next));
  }

  private static ServerResponse answer(ServerRequest request, HandlerFunction<ServerResponse> next)
      throws Exception {
    Object lists = request.servletRequest().getAttribute(McpAuthFilter.LIST_ANSWERS_ATTRIBUTE);
    ServerResponse answer = next.handle(request);
    return lists instanceof ListAnswers reducing ? new ReducedAnswer(answer, reducing) : answer;
  }
}
