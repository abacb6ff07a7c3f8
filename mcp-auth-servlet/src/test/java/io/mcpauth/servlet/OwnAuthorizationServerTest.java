package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.CreatedClient;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.User;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An authorization server of one's own and the resource behind it, in one servlet context. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OwnAuthorizationServerTest {
  private static final String CALLBACK = "https://client.example.com/callback";
  private static final Pattern HIDDEN = Pattern.compile("name=\"(\\w+)\" value=\"([^\"]*)\"");

  private final Store store = Store.inMemory();
  private final Server jetty = new Server();
  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private String origin = "";

  /** Whoever the header names; nobody without it. */
  private static final Login LOGIN =
      request -> {
        List<String> user = request.http().headers("X-User");
        return user.isEmpty()
            ? new Login.LoginResult.GoTo(URI.create("/login"), List.of())
            : new Login.LoginResult.LoggedIn(User.of(user.get(0), user.get(0), List.of("editor")));
      };

  private static final class Mcp extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write("served " + request.getUserPrincipal().getName());
    }
  }

  @BeforeEach
  void start() throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    origin = "http://127.0.0.1:" + connector.getLocalPort();
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read", "files:read")
            .tool("write", "files:write")
            .scopeText("files:read", "Read your files", "")
            .build();
    OAuthServer own =
        OAuthServer.builder(origin, store, LOGIN).resource(origin + "/mcp", policy).build();
    ResourceServer server =
        ResourceServer.builder(origin + "/mcp", own.authorizationServer(), policy)
            .store(store)
            .build();
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder("mcp", new Mcp()), "/mcp");
    McpAuthInstaller installer = McpAuthInstaller.of(server).authorizationServer(own);
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
  }

  @Test
  void client_registersLogsInCallsRefreshesAndIsDisconnected() throws Exception {
    String registered =
        post(
                "/oauth/register",
                "application/json",
                "{\"client_name\":\"Editor\",\"redirect_uris\":[\""
                    + CALLBACK
                    + "\"],\"token_endpoint_auth_method\":\"none\","
                    + "\"grant_types\":[\"authorization_code\",\"refresh_token\"]}")
            .body();
    String clientId = member(registered, "client_id");
    Map<String, String> tokens = login(clientId, null, "files:read");
    assertThat(call(tokens.get("access_token"), "read").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = call(tokens.get("access_token"), "write");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("insufficient_scope", "files:write");

    Map<String, String> next = refreshed(clientId, tokens);
    assertThat(next.get("refresh_token")).isNotEqualTo(tokens.get("refresh_token"));
    assertThat(call(next.get("access_token"), "read").statusCode()).isEqualTo(200);

    HttpResponse<String> page = browse("/oauth/applications", "alice");
    assertThat(page.body()).contains("Editor", "Read your files", "Disconnect");
    String grant = grant(page.body());
    Map<String, String> form = hidden(page.body());
    form.put("grant", grant);
    HttpResponse<String> ended = submit("/oauth/applications", form, "alice");
    assertThat(ended.statusCode()).isEqualTo(303);
    assertThat(call(next.get("access_token"), "read").statusCode()).isEqualTo(401);
    assertThat(
            token(
                    "grant_type=refresh_token&client_id="
                        + clientId
                        + "&refresh_token="
                        + next.get("refresh_token"))
                .body())
        .contains("invalid_grant");
  }

  @Test
  void enteredClient_logsInWithItsSecretAndWhatItIsLimitedToCountsForTheNextToken()
      throws Exception {
    ClientControl clients = ClientControl.on(store);
    CreatedClient entered =
        clients.add(
            NewClient.withId("chatgpt-connector")
                .redirectUris(CALLBACK)
                .authMethod("client_secret_post")
                .lifetime(Duration.ofHours(8)));
    Map<String, String> tokens =
        login("chatgpt-connector", entered.secret(), "files:read files:write");
    assertThat(tokens.get("expires_in")).isEqualTo("28800");
    assertThat(call(tokens.get("access_token"), "write").statusCode()).isEqualTo(200);
  }

  private Map<String, String> login(String clientId, @Nullable String secret, String scope)
      throws Exception {
    CodeVerifier verifier = CodeVerifier.generate();
    String query =
        form(
            Map.of(
                "response_type",
                "code",
                "client_id",
                clientId,
                "redirect_uri",
                CALLBACK,
                "scope",
                scope,
                "state",
                "s 1",
                "resource",
                origin + "/mcp",
                "code_challenge",
                verifier.challenge().value(),
                "code_challenge_method",
                "S256"));
    HttpResponse<String> away = browse("/oauth/authorize?" + query, null);
    assertThat(away.statusCode()).isEqualTo(303);
    assertThat(away.headers().firstValue("Location")).hasValue("/login");
    HttpResponse<String> page = browse("/oauth/authorize?" + query, "alice");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("frame-ancestors 'none'");
    Map<String, String> fields = hidden(page.body());
    fields.put("decision", "allow");
    assertThat(submit("/oauth/consent", fields, "bob").statusCode()).isEqualTo(403);
    HttpResponse<String> allowed = submit("/oauth/consent", fields, "alice");
    assertThat(allowed.statusCode()).isEqualTo(303);
    Map<String, String> answer =
        query(URI.create(allowed.headers().firstValue("Location").orElseThrow()));
    assertThat(answer).containsEntry("state", "s 1").containsEntry("iss", origin);
    assertThat(submit("/oauth/consent", fields, "alice").statusCode()).isEqualTo(403);
    String request =
        form(
            Map.of(
                "grant_type",
                "authorization_code",
                "code",
                answer.get("code"),
                "client_id",
                clientId,
                "redirect_uri",
                CALLBACK,
                "code_verifier",
                verifier.value()));
    HttpResponse<String> tokens =
        token(secret == null ? request : request + "&client_secret=" + secret);
    assertThat(tokens.statusCode()).as(tokens.body()).isEqualTo(200);
    return members(tokens.body());
  }

  private Map<String, String> refreshed(String clientId, Map<String, String> tokens)
      throws Exception {
    HttpResponse<String> answer =
        token(
            form(
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    clientId,
                    "refresh_token",
                    Objects.requireNonNull(tokens.get("refresh_token")))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return members(answer.body());
  }

  private HttpResponse<String> token(String form) throws Exception {
    return post("/oauth/token", "application/x-www-form-urlencoded", form);
  }

  private HttpResponse<String> call(@Nullable String token, String tool) throws Exception {
    return browser.send(
        HttpRequest.newBuilder(URI.create(origin + "/mcp"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                        + tool
                        + "\"}}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> browse(String path, @Nullable String user) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path));
    if (user != null) {
      request.header("X-User", user);
    }
    return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> submit(String path, Map<String, String> form, String user)
      throws Exception {
    return browser.send(
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("X-User", user)
            .header("Origin", origin)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(form)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String type, String body) throws Exception {
    return browser.send(
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Map<String, String> hidden(String page) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher matcher = HIDDEN.matcher(page.substring(0, page.indexOf("</form>")));
    while (matcher.find()) {
      fields.put(matcher.group(1), matcher.group(2));
    }
    return fields;
  }

  private static String grant(String page) {
    Matcher matcher = Pattern.compile("name=\"grant\" value=\"([^\"]+)\"").matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> query(URI uri) {
    return Arrays.stream(uri.getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  private static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|(\\d+))").matcher(json);
    while (matcher.find()) {
      members.put(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    }
    return members;
  }

  private static String member(String json, String name) {
    return Objects.requireNonNull(members(json).get(name), json);
  }
}
