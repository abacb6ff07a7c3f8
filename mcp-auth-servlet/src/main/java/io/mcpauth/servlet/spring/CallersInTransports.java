package io.mcpauth.servlet.spring;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpTransportContextExtractor;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Has every transport of the MCP server hand the caller to tools, in the transport context, beside
 * what its own extractor puts there. The auto-configuration of Spring AI makes the transports and
 * leaves no place to say so, and the transports themselves take an extractor from their builders
 * alone; so it is put where they keep it.
 */
final class CallersInTransports implements BeanPostProcessor {
  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    boolean transport =
        bean instanceof McpServerTransportProviderBase
            || bean instanceof McpStatelessServerTransport;
    Field place = transport ? place(bean.getClass()) : null;
    if (place != null) {
      put(place, bean, name);
    }
    return bean;
  }

  /** The only place for an extractor; that over standard input has none, and no callers either. */
  private static @Nullable Field place(Class<?> transport) {
    return ReflectionUtils.findField(transport, null, McpTransportContextExtractor.class);
  }

  private static void put(Field place, Object transport, String name) {
    try {
      place.setAccessible(true);
      McpTransportContextExtractor<Object> before = extractor(place.get(transport));
      McpTransportContextExtractor<Object> with = request -> context(before, request);
      place.set(transport, with);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new IllegalStateException(
          "The transport '"
              + name
              + "' ("
              + transport.getClass().getName()
              + ") cannot be told to hand the caller to tools. Make it a bean of your own, with"
              + " .contextExtractor(request -> McpTransportContext.create(McpPrincipal.toContext("
              + "request.servletRequest().getUserPrincipal()))).",
          e);
    }
  }

  @SuppressWarnings("unchecked") // of what requests it is, the transport knows that calls it
  private static McpTransportContextExtractor<Object> extractor(@Nullable Object found) {
    return found == null
        ? request -> McpTransportContext.EMPTY
        : (McpTransportContextExtractor<Object>) found;
  }

  private static McpTransportContext context(
      McpTransportContextExtractor<Object> before, Object request) {
    McpTransportContext own = before.extract(request);
    HttpServletRequest http = http(request);
    Map<String, Object> caller = http == null ? Map.of() : caller(http);
    if (caller.isEmpty()) {
      return own;
    }
    return key -> caller.containsKey(key) ? caller.get(key) : own.get(key);
  }

  /** The attribute, since Spring Security has a request answer with a user of its own. */
  private static Map<String, Object> caller(HttpServletRequest request) {
    return request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE) instanceof McpPrincipal known
        ? McpPrincipal.toContext(known)
        : Map.of();
  }

  private static @Nullable HttpServletRequest http(Object request) {
    if (request instanceof ServerRequest routed) {
      return routed.servletRequest();
    }
    return request instanceof HttpServletRequest plain ? plain : null;
  }
}
