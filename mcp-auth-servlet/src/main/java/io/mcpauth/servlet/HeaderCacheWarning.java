package io.mcpauth.servlet;

import jakarta.servlet.ServletContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a Jetty that takes a header for the one before it on the same connection where the two
 * differ in case alone, which is how it comes: then a token in another case passes for that token,
 * and no filter can see it, because the header that came is gone.
 *
 * <p>Jetty is asked by reflection, since the library depends on no container. The objects are
 * reached from the servlet context, so that a web application is answered too, although Jetty hides
 * the classes from it by name. Where Jetty cannot be asked, nothing is said (docs/containers.md).
 */
final class HeaderCacheWarning {
  static final String TEXT =
      "Jetty's header cache ignores case, so that a token in another case passes for the one before"
          + " it on a connection. Call setHeaderCacheCaseSensitive(true) on the HttpConfiguration"
          + " of each connector; where Jetty is started with start.jar, set"
          + " jetty.httpConfig.headerCacheSize=0.";

  private final Consumer<String> log;
  private final AtomicBoolean answered = new AtomicBoolean();

  /**
   * A warning that is given once.
   *
   * @param log where to
   */
  HeaderCacheWarning(Consumer<String> log) {
    this.log = log;
  }

  /** Looks at the start, at which a server may have no connectors yet (Spring Boot). */
  void atStart(ServletContext context) {
    Boolean ignoresCase = ignoresCase(context);
    if (ignoresCase != null) {
      answer(ignoresCase);
    }
  }

  /** Looks at the first request, which came through a connector, where the start told nothing. */
  void atRequest(ServletContext context) {
    if (!answered.get()) {
      answer(Boolean.TRUE.equals(ignoresCase(context)));
    }
  }

  private void answer(boolean ignoresCase) {
    if (answered.compareAndSet(false, true) && ignoresCase) {
      log.accept(TEXT);
    }
  }

  /** Whether a connector of this Jetty does; null where nobody can tell, or none is there yet. */
  private static @Nullable Boolean ignoresCase(ServletContext context) {
    try {
      Object server = ask(ask(context, "getContextHandler"), "getServer");
      Object[] connectors = (Object[]) ask(server, "getConnectors");
      for (Object connector : connectors) {
        for (Object protocol : (Collection<?>) ask(connector, "getConnectionFactories")) {
          if (isHttp1(protocol) && ignoresCase(ask(protocol, "getHttpConfiguration"))) {
            return true;
          }
        }
      }
      return connectors.length == 0 ? null : false;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return null; // no Jetty, or one that does not let itself be asked
    }
  }

  /** HTTP/2 has tables of its own, which keep headers as they came. */
  private static boolean isHttp1(Object protocol) throws ReflectiveOperationException {
    return ask(protocol, "getProtocol").toString().startsWith("HTTP/1");
  }

  private static boolean ignoresCase(Object configuration) throws ReflectiveOperationException {
    return (Integer) ask(configuration, "getHeaderCacheSize") > 0
        && ask(configuration, "isHeaderCacheCaseSensitive").equals(false);
  }

  /**
   * What a public method without parameters returns.
   *
   * @throws ReflectiveOperationException if there is none, it fails, or it returns null
   */
  private static Object ask(Object object, String method) throws ReflectiveOperationException {
    Class<?> type = object.getClass();
    while (!Modifier.isPublic(type.getModifiers()) && type.getSuperclass() != null) {
      type = type.getSuperclass(); // such as that of an anonymous connector
    }
    Object answer = type.getMethod(method).invoke(object);
    if (answer == null) {
      throw new InvocationTargetException(null, method + " returns nothing");
    }
    return answer;
  }
}
