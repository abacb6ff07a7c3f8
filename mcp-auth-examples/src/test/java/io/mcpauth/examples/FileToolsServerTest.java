package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.examples.authserver.Login;
import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileToolsServerTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void withExternalIssuer_itsTokensWorkAndNoEmbeddedServerStarts() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server = start("MCP_AUTH_ISSUER", issuer.issuer())) {
      assertThat(server.login()).isNull();
      String token = issuer.token(server.url()).scopes("files:list").mint();
      HttpResponse<String> response = post(server.url(), token, initialize());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("file-tools");
      assertThat(post(server.url(), null, call("list_files")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void sessionIdWithoutToken_is401() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server = start("MCP_AUTH_ISSUER", issuer.issuer())) {
      String token = issuer.token(server.url()).scopes("files:list").mint();
      HttpResponse<String> opened = post(server.url(), token, initialize());
      String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
      String list = call("list_files");
      assertThat(post(server.url(), token, list, "Mcp-Session-Id", session).statusCode())
          .isEqualTo(200);
      assertThat(post(server.url(), null, list, "Mcp-Session-Id", session).statusCode())
          .isEqualTo(401);
    }
  }

  /** What is open to everybody is open in one's own session only. */
  @Test
  void sessionOfAUser_isNotThereForOthers() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server =
            start("MCP_AUTH_ISSUER", issuer.issuer(), "FILE_TOOLS_ANONYMOUS_ABOUT", "true")) {
      String token = issuer.token(server.url()).scopes("files:list").mint();
      HttpResponse<String> opened = post(server.url(), token, initialize());
      String session = opened.headers().firstValue("Mcp-Session-Id").orElseThrow();
      String about = call("about");
      assertThat(post(server.url(), null, about, "Mcp-Session-Id", session).statusCode())
          .isEqualTo(404);
      assertThat(post(server.url(), token, about, "Mcp-Session-Id", session).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void withAudience_tokensForItWorkAndThoseForTheResourceDoNot() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server =
            start("MCP_AUTH_ISSUER", issuer.issuer(), "MCP_AUTH_AUDIENCE", "api://files")) {
      String fits = issuer.token("api://files").mint();
      String foreign = issuer.token(server.url()).mint();
      assertThat(post(server.url(), fits, initialize()).statusCode()).isEqualTo(200);
      assertThat(post(server.url(), foreign, initialize()).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void issuerDown_startsAllTheSameAndAnswers503() throws Exception {
    TestIssuer issuer = TestIssuer.start();
    issuer.close();
    try (FileToolsServer server = start("MCP_AUTH_ISSUER", issuer.issuer())) {
      String token = issuer.token(server.url()).mint();
      HttpResponse<String> response = post(server.url(), token, initialize());
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
    }
  }

  @Test
  void tokenInAnotherCase_isRefusedAlsoBehindTheGoodOneOnItsConnection() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server = start("MCP_AUTH_ISSUER", issuer.issuer())) {
      String token = issuer.token(server.url()).mint();
      URI url = URI.create(server.url());
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
        socket.setSoTimeout(60_000);
        String requests = get(url, token, "keep-alive") + get(url, inAnotherCase(token), "close");
        socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
        String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answers).startsWith("HTTP/1.1 400 "); // let in; the SDK misses a session
        assertThat(answers).contains("HTTP/1.1 401 ");
      }
    }
  }

  private static String get(URI url, String token, String connection) {
    return "GET /mcp HTTP/1.1\r\nHost: "
        + url.getAuthority()
        + "\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
        + token
        + "\r\nConnection: "
        + connection
        + "\r\n\r\n";
  }

  /** The same token with one letter of its signature in the other case. */
  private static String inAnotherCase(String token) {
    for (int i = token.lastIndexOf('.') + 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      if (Character.isLetter(c)) {
        char other = Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c);
        return token.substring(0, i) + other + token.substring(i + 1);
      }
    }
    throw new IllegalArgumentException("a signature without letters");
  }

  @Test
  void requestThatJettyItselfRefuses_isNotQuoted() throws Exception {
    try (FileToolsServer server = start("MCP_AUTH_MODE", "none")) {
      int port = URI.create(server.url()).getPort();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(60_000);
        String request = "GET /..;/mcp?secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 400 ")
            .doesNotContain("secret");
      }
    }
  }

  @Test
  void tokenOfSixteenKilobytes_reachesTheFilter() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server = start("MCP_AUTH_ISSUER", issuer.issuer())) {
      String token = issuer.token(server.url()).claim("record", "x".repeat(11_000)).mint();
      assertThat(token).hasSizeGreaterThan(15_000).hasSizeLessThan(16_384);
      assertThat(post(server.url(), token, initialize()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void modeNone_servesWithoutToken() throws Exception {
    try (FileToolsServer server = start("MCP_AUTH_MODE", "none")) {
      assertThat(post(server.url(), null, initialize()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void embeddedServer_hasANewPasswordEachTimeAndItsIssuerIsPublished() throws Exception {
    try (FileToolsServer one = start("FILE_TOOLS_AS_PORT", "0");
        FileToolsServer other = start("FILE_TOOLS_AS_PORT", "0")) {
      Login login = one.login();
      Login otherLogin = other.login();
      assertThat(login).isNotNull();
      assertThat(otherLogin).isNotNull();
      assertThat(login.editor().generated()).isTrue();
      assertThat(login.guest().generated()).isTrue();
      assertThat(
              Set.of(
                  login.editor().password(),
                  login.guest().password(),
                  otherLogin.editor().password(),
                  otherLogin.guest().password()))
          .allSatisfy(password -> assertThat(password).hasSize(16))
          .hasSize(4);
      assertThat(login.toString())
          .contains("demo", "guest")
          .doesNotContain(login.editor().password(), login.guest().password());
      URI metadata =
          URI.create(one.url().replace("/mcp", "/.well-known/oauth-protected-resource/mcp"));
      assertThat(get(metadata).body())
          .contains("\"authorization_servers\":[\"" + login.issuer() + "\"]");
    }
  }

  @Test
  void sampleDirectory_isGoneAfterTheEnd() {
    FileToolsServer server = start("MCP_AUTH_MODE", "none");
    Path root = server.root();
    assertThat(root).isNotEmptyDirectory();
    server.close();
    assertThat(root).doesNotExist();
  }

  @Test
  void ownDirectory_isUsedAndKept(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("a.txt"), "a");
    FileToolsServer server =
        start("MCP_AUTH_MODE", "none", "FILE_TOOLS_ROOT", directory.toString());
    assertThat(server.root()).isEqualTo(directory);
    server.close();
    assertThat(directory.resolve("a.txt")).hasContent("a");
  }

  @Test
  void portTaken_stopsTheStartAndSaysSo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> start("MCP_AUTH_MODE", "none", "FILE_TOOLS_PORT", "" + taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("FILE_TOOLS_PORT is " + taken.getLocalPort())
          .hasMessageContaining("Write a free port, or 0 to have one picked.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FILE_TOOLS_ROOT, /nope, cannot be found",
    "FILE_TOOLS_AUDIENCE_SCOPES, files:raed, 'Write some of files:list, files:read, files:write.'",
    "FILE_TOOLS_CLIENT_METADATA, off, Write 'true' or 'false'.",
    "FILE_TOOLS_REGISTERED_SCOPES_ONLY, yes, Write 'true' or 'false'.",
    "FILE_TOOLS_PASSWORD, ' ', FILE_TOOLS_PASSWORD",
    "FILE_TOOLS_AS_ISSUER, https://mcp.example.com, write it like http://localhost:9000",
    "FILE_TOOLS_AS_ISSUER, http://localhost:9000/login, write it like http://localhost:9000",
    "FILE_TOOLS_AS_ISSUER, http://localhost:9000/, write it like http://localhost:9000"
  })
  void wrongSettingOfAPart_namesItsVariable(String name, String value, String message) {
    assertThatThrownBy(() -> start("FILE_TOOLS_AS_PORT", "0", name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(message);
  }

  @Test
  void wrongIssuer_namesItsVariable() {
    assertThatThrownBy(() -> start("MCP_AUTH_ISSUER", "foo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "MCP_AUTH_ISSUER (environment): Issuer 'foo': it is not an absolute https URL");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:6274, 200",
    "https://app.example.com, 200",
    "http://localhost:6275, 403",
    "null, 403",
  })
  void originOfAPage_mustBeAllowed(String origin, int status) throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server =
            start(
                "MCP_AUTH_ISSUER",
                issuer.issuer(),
                "FILE_TOOLS_ANONYMOUS_ABOUT",
                "true",
                "MCP_AUTH_ALLOWED_ORIGINS",
                "http://localhost:6274, https://app.example.com")) {
      assertThat(post(server.url(), null, initialize(), "Origin", origin).statusCode())
          .isEqualTo(status);
    }
  }

  /** Browsers ask for it beside every page. */
  @Test
  void icon_isNotThereAndNeedsNoLogin() throws Exception {
    try (FileToolsServer server = start("FILE_TOOLS_AS_PORT", "0")) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(server.url()).resolve("/favicon.ico")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.headers().firstValue("WWW-Authenticate")).isEmpty();
    }
  }

  @Test
  void wrongOrigin_namesItsVariable() {
    assertThatThrownBy(
            () -> start("FILE_TOOLS_AS_PORT", "0", "MCP_AUTH_ALLOWED_ORIGINS", "http://localhost/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "MCP_AUTH_ALLOWED_ORIGINS (environment): Origin 'http://localhost/'");
  }

  @Test
  void authorizationServerPortTaken_namesItsVariable() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start("FILE_TOOLS_AS_PORT", "" + taken.getLocalPort()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("FILE_TOOLS_AS_PORT: port " + taken.getLocalPort());
    }
  }

  @Test
  void resourceOfAProxy_isNotThePortThatItListensOn() {
    try (FileToolsServer server =
        start("MCP_AUTH_MODE", "none", "MCP_AUTH_RESOURCE", "http://localhost:1/mcp")) {
      assertThat(server.url()).isEqualTo("http://localhost:1/mcp");
      assertThat(server.listening()).matches("port \\d+ of loopback");
    }
  }

  /** As Casdoor's own MCP server has it. */
  @Test
  void resourceThatIsAnOrigin_isServedWhereTheEndpointIs() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        FileToolsServer server =
            start(
                "MCP_AUTH_ISSUER",
                issuer.issuer(),
                "MCP_AUTH_RESOURCE",
                "https://mcp.example.com",
                "MCP_AUTH_ENDPOINT_PATH",
                "/api/mcp")) {
      assertThat(server.url()).isEqualTo("https://mcp.example.com/api/mcp");
      String port = server.listening().replaceAll("\\D", "");
      String local = "http://localhost:" + port + "/api/mcp";
      String fits = issuer.token("https://mcp.example.com").scopes("files:list").mint();
      String foreign = issuer.token(server.url()).scopes("files:list").mint();
      assertThat(post(local, fits, initialize()).statusCode()).isEqualTo(200);
      assertThat(post(local, foreign, initialize()).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void resourceWithoutPath_stopsTheStartAndSaysWhatToWrite() {
    assertThatThrownBy(
            () -> start("MCP_AUTH_MODE", "none", "MCP_AUTH_RESOURCE", "http://localhost:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "MCP_AUTH_RESOURCE (environment) is 'http://localhost:1', which has no path."
                + " Write 'http://localhost:1/mcp' instead. For tokens of the origin, write"
                + " MCP_AUTH_ENDPOINT_PATH too.");
  }

  private static FileToolsServer start(String... variables) {
    Map<String, String> environment = new HashMap<>(Map.of("FILE_TOOLS_PORT", "0"));
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    return FileToolsServer.start(FileToolsSettings.from(environment));
  }

  private static String initialize() {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
        + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
        + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
  }

  private static String call(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\"}}";
  }

  private HttpResponse<String> post(
      String url, @Nullable String token, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
