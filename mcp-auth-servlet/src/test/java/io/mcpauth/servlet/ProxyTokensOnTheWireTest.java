package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProxyTokens;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The token of an identity-aware proxy, beside what others send, through a real container. */
class ProxyTokensOnTheWireTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String HEADER = "Cf-Access-Jwt-Assertion";
  private static final String AUDIENCE = "4714c1358e65";
  private TestIssuer login;
  private TestIssuer proxy;
  private ResourceServer server;
  private ContextJetty jetty;

  /** Tells who calls, and which headers of a credential it sees. */
  private static final class Seen extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      List<String> names =
          Collections.list(request.getHeaderNames()).stream()
              .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
              .filter(List.of("authorization", "cf-access-jwt-assertion")::contains)
              .toList();
      boolean value =
          request.getHeader(HEADER) != null
              || request.getHeader("cf_access_jwt_assertion") != null
              || request.getHeader("Authorization") != null
              || request.getHeaders(HEADER.toUpperCase(Locale.ROOT)).hasMoreElements();
      response
          .getWriter()
          .write(
              "caller="
                  + request.getRemoteUser()
                  + " scheme="
                  + request.getAuthType()
                  + " sees="
                  + names
                  + value);
    }
  }

  @BeforeEach
  void start() throws Exception {
    login = TestIssuer.start();
    proxy = TestIssuer.start();
    server =
        ResourceServer.builder(
                RESOURCE,
                AuthorizationServer.of(login.issuer()),
                ToolPolicy.builder().tool("read_file").build())
            .accept(
                ProxyTokens.inHeader(
                    HEADER,
                    AuthorizationServer.of(proxy.issuer())
                        .withProfile("cloudflare-access")
                        .expectAudience(AUDIENCE)
                        .withJwksUri(proxy.jwksUri())))
            .build();
    jetty =
        new ContextJetty(
            "/",
            context -> {
              ServletHolder holder = new ServletHolder("mcp", new Seen());
              holder.setAsyncSupported(true);
              context.addServlet(holder, "/mcp");
              McpAuthInstaller installer = McpAuthInstaller.of(server);
              context.addServletContainerInitializer(
                  (classes, servlet) -> installer.install(servlet));
            });
  }

  @AfterEach
  void stop() {
    jetty.close();
    server.close();
    proxy.close();
    login.close();
  }

  private TestIssuer.Token assertion() {
    return proxy
        .token(AUDIENCE)
        .header("typ", "JWT")
        .withoutClaim("client_id")
        .claim("type", "app");
  }

  private String get(String... headers) throws IOException {
    return jetty.send("GET", "/mcp", headers);
  }

  @Test
  void tokenOfTheProxy_countsAndNoAuthorizationBesideIt() throws Exception {
    String foreign =
        "Authorization: Bearer " + login.token(RESOURCE).claim("sub", "mallory").mint();
    String header = HEADER + ": " + assertion().mint();
    for (String[] headers :
        List.of(
            new String[] {header},
            new String[] {header, foreign},
            new String[] {foreign, header},
            new String[] {header, foreign, foreign},
            new String[] {header, "Authorization: Basic YTpi"},
            new String[] {header.toLowerCase(Locale.ROOT).substring(0, 24) + header.substring(24)},
            new String[] {header, "Cf_Access_Jwt_Assertion: forged"})) {
      assertThat(get(headers))
          .startsWith("HTTP/1.1 200 ")
          .contains("caller=" + proxy.issuer() + "|alice scheme=Proxy sees=[]false");
    }
    assertThat(get(foreign)).startsWith("HTTP/1.1 401 ").doesNotContain("caller=");
  }

  @Test
  void serviceToken_isItsClient() throws Exception {
    String token = assertion().claim("sub", "").claim("common_name", "e367826f.access").mint();
    assertThat(get(HEADER + ": " + token))
        .startsWith("HTTP/1.1 200 ")
        .contains("caller=|" + proxy.issuer() + "|e367826f.access ");
  }

  @Test
  void severalLines_areABadRequest() throws Exception {
    String token = assertion().mint();
    assertThat(get(HEADER + ": " + token, HEADER + ": " + token)).startsWith("HTTP/1.1 400 ");
    assertThat(get(HEADER + ": " + token, HEADER.toLowerCase(Locale.ROOT) + ": forged"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(get(HEADER + ": " + token + ", " + token)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void tokenForAnotherApplication_is401() throws Exception {
    assertThat(get(HEADER + ": " + assertion().claim("aud", List.of("other")).mint()))
        .startsWith("HTTP/1.1 401 ")
        .contains("issued for another resource");
    assertThat(get("X-" + HEADER + ": " + assertion().mint())).startsWith("HTTP/1.1 401 ");
    assertThat(get("Cf_Access_Jwt_Assertion: " + assertion().mint())).startsWith("HTTP/1.1 401 ");
  }
}
