package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.client.AccessToken;
import io.mcpauth.client.DpopKey;
import io.mcpauth.client.TokenSet;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens that are bound to a key, in a container behind a proxy with another name. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class DpopOnTheWireTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"read_file\",\"arguments\":{}}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestIssuer issuer = TestIssuer.start();
  private final DpopKey key = DpopKey.generate();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final Server jetty = new Server();

  @BeforeEach
  void start() throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.addServlet(new ServletHolder("mcp", new Seeing(seen)), "/mcp");
    ResourceServer server =
        ResourceServer.builder(
                RESOURCE,
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().tool("read_file", "files:read").build())
            .accept(DpopProofs.accepted().withNonces(SealKeys.generated()))
            .build();
    McpAuthInstaller installer = McpAuthInstaller.of(server);
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() {
    LifeCycle.stop(jetty);
    issuer.close();
  }

  /** Tells what it sees of the credential. */
  private static final class Seeing extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient List<String> seen;

    Seeing(List<String> seen) {
      this.seen = seen;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      seen.add(request.getAuthType());
      seen.add(request.getHeader("DPoP") + " " + request.getHeader("Authorization"));
      seen.addAll(Collections.list(request.getHeaderNames()));
      response.getWriter().write("served");
    }
  }

  private AccessToken bound() {
    String token =
        issuer
            .token(RESOURCE)
            .scopes("files:read")
            .claim("cnf", Map.of("jkt", key.thumbprint()))
            .mint();
    Instant now = Instant.now();
    return TokenSet.parse(
            "{\"issuer\":\"%s\",\"access_token\":\"%s\",\"obtained_at\":\"%s\",\"expires_at\":\"%s\","
                    .formatted(issuer.issuer(), token, now, now.plusSeconds(300))
                + "\"scopes\":[],\"dpop\":true,\"refresh_token\":null}")
        .accessToken();
  }

  private HttpResponse<String> post(String authorization, String... proofs) throws Exception {
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mcp"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(CALL));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    for (String proof : proofs) {
      request.header("DPoP", proof);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String proof(AccessToken token) {
    return key.proof("POST", URI.create(RESOURCE), token, Instant.now());
  }

  private void learn(HttpResponse<String> answer) {
    assertThat(answer.headers().allValues("DPoP-Nonce")).hasSize(1);
    boolean unused =
        key.rememberNonce(
            URI.create(RESOURCE), answer.headers().firstValue("DPoP-Nonce").orElseThrow());
  }

  @Test
  void requestWithoutACredential_getsTwoLinesAndANonce() throws Exception {
    HttpResponse<String> answer = post("");
    assertThat(answer.statusCode()).isEqualTo(401);
    List<String> challenges = answer.headers().allValues("WWW-Authenticate");
    assertThat(challenges).hasSize(2);
    assertThat(challenges.get(0)).startsWith("Bearer ").doesNotContain("DPoP");
    assertThat(challenges.get(1)).startsWith("DPoP ").contains("algs=\"ES256 ");
    learn(answer);
    AccessToken token = bound();
    assertThat(post(token.authorization(), proof(token)).body()).isEqualTo("served");
  }

  /** The URL of a proof is the configured one, whatever address the request was sent to. */
  @Test
  void proofForThePublicUrl_isTakenAndHiddenFromTheServerBehind() throws Exception {
    AccessToken token = bound();
    HttpResponse<String> first = post(token.authorization(), proof(token));
    assertThat(first.statusCode()).isEqualTo(401);
    assertThat(first.headers().allValues("WWW-Authenticate").get(1))
        .startsWith("DPoP error=\"use_dpop_nonce\", ");
    learn(first);

    HttpResponse<String> second = post(token.authorization(), proof(token));
    assertThat(second.body()).isEqualTo("served");
    learn(second);
    assertThat(seen).startsWith("DPoP", "null null");
    assertThat(seen.subList(2, seen.size()))
        .isNotEmpty()
        .noneMatch("dpop"::equalsIgnoreCase)
        .noneMatch("authorization"::equalsIgnoreCase);
  }

  @Test
  void proofForTheAddressOfTheContainer_isRefused() throws Exception {
    AccessToken token = bound();
    learn(post(""));
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    URI address = URI.create("http://127.0.0.1:" + port + "/mcp");
    learnFor(address);
    String local = key.proof("POST", address, token, Instant.now());
    assertInvalidProof(post(token.authorization(), local));
  }

  private void learnFor(URI address) throws Exception {
    boolean unused =
        key.rememberNonce(address, post("").headers().firstValue("DPoP-Nonce").orElseThrow());
  }

  @Test
  void replayAndSecondHeaderLine_areRefused() throws Exception {
    AccessToken token = bound();
    learn(post(""));
    String once = proof(token);
    assertThat(post(token.authorization(), once).statusCode()).isEqualTo(200);
    assertInvalidProof(post(token.authorization(), once));
    assertInvalidProof(post(token.authorization(), proof(token), proof(token)));
    assertThat(
            post("Bearer " + token.value(), proof(token)).headers().allValues("WWW-Authenticate"))
        .allMatch(line -> line.contains("error=\"invalid_token\""));
  }

  private static void assertInvalidProof(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate").get(1))
        .startsWith("DPoP error=\"invalid_dpop_proof\", ");
  }
}
