package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.Test;

/** What becomes of a request after the filter: async, streams, forwards and errors. */
class DispatchTest {
  @SuppressWarnings("serial")
  private static final class Servlet extends HttpServlet {
    interface Service {
      void serve(HttpServletRequest request, HttpServletResponse response)
          throws ServletException, IOException;
    }

    private final transient Service service;

    Servlet(Service service) {
      this.service = service;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      service.serve(request, response);
    }
  }

  @Test
  void eventStream_passesUnbufferedWhileItIsWritten() throws Exception {
    CountDownLatch firstRead = new CountDownLatch(1);
    Servlet.Service stream =
        (request, response) -> {
          response.setContentType("text/event-stream");
          AsyncContext async = request.startAsync();
          async.setTimeout(0);
          async.start(
              () -> {
                try {
                  response.getWriter().write("data: one\n\n");
                  response.flushBuffer();
                  boolean read = firstRead.await(60, TimeUnit.SECONDS);
                  response.getWriter().write("data: " + read + "\n\n");
                  async.complete();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
        };
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(new Servlet(stream));
        BufferedReader events =
            new BufferedReader(
                new InputStreamReader(
                    jetty.stream(jetty.authorized("/mcp").build()).body(),
                    StandardCharsets.UTF_8))) {
      assertThat(events.readLine()).isEqualTo("data: one");
      firstRead.countDown();
      assertThat(events.readLine()).isEmpty();
      assertThat(events.readLine()).isEqualTo("data: true");
    }
  }

  @Test
  void asyncDispatch_isNotJudgedAgainAndKeepsCallerAndBody() throws Exception {
    Servlet.Service dispatching =
        (request, response) -> {
          if (request.getAttribute("second") == null) {
            request.setAttribute("second", true);
            request.startAsync().dispatch();
          } else {
            response.getWriter().print(request.getUserPrincipal().getName().endsWith("|alice"));
            response.getWriter().print(request.getHeader("Authorization"));
            response
                .getWriter()
                .print(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
          }
        };
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(new Servlet(dispatching))) {
      HttpResponse<String> response = jetty.send(jetty.call("read_file"));
      assertThat(response.body()).isEqualTo("truenull" + GuardedJetty.toolCall("read_file"));
    }
  }

  @Test
  void headerNobodyKnows_isPassedOn() throws Exception {
    Servlet.Service reading =
        (request, response) -> response.getWriter().print(request.getHeader("Mcp-Param-Region"));
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(new Servlet(reading))) {
      HttpResponse<String> response =
          jetty.send(
              jetty.authorized("/mcp").header("Mcp-Param-Region", "=?base64?ZQ==?=").build());
      assertThat(response.body()).isEqualTo("=?base64?ZQ==?=");
    }
  }

  @Test
  void nonBlockingRead_getsTheWholeBody() throws Exception {
    Servlet.Service reading =
        (request, response) -> {
          AsyncContext async = request.startAsync();
          ServletInputStream in = request.getInputStream();
          in.setReadListener(new Collector(in, response, async));
        };
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(new Servlet(reading))) {
      HttpResponse<String> response = jetty.send(jetty.call("read_file"));
      assertThat(response.body()).isEqualTo(GuardedJetty.toolCall("read_file"));
    }
  }

  private record Collector(
      ServletInputStream in,
      ByteArrayOutputStream bytes,
      HttpServletResponse response,
      AsyncContext async)
      implements ReadListener {
    Collector(ServletInputStream in, HttpServletResponse response, AsyncContext async) {
      this(in, new ByteArrayOutputStream(), response, async);
    }

    @Override
    public void onDataAvailable() throws IOException {
      byte[] chunk = new byte[16];
      while (in.isReady() && !in.isFinished()) {
        int count = in.read(chunk);
        bytes.write(chunk, 0, Math.max(count, 0));
      }
    }

    @Override
    public void onAllDataRead() throws IOException {
      response.getOutputStream().write(bytes.toByteArray());
      async.complete();
    }

    @Override
    public void onError(Throwable failure) {
      async.complete();
    }
  }

  @Test
  void forwardFromAnOpenServlet_isJudged() throws Exception {
    EchoServlet echo = new EchoServlet();
    Servlet open =
        new Servlet(
            (request, response) -> request.getRequestDispatcher("/mcp").forward(request, response));
    try (GuardedJetty jetty =
        GuardedJetty.inFrontOf(
            echo,
            context -> context.addServlet(new ServletHolder("open", open), "/open"),
            options -> options.guardServlets("mcp"))) {
      assertThat(jetty.send(jetty.request("/open").build()).statusCode()).isEqualTo(401);
      assertThat(echo.calls).hasValue(0);
      assertThat(jetty.send(jetty.authorized("/open").build()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void errorPage_isNotAWayIn() throws Exception {
    EchoServlet echo = new EchoServlet();
    Servlet failing = new Servlet((request, response) -> response.sendError(404));
    try (GuardedJetty jetty =
        GuardedJetty.inFrontOf(
            echo,
            context -> {
              context.addServlet(new ServletHolder("failing", failing), "/failing");
              org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler errors =
                  new org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler();
              errors.addErrorPage(404, "/mcp");
              context.setErrorHandler(errors);
            },
            options -> options.guardServlets("mcp"))) {
      jetty.send(jetty.request("/failing").build());
      assertThat(echo.calls).hasValue(0);
    }
  }

  @Test
  void failureOfTheServlet_isNotTouchedByTheFilter() throws Exception {
    Servlet failing =
        new Servlet(
            (request, response) -> {
              throw new ServletException("tool failed");
            });
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(failing)) {
      HttpResponse<String> response = jetty.send(jetty.authorized("/mcp").build());
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
    }
  }
}
