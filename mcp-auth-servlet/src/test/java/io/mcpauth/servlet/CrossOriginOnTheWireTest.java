package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page of an allowed origin gets to read, whatever the servlet behind says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrossOriginOnTheWireTest {
  private static final String PAGE = "https://mcp.example.com"; // the resource's own origin
  private static final String ALLOW = "Access-Control-Allow-Origin";

  private GuardedJetty jetty;

  /** Changes headers as the query says. */
  private static final class Meddler extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      switch (String.valueOf(request.getQueryString())) {
        case "cors" -> {
          response.setHeader(ALLOW, "*");
          response.addHeader("access-control-allow-credentials", "true");
          response.setIntHeader("Access-Control-Max-Age", 1);
        }
        case "add-vary" -> response.addHeader("Vary", "Accept");
        case "set-vary" -> response.setHeader("vary", "Accept");
        case "reset" -> response.reset();
        default -> response.setHeader("X-Own", "1");
      }
    }
  }

  @BeforeAll
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(new Meddler());
  }

  @AfterAll
  void stop() throws Exception {
    jetty.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "cors", "add-vary", "set-vary", "reset"})
  void servletBehind_changesNoneOfTheCorsHeaders(String query) throws Exception {
    HttpHeaders headers = granted(query, PAGE);
    assertThat(headers.allValues(ALLOW)).containsExactly(PAGE);
    assertThat(headers.allValues("Access-Control-Expose-Headers"))
        .containsExactly("WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce, Retry-After");
    assertThat(headers.map())
        .doesNotContainKeys("access-control-allow-credentials", "access-control-max-age");
  }

  @ParameterizedTest
  @CsvSource({"none, Origin", "add-vary, 'Accept, Origin'", "set-vary, 'Accept, Origin'"})
  void varyOfTheServlet_isJoinedAndNothingIsThereTwice(String query, String vary) throws Exception {
    assertThat(granted(query, PAGE).allValues("Vary"))
        .containsExactlyInAnyOrder(vary.split(", ", -1));
  }

  @Test
  void requestOfNoPage_getsNoCorsHeaderNotEvenTheServlets() throws Exception {
    HttpHeaders headers = send(jetty.authorized("/mcp?cors")).headers();
    assertThat(headers.map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    assertThat(send(jetty.authorized("/mcp?set-vary")).headers().allValues("Vary"))
        .containsExactly("Accept");
  }

  @Test
  void preflight_isAnsweredWithoutTheServlet() throws Exception {
    HttpResponse<String> answer = preflight(PAGE);
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().allValues(ALLOW)).containsExactly(PAGE);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
        .hasValue("GET, HEAD, POST, DELETE");
    assertThat(answer.headers().firstValue("X-Own")).isEmpty();
    assertThat(granted("none", PAGE).firstValue("X-Own")).hasValue("1");
  }

  @Test
  void preflightOfAnotherOrigin_isRefusedWithoutCorsHeaders() throws Exception {
    HttpResponse<String> answer = preflight("https://evil.example.com");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control-"));
  }

  private HttpHeaders granted(String query, String origin) throws Exception {
    HttpResponse<String> answer = send(jetty.authorized("/mcp?" + query).header("Origin", origin));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.headers();
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    return send(
        jetty
            .request("/mcp")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return jetty.send(request.build());
  }
}
