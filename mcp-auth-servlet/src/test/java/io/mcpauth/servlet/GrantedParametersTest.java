package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameters that a server behind the filter sees: those of the query, and of no form. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantedParametersTest {
  private GuardedJetty jetty;

  @BeforeAll
  void start() throws Exception {
    jetty =
        GuardedJetty.inFrontOf(
            new Dispatching(),
            context -> {
              ServletHolder page = new ServletHolder("page", new Dispatching());
              page.setAsyncSupported(true);
              context.addServlet(page, "/page");
            },
            options -> options);
  }

  @AfterAll
  void stop() {
    jetty.close();
  }

  @ParameterizedTest
  @CsvSource({
    "a=1, a=[1]",
    "a=1&a=2&b, 'a=[1, 2] b=[]'",
    "a=1+2&b=%C3%A9, 'a=[1 2] b=[é]'",
    "a%3D=%26, 'a==[&]'",
    "a=%zz&b=1&%=2, b=[1]",
    "=1&&b=1, b=[1]",
    "'', ''",
  })
  void queries_areReadInUtf8(String query, String expected) {
    assertThat(text(QueryParameters.of(query))).isEqualTo(expected);
  }

  @Test
  void queryOfADispatch_goesFirstAndTheSameQueryCountsOnce() {
    assertThat(text(QueryParameters.of(null, "a=2&b=1", "a=1", "a=1"))).isEqualTo("a=[2, 1] b=[1]");
    assertThat(QueryParameters.of((String) null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a=1, a=[1] 1",
    "a=1&mode=forward, 'a=[2, 1] b=[3] mode=[forward] 2'",
    "a=1&mode=include, 'a=[2, 1] b=[3] mode=[include] 2'",
    "a=1&mode=async, 'a=[2, 1] b=[3] mode=[async] 2'",
    "a=1&mode=again, 'a=[1] mode=[again] 1'",
  })
  void parametersOfADispatch_areJoinedWithThoseOfTheRequest(String query, String expected)
      throws Exception {
    assertThat(jetty.send(jetty.authorized("/mcp?" + query).GET().build()).body())
        .isEqualTo(expected);
  }

  private static String text(Map<String, String[]> parameters) {
    return new TreeMap<>(parameters)
        .entrySet().stream()
            .map(one -> one.getKey() + "=" + shown(one.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static String shown(String[] values) {
    return values.length == 1 && values[0].isEmpty() ? "[]" : Arrays.asList(values).toString();
  }

  /** Tells the parameters and the value of {@code a}, dispatched first where they say so. */
  private static final class Dispatching extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String PAGE = "/page?a=2&b=3";

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
      switch (first ? String.valueOf(request.getParameter("mode")) : "") {
        case "forward" -> request.getRequestDispatcher(PAGE).forward(request, response);
        case "include" -> request.getRequestDispatcher(PAGE).include(request, response);
        case "async" -> request.startAsync().dispatch(PAGE);
        case "again" -> request.startAsync().dispatch();
        default -> {
          response.setContentType("text/plain;charset=utf-8");
          response
              .getWriter()
              .write(text(request.getParameterMap()) + " " + request.getParameter("a"));
        }
      }
    }
  }
}
