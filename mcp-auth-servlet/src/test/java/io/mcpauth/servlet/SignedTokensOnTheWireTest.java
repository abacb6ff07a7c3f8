package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.Consent;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.User;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Signed tokens of an authorization server, at resource servers that share nothing with it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SignedTokensOnTheWireTest {
  private static final String CALLBACK = "https://client.example.com/callback";
  private static final String SECRET = "k7Vw+Zk0cXo/8Jr2bq1H4mTn";

  private final HandTimer clock = new HandTimer();
  private final Store store = Store.inMemory(clock);
  private final Server provider = new Server();
  private final Server files = new Server();
  private final Server other = new Server();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CodeVerifier verifier = CodeVerifier.generate();
  private String issuer = "";

  /** Says who called. */
  private static final class Mcp extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      McpPrincipal caller = (McpPrincipal) request.getUserPrincipal();
      response
          .getWriter()
          .write(
              String.join(
                  " ",
                  caller.getName(),
                  String.valueOf(caller.clientId()),
                  caller.scopes().toString(),
                  caller.claims().toString(),
                  String.valueOf(caller.hasUser())));
    }
  }

  @BeforeEach
  void start() throws Exception {
    issuer = origin(provider);
    String resource = origin(files) + "/mcp";
    String another = origin(other) + "/mcp";
    ToolPolicy policy = ToolPolicy.builder().tool("read", "files:read").build();
    ClientControl clients = ClientControl.on(store);
    Object unused = clients.add(NewClient.withId("app").authMethod("none").redirectUris(CALLBACK));
    unused =
        clients.add(
            NewClient.withId("batch")
                .secret(SECRET)
                .grantTypes("client_credentials")
                .scopes("files:read"));
    OAuthServer server =
        OAuthServer.builder(
                issuer,
                store,
                request ->
                    new Login.LoginResult.LoggedIn(User.of("alice", "Al", List.of("editor"))))
            .resource(resource, policy)
            .resource(another, policy)
            .signedTokens(SealKeys.generated())
            .consent(Consent.NEVER_FOR_FIRST_PARTIES)
            .firstParties("app")
            .clock(clock)
            .build();
    ServletContextHandler context = new ServletContextHandler();
    OAuthEndpoints endpoints = new OAuthEndpoints();
    endpoints.add(server);
    context.addServlet(new ServletHolder("own", new OAuthServlet(endpoints)), "/");
    provider.setHandler(context);
    provider.start();
    guard(files, resource, policy);
    guard(other, another, policy);
  }

  private static String origin(Server jetty) throws IOException {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  /** With the issuer alone: it finds the key set by the metadata. */
  private void guard(Server jetty, String resource, ToolPolicy policy) throws Exception {
    ResourceServer server =
        ResourceServer.builder(resource, AuthorizationServer.of(issuer), policy)
            .exposeClaims("roles")
            .clock(clock)
            .build();
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder("mcp", new Mcp()), "/mcp");
    ContextJetty.filter(context, new FilterHolder(new McpAuthFilter(server)), "/*");
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() throws Exception {
    other.stop();
    files.stop();
    provider.stop();
  }

  private String resource(Server jetty) {
    return "http://127.0.0.1:"
        + ((ServerConnector) jetty.getConnectors()[0]).getLocalPort()
        + "/mcp";
  }

  private String login(Server jetty) throws Exception {
    String query =
        form(
            "response_type",
            "code",
            "client_id",
            "app",
            "redirect_uri",
            CALLBACK,
            "scope",
            "files:read",
            "resource",
            resource(jetty),
            "code_challenge",
            verifier.challenge().value(),
            "code_challenge_method",
            "S256");
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(URI.create(issuer + "/oauth/authorize?" + query)));
    String location = answer.headers().firstValue("Location").orElseThrow();
    return token(
        "grant_type",
        "authorization_code",
        "client_id",
        "app",
        "code",
        found("[?&]code=([^&]+)", location),
        "code_verifier",
        verifier.value());
  }

  private String token(String... fields) throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(issuer + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(fields))));
    return found("\"access_token\":\"([^\"]+)\"", answer.body());
  }

  private HttpResponse<String> call(Server jetty, String token) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(resource(jetty)))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                        + "\"params\":{\"name\":\"read\"}}")));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  private static String form(String... pairs) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(pairs[i])
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  @Test
  void tokenOfAUser_isTakenWithAllThatItSays() throws Exception {
    HttpResponse<String> answer = call(files, login(files));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(issuer + "|alice app [files:read] {roles=[editor]} true");
  }

  @Test
  void tokenOfAClientItself_isTakenAsOneWithoutAUser() throws Exception {
    String token =
        token(
            "grant_type",
            "client_credentials",
            "client_id",
            "batch",
            "client_secret",
            SECRET,
            "resource",
            resource(files));
    assertThat(call(files, token).body()).endsWith("|batch batch [files:read] {} false");
  }

  @Test
  void tokenForAnotherResource_isRefused() throws Exception {
    String token = login(other);
    assertThat(call(other, token).statusCode()).isEqualTo(200);
    HttpResponse<String> refused = call(files, token);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("error=\"invalid_token\"");
  }

  /** A key set that a resource server has kept names the next key before it signs. */
  @Test
  void nextKey_isTakenWithoutARestart() throws Exception {
    String first = login(files);
    assertThat(call(files, first).statusCode()).isEqualTo(200);
    clock.setForward(Duration.ofDays(89).plusMinutes(2));
    String second = login(files);
    assertThat(call(files, second).statusCode()).isEqualTo(200);
    clock.setForward(Duration.ofDays(1));
    String third = login(files);
    assertThat(call(files, third).statusCode()).isEqualTo(200);
    assertThat(keyId(third)).isNotEqualTo(keyId(first));
    assertThat(keyId(second)).isEqualTo(keyId(first));
  }

  private static String keyId(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]);
    return found("\"kid\":\"([^\"]+)\"", new String(header, StandardCharsets.UTF_8));
  }
}
