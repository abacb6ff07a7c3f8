package io.mcpauth.examples.streams;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between the container and the library's filter and counts what the container hears. */
final class Completions {
  private final Queue<AtomicInteger> contexts = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  void install(ServletContext context) {
    Filter filter =
        (request, response, chain) -> {
          if (((HttpServletRequest) request).getUserPrincipal() != null) {
            failures.add(new AssertionError("not outside of the library's filter"));
          }
          try {
            chain.doFilter(new Counted((HttpServletRequest) request), response);
          } catch (IOException | ServletException | RuntimeException e) {
            failures.add(e);
            throw e;
          }
        };
    FilterRegistration.Dynamic registration = context.addFilter("completions", filter);
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }

  void assertOneForEach(int atLeast) {
    assertThat(contexts).hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(contexts).extracting(AtomicInteger::get).containsOnly(1);
    assertThat(failures).isEmpty();
  }

  private AsyncContext counted(AsyncContext container) {
    AtomicInteger completed = new AtomicInteger();
    contexts.add(completed);
    return (AsyncContext)
        Proxy.newProxyInstance(
            AsyncContext.class.getClassLoader(),
            new Class<?>[] {AsyncContext.class},
            (proxy, method, args) -> {
              if (method.getName().equals("complete")) {
                completed.incrementAndGet();
              }
              try {
                return method.invoke(container, args);
              } catch (InvocationTargetException e) {
                failures.add(e.getTargetException());
                throw e.getTargetException();
              }
            });
  }

  /** What went wrong so far, to be told with a failure. */
  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  private final class Counted extends HttpServletRequestWrapper {
    Counted(HttpServletRequest request) {
      super(request);
    }

    @Override
    public AsyncContext startAsync() {
      return counted(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
      return counted(super.startAsync(request, response));
    }
  }
}
