package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class ConnectPageOnTheWireTest {
  private static final String BROWSER =
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

  private static final ToolPolicy WITH_OPEN_TOOL =
      ToolPolicy.builder()
          .initialScopes("files:read")
          .tool("about", Access.anonymous())
          .tool("read_file", "files:read")
          .build();

  @Test
  void browser_getsThePageWithChallengeAndPolicy() throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(echo)) {
      HttpResponse<String> response = jetty.send(browser(jetty, "GET"));
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().allValues("WWW-Authenticate"))
          .containsExactly(GuardedJetty.CHALLENGE);
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .matches("text/html; ?charset=utf-8");
      assertThat(response.headers().allValues("Content-Security-Policy"))
          .singleElement()
          .asString()
          .startsWith("default-src 'none'; style-src 'sha256-");
      assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
      assertThat(response.body()).startsWith("<!DOCTYPE html>").contains(GuardedJetty.RESOURCE);
      assertThat(echo.calls).hasValue(0);
    }
  }

  @Test
  void headOfABrowser_getsTheHeadersOfThePageAlone() throws Exception {
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(new EchoServlet())) {
      HttpResponse<String> get = jetty.send(browser(jetty, "GET"));
      HttpResponse<String> head = jetty.send(browser(jetty, "HEAD"));
      assertThat(head.statusCode()).isEqualTo(401);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().map().keySet()).isEqualTo(get.headers().map().keySet());
      assertThat(head.headers().firstValue("Content-Type"))
          .isEqualTo(get.headers().firstValue("Content-Type"));
    }
  }

  /** The servlet behind would answer a browser with an error that says nothing to anybody. */
  @Test
  void browserWhereGetIsOpen_doesNotReachTheServlet() throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(echo, WITH_OPEN_TOOL, Store.inMemory())) {
      HttpResponse<String> response = jetty.send(browser(jetty, "GET"));
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate"))
          .hasValue(GuardedJetty.CHALLENGE);
      assertThat(response.body()).startsWith("<!DOCTYPE html>");
      assertThat(echo.calls).hasValue(0);
      HttpRequest stream = jetty.request("/mcp").header("Accept", "text/event-stream").build();
      assertThat(jetty.send(stream).statusCode()).isEqualTo(200);
      assertThat(echo.calls).hasValue(1);
    }
  }

  private static HttpRequest browser(GuardedJetty jetty, String method) {
    return jetty
        .request("/mcp")
        .header("Accept", BROWSER)
        .method(method, HttpRequest.BodyPublishers.noBody())
        .build();
  }
}
