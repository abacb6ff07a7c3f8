package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An MCP server and its authorization server, which approves all and numbers its tokens. */
final class ScriptedServers implements AutoCloseable {
  private static final Pattern REDIRECT = Pattern.compile("redirect_uri=([^&]+)");
  private static final Pattern STATE = Pattern.compile("state=([^&]+)");
  private static final Pattern SCOPE = Pattern.compile("scope=([^&]*)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private final HttpServer server;
  private final AtomicInteger tokens = new AtomicInteger();
  private final BiFunction<String, Integer, Integer> statuses;
  private final boolean refreshing;
  private final AtomicInteger calls = new AtomicInteger();

  /** What came: grants, authorization requests and MCP methods in order. */
  final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts.
   *
   * @param statuses what a token gets at the call of that number: 200, 401 or 403
   * @param refreshing whether a refresh token is any good
   */
  ScriptedServers(BiFunction<String, Integer, Integer> statuses, boolean refreshing) {
    this.statuses = statuses;
    this.refreshing = refreshing;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String url() {
    return origin() + "/mcp";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    switch (exchange.getRequestURI().getPath()) {
      case "/.well-known/oauth-protected-resource/mcp" ->
          send(
              exchange,
              200,
              "{\"resource\":\"%s\",\"authorization_servers\":[\"%s\"],\"scopes_supported\":[\"s\"]}"
                  .formatted(url(), origin()));
      case "/.well-known/oauth-authorization-server" -> send(exchange, 200, metadata());
      case "/register" -> send(exchange, 201, "{\"client_id\":\"me\"," + body.strip().substring(1));
      case "/authorize" -> authorize(exchange);
      case "/token" -> token(exchange, URLDecoder.decode(body, UTF_8));
      default -> call(exchange, body);
    }
    exchange.close();
  }

  private String metadata() {
    return """
    {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
     "registration_endpoint":"%1$s/register","response_types_supported":["code"],
     "code_challenge_methods_supported":["S256"],
     "token_endpoint_auth_methods_supported":["none"]}
    """
        .formatted(origin());
  }

  private void authorize(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    log.add("authorize " + URLDecoder.decode(found(SCOPE, query), UTF_8));
    exchange
        .getResponseHeaders()
        .set(
            "Location",
            URLDecoder.decode(found(REDIRECT, query), UTF_8)
                + "?code=c&state="
                + found(STATE, query));
    exchange.sendResponseHeaders(302, -1);
  }

  private void token(HttpExchange exchange, String form) throws IOException {
    boolean refresh = form.contains("grant_type=refresh_token");
    log.add(refresh ? "refresh" : "code");
    if (refresh && !refreshing) {
      send(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    int number = tokens.incrementAndGet();
    send(
        exchange,
        200,
        "{\"access_token\":\"t%1$d\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"r%1$d\"}"
            .formatted(number));
  }

  private void call(HttpExchange exchange, String body) throws IOException {
    String method = body.isEmpty() ? exchange.getRequestMethod() : found(METHOD, body);
    String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    int status = statuses.apply(token.replace("Bearer ", ""), calls.incrementAndGet());
    if (status != 200) {
      log.add(status + " " + method);
      String error =
          status == 401
              ? "error=\"invalid_token\""
              : "error=\"insufficient_scope\", scope=\"more\"";
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer " + error);
      send(exchange, status, "{}");
      return;
    }
    log.add(method);
    if (method.startsWith("notifications/")) {
      exchange.sendResponseHeaders(202, -1);
      return;
    }
    exchange.getResponseHeaders().set("Mcp-Session-Id", "session");
    String result =
        switch (method) {
          case "server/discover" -> "\"supportedVersions\":[\"2026-07-28\"]";
          case "initialize" -> "\"protocolVersion\":\"2025-11-25\"";
          default -> "\"tools\":[]";
        };
    send(
        exchange,
        200,
        "{\"jsonrpc\":\"2.0\",\"id\":" + found(ID, body) + ",\"result\":{" + result + "}}");
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern);
    }
    return matcher.group(1);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** Runs the client with the revision without a handshake, and gives its status. */
  int run(PrintStream err) {
    return run("2026-07-28", err);
  }

  int run(String revision, PrintStream err) {
    return ClientMain.run(
        List.of("--revision", revision, "--follow-redirects", url()), Map.of(), err, err);
  }
}
