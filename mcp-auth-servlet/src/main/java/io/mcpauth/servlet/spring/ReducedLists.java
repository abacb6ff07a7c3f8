package io.mcpauth.servlet.spring;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.servlet.McpAuthFilter;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Takes out of the lists of the MCP server what a caller is not shown. The SDKs of both lines of
 * Spring AI have no filter for what is listed, so it is done where their transports answer: on the
 * router function of a transport, and on no other.
 */
final class ReducedLists implements BeanPostProcessor {
  private final Set<Object> ofTransports =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof McpServerTransportProviderBase
        || bean instanceof McpStatelessServerTransport) {
      Object routes = routes(bean);
      if (routes != null) {
        ofTransports.add(routes);
      }
    }
    return bean instanceof RouterFunction<?> routes && ofTransports.contains(routes)
        ? reduced(routes)
        : bean;
  }

  /** What it answers with, where it is one of WebMVC; their package is another on each line. */
  private static @Nullable Object routes(Object transport) {
    Method getter = ReflectionUtils.findMethod(transport.getClass(), "getRouterFunction");
    return getter == null ? null : ReflectionUtils.invokeMethod(getter, transport);
  }

  @SuppressWarnings("unchecked") // as the transports declare it
  private static RouterFunction<ServerResponse> reduced(RouterFunction<?> routes) {
    return ((RouterFunction<ServerResponse>) routes).filter(ReducedLists::answer);
  }

  private static ServerResponse answer(ServerRequest request, HandlerFunction<ServerResponse> next)
      throws Exception {
    Object lists = request.servletRequest().getAttribute(McpAuthFilter.LIST_ANSWERS_ATTRIBUTE);
    ServerResponse answer = next.handle(request);
    return lists instanceof ListAnswers reducing ? new ReducedAnswer(answer, reducing) : answer;
  }
}
