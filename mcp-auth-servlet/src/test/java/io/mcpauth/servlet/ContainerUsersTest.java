package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.CreatedClient;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.security.SecurityHandler;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login of a container before an authorization server of one's own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ContainerUsersTest {
  private static final String CALLBACK = "https://client.example.com/callback";

  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  private final Server jetty = new Server();
  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private String origin = "";

  /** The container's, or some time later. */
  private final class Later extends Clock {
    @Override
    public ZoneId getZone() {
      return Clock.systemUTC().getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(later.get());
    }
  }

  private void start(Consumer<SecurityHandler> logins) throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    origin = "http://127.0.0.1:" + connector.getLocalPort();
    Store store = Store.inMemory();
    CreatedClient unused =
        ClientControl.on(store)
            .add(NewClient.withId("app").authMethod("none").redirectUris(CALLBACK));
    ToolPolicy policy = ToolPolicy.builder().tool("read", "files:read").build();
    OAuthServer own =
        OAuthServer.builder(origin, store, new ContainerUsers(List.of("editor"), new Later()))
            .resource(origin + "/mcp", policy)
            .build();
    ResourceServer server =
        ResourceServer.builder(origin + "/mcp", own.authorizationServer(), policy)
            .store(store)
            .build();
    ServletContextHandler context = new ServletContextHandler("/", true, true);
    logins.accept(context.getSecurityHandler());
    McpAuthInstaller installer = McpAuthInstaller.of(server).authorizationServer(own);
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() {
    LifeCycle.stop(jetty);
  }

  private String authorize(String more) {
    return "/oauth/authorize?response_type=code&client_id=app&state=s&scope=files:read"
        + "&code_challenge_method=S256&code_challenge="
        + CodeVerifier.generate().challenge().value()
        + more;
  }

  private HttpResponse<String> open(String address, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.startsWith("/") ? origin + address : address));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("Location").orElseThrow();
  }

  /** Sends the form of the container, and follows where it leads. */
  private HttpResponse<String> logIn(String user) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        browser.send(
            HttpRequest.newBuilder(URI.create(origin + "/j_security_check"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "j_username="
                            + user
                            + "&j_password="
                            + LoginJetty.PASSWORD.replace(' ', '+')))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return open(location(answer));
  }

  private static void assertAsks(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(URI.create(location(answer)).getPath()).startsWith("/login");
  }

  private static void assertConsent(HttpResponse<String> answer, String user) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("name=\"decision\"", user);
  }

  @Test
  void nobody_logsInByTheFormOfTheContainerAndComesBack() throws Exception {
    start(LoginJetty::addLogin);

    assertAsks(open(authorize("")));
    assertConsent(logIn("alice"), "alice");
    assertConsent(open(authorize("")), "alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"&prompt=login", "&max_age=0", "&max_age=60", "&max_age=60&prompt=login"})
  void loginThatIsDemanded_isAskedForOnce(String demand) throws Exception {
    start(LoginJetty::addLogin);

    HttpResponse<String> nobody = open(authorize(demand));
    assertThat(nobody.statusCode()).isEqualTo(303);
    assertAsks(open(location(nobody)));
    later.set(Duration.ofMinutes(2)); // is how long it takes to find the password
    assertConsent(logIn("alice"), "alice");

    HttpResponse<String> older = open(authorize(demand));
    assertThat(older.statusCode()).isEqualTo(303);
    assertThat(location(older)).contains("client_id=app").doesNotContain("max_age", "prompt");
    assertAsks(open(location(older)));
    assertConsent(logIn("bob"), "bob");
  }

  @Test
  void youngEnoughLogin_isNotAskedForAgain() throws Exception {
    start(LoginJetty::addLogin);
    assertAsks(open(authorize("")));
    assertConsent(logIn("alice"), "alice");
    later.set(Duration.ofMinutes(2));

    assertConsent(open(authorize("&max_age=600")), "alice");
  }

  @Test
  void promptNone_isAnsweredWithoutThePageOfTheContainer() throws Exception {
    start(LoginJetty::addLogin);

    HttpResponse<String> nobody = open(authorize("&prompt=none"));
    assertThat(nobody.statusCode()).isEqualTo(303);
    assertThat(location(nobody)).startsWith(CALLBACK).contains("error=login_required");
    assertThat(nobody.headers().allValues("Set-Cookie")).isEmpty();

    assertAsks(open(authorize("")));
    assertConsent(logIn("alice"), "alice");
    assertThat(location(open(authorize("&prompt=none")))).contains("error=consent_required");
    later.set(Duration.ofMinutes(2));
    assertThat(location(open(authorize("&prompt=none&max_age=60"))))
        .startsWith(CALLBACK)
        .contains("error=login_required");
    assertConsent(open(authorize("")), "alice"); // whose session has not ended
  }

  private String session() {
    return ((CookieManager) browser.cookieHandler().orElseThrow())
        .getCookieStore().getCookies().stream()
            .filter(cookie -> cookie.getName().equals("JSESSIONID"))
            .findFirst()
            .orElseThrow()
            .getValue();
  }

  /** Whoever has planted it would be logged in too. */
  @Test
  void sessionFromBeforeTheLogin_isNobodysBehindIt() throws Exception {
    start(LoginJetty::addLogin);
    assertAsks(open(authorize("")));
    String planted = session();
    assertConsent(logIn("alice"), "alice");
    assertThat(session()).isNotEqualTo(planted);

    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(origin + authorize("")))
                    .header("Cookie", "JSESSIONID=" + planted)
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertAsks(answer);
  }

  @Test
  void sessionOfALink_isNobodysLogin() throws Exception {
    start(LoginJetty::addLogin);
    assertAsks(open(authorize("")));
    assertConsent(logIn("alice"), "alice");
    String id = session();
    String link = authorize("").replace("authorize?", "authorize;jsessionid=" + id + "?");
    HttpClient other = HttpClient.newHttpClient();

    HttpResponse<String> answer =
        other.send(
            HttpRequest.newBuilder(URI.create(origin + link)).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(location(answer)).startsWith(origin + "/oauth/authorize?").doesNotContain(id);
    assertThat(answer.body()).doesNotContain("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&prompt=login", "&max_age=1"})
  void basic_asksOnceAndNeverForEver(String demand) throws Exception {
    start(
        security -> {
          LoginJetty.addUsers(security);
          security.setAuthenticator(new BasicAuthenticator());
        });
    String credential =
        Base64.getEncoder()
            .encodeToString(("alice:" + LoginJetty.PASSWORD).getBytes(StandardCharsets.UTF_8));

    HttpResponse<String> nobody = open(authorize(demand));
    if (!demand.isEmpty()) {
      nobody = open(location(nobody));
    }
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic");
    assertConsent(open(nobody.uri().toString(), "Authorization", "Basic " + credential), "alice");
    later.set(Duration.ofMinutes(2));
    assertConsent(open(authorize(demand), "Authorization", "Basic " + credential), "alice");
  }
}
