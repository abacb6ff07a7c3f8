package io.mcpauth.examples.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.pkce.CodeVerifier;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Wrapper;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.TomcatURLStreamHandlerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The web.xml and the policy of docs/authorization-server.md, as they stand, on Tomcat. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class WebXmlTest {
  private static final Path PAGE = Path.of("..", "docs", "authorization-server.md");
  private static final String CALLBACK = "https://client.example.com/callback";
  private static final String FORM =
      "<form method=\"post\" action=\"j_security_check\"><input name=\"j_username\"></form>";

  @TempDir Path directory;

  private final Tomcat tomcat = new Tomcat();
  private ShopBrowser browser = new ShopBrowser(0);

  private static final class Mcp extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write("served " + request.getUserPrincipal().getName());
    }
  }

  private static String ofThePage(String language) throws IOException {
    Matcher part =
        Pattern.compile("## Without code.*?```" + language + "\n(.*?)\n```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(part.find()).isTrue();
    return part.group(1);
  }

  @BeforeEach
  void start() throws Exception {
    TomcatURLStreamHandlerFactory.disable(); // it would stay in this JVM
    Path shop = directory.resolve("shop");
    Files.createDirectories(shop.resolve("WEB-INF"));
    Files.writeString(shop.resolve("WEB-INF/web.xml"), ofThePage("xml"));
    Files.writeString(shop.resolve("WEB-INF/policy.json"), ofThePage("json"));
    Files.writeString(shop.resolve("login.html"), FORM);
    Files.writeString(shop.resolve("login-failed.html"), "That was wrong. " + FORM);
    Files.createDirectories(directory.resolve("tomcat/webapps"));
    tomcat.setBaseDir(directory.resolve("tomcat").toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.setAddDefaultWebXmlToWebapp(false); // it names a JSP compiler, which is not here
    tomcat.addUser("alice", "wonder land");
    tomcat.addRole("alice", "editor");
    tomcat.addUser("bob", "builder");
    Context context = tomcat.addWebapp("", shop.toString());
    context.setParentClassLoader(getClass().getClassLoader());
    context.addParameter("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
    Tomcat.addServlet(context, "default", new DefaultServlet()).addMapping("/");
    Wrapper mcp = Tomcat.addServlet(context, "mcp", new Mcp());
    mcp.setAsyncSupported(true);
    mcp.addMapping("/mcp");
    tomcat.start();
    assertThat(context.getState()).isEqualTo(LifecycleState.STARTED);
    browser = new ShopBrowser(tomcat.getConnector().getLocalPort());
  }

  @AfterEach
  void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  @Test
  void users_logInWithTheFormAllowAClientAndCallToolsByTheirRole() throws Exception {
    Map<String, String> tokens = tokens("alice", "wonder land", "");
    assertThat(call(tokens, "read_file").body()).isEqualTo(served("alice"));
    assertThat(call(tokens, "write_file").statusCode()).isEqualTo(200);

    browser = new ShopBrowser(tomcat.getConnector().getLocalPort());
    Map<String, String> ofBob = tokens("bob", "builder", "");
    assertThat(call(ofBob, "read_file").body()).isEqualTo(served("bob"));
    HttpResponse<String> refused = call(ofBob, "write_file"); // who is no editor
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .doesNotContain("insufficient_scope");
  }

  @Test
  void loginThatIsDemanded_isAskedForOnceByTheFormOfTheContainer() throws Exception {
    for (String demand : new String[] {"&prompt=login", "&max_age=0", "&prompt=login&max_age=60"}) {
      Map<String, String> tokens = tokens("alice", "wonder land", demand);
      assertThat(call(tokens, "read_file").body()).as(demand).isEqualTo(served("alice"));
    }
  }

  @Test
  void wrongPassword_isAskedForAgainByThePageOfTheContainer() throws Exception {
    String clientId = register();
    assertThat(browser.open(authorize(clientId, CodeVerifier.generate(), "")).body())
        .isEqualTo(FORM);
    assertThat(logIn("alice", "wrong").body()).isEqualTo("That was wrong. " + FORM);
    assertThat(logIn("alice", "wonder land").body())
        .contains("name=\"decision\"", "Read your files");
  }

  @Test
  void application_letsGoOfItsStoreWhenItStops() throws Exception {
    Path lock = directory.resolve("store.lock.db");
    assertThat(lock).exists();
    tomcat.stop();
    assertThat(lock).doesNotExist();
  }

  private String register() throws Exception {
    HttpResponse<String> answer =
        browser.send(
            browser
                .request("/oauth/register")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"client_name\":\"Editor\",\"redirect_uris\":[\""
                            + CALLBACK
                            + "\"],\"token_endpoint_auth_method\":\"none\"}")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return Objects.requireNonNull(members(answer.body()).get("client_id"));
  }

  private static String authorize(String clientId, CodeVerifier verifier, String more) {
    Map<String, String> asked = new LinkedHashMap<>();
    asked.put("response_type", "code");
    asked.put("client_id", clientId);
    asked.put("redirect_uri", CALLBACK);
    asked.put("scope", "files:read files:write");
    asked.put("resource", ShopBrowser.ORIGIN + "/mcp");
    asked.put("state", "s");
    asked.put("code_challenge", verifier.challenge().value());
    asked.put("code_challenge_method", "S256");
    return "/oauth/authorize?" + ShopBrowser.form(asked) + more;
  }

  private HttpResponse<String> logIn(String user, String password) throws Exception {
    return browser.submit("/j_security_check", Map.of("j_username", user, "j_password", password));
  }

  /** What a client gets for a login; the form of the container has to come, and once. */
  private Map<String, String> tokens(String user, String password, String demand) throws Exception {
    String clientId = register();
    CodeVerifier verifier = CodeVerifier.generate();
    assertThat(browser.open(authorize(clientId, verifier, demand)).body()).isEqualTo(FORM);
    HttpResponse<String> page = logIn(user, password);
    assertThat(page.body()).contains("name=\"decision\"", user);
    Map<String, String> fields = ShopBrowser.fields(page.body());
    fields.put("decision", "allow");
    HttpResponse<String> allowed = browser.submit("/oauth/consent", fields);
    String back = allowed.headers().firstValue("Location").orElseThrow();
    assertThat(back).startsWith(CALLBACK);
    Map<String, String> grant = new LinkedHashMap<>();
    grant.put("grant_type", "authorization_code");
    grant.put("code", Objects.requireNonNull(ShopBrowser.query(back).get("code"), back));
    grant.put("client_id", clientId);
    grant.put("redirect_uri", CALLBACK);
    grant.put("code_verifier", verifier.value());
    HttpResponse<String> tokens =
        browser.send(
            browser
                .request("/oauth/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(ShopBrowser.form(grant))));
    assertThat(tokens.statusCode()).as(tokens.body()).isEqualTo(200);
    return members(tokens.body());
  }

  private HttpResponse<String> call(Map<String, String> tokens, String tool) throws Exception {
    ShopBrowser client = new ShopBrowser(tomcat.getConnector().getLocalPort()); // without cookies
    return client.send(
        client
            .request("/mcp")
            .header("Authorization", "Bearer " + tokens.get("access_token"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
                        + tool
                        + "\"}}")));
  }

  private static String served(String user) {
    return "served " + ShopBrowser.ORIGIN + "|" + user;
  }

  private static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher member = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"").matcher(json);
    while (member.find()) {
      members.put(member.group(1), member.group(2));
    }
    return members;
  }
}
