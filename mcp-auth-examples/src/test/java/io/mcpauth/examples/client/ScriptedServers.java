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
import org.jspecify.annotations.Nullable;

/** An MCP server and its authorization server, which approves all and numbers its tokens. */
final class ScriptedServers implements AutoCloseable {
  private static final Pattern REDIRECT = Pattern.compile("redirect_uri=([^&]+)");
  private static final Pattern STATE = Pattern.compile("state=([^&]+)");
  private static final Pattern SCOPE = Pattern.compile("scope=([^&]*)");
  private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private static final Pattern LOGIN = Pattern.compile("(acr_values|max_age)=([^&]*)");

  /** A 401 that asks for another login (RFC 9470). */
  static final int ANOTHER_LOGIN = -401;

  /** A 401 that asks for a nonce in the proof (RFC 9449 section 9), each time another. */
  static final int ANOTHER_NONCE = -1401;

  private final HttpServer server;
  private final AtomicInteger tokens = new AtomicInteger();
  private final BiFunction<String, Integer, Integer> statuses;
  private final boolean refreshing;
  private final AtomicInteger calls = new AtomicInteger();

  /** Answers in place of the script, or null; given the path, and the query or the form. */
  @FunctionalInterface
  interface Quirk {
    @Nullable Reply of(String path, String parameters);
  }

  /** An answer; with status 302 the parameters that the user comes back with. */
  record Reply(int status, String text) {}

  private volatile String clientAuthentication = "none";
  private volatile Quirk quirk = (path, parameters) -> null;

  /** What came: grants, authorization requests and MCP methods in order. */
  final List<String> log = new CopyOnWriteArrayList<>();

  /**
   * Starts.
   *
   * @param statuses what a token gets at the call of that number: 200, 401, 403, {@link
   *     #ANOTHER_LOGIN} or {@link #ANOTHER_NONCE}
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

  /** Clients prove themselves with a secret from now on. */
  void withSecrets() {
    clientAuthentication = "client_secret_basic";
  }

  /** From now on. */
  ScriptedServers with(Quirk next) {
    quirk = next;
    return this;
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String url() {
    return origin() + "/mcp";
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    Reply other = quirk.of(path, URLDecoder.decode(body.isEmpty() ? query : body, UTF_8));
    if (other != null) {
      log.add(path + " " + other.status());
      replied(exchange, query, other);
      exchange.close();
      return;
    }
    switch (path) {
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

  private static void replied(HttpExchange exchange, String query, Reply reply) throws IOException {
    if (reply.status() == 302) {
      String back = URLDecoder.decode(found(REDIRECT, query), UTF_8);
      exchange
          .getResponseHeaders()
          .set("Location", back + "?" + reply.text() + "&state=" + found(STATE, query));
    }
    send(exchange, reply.status(), reply.text());
  }

  private String metadata() {
    return """
    {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
     "registration_endpoint":"%1$s/register","response_types_supported":["code"],
     "code_challenge_methods_supported":["S256"],"scopes_supported":["s","openid"],
     "token_endpoint_auth_methods_supported":["%2$s"]}
    """
        .formatted(origin(), clientAuthentication);
  }

  private void authorize(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String scopes = query.contains("scope=") ? URLDecoder.decode(found(SCOPE, query), UTF_8) : "";
    StringBuilder login = new StringBuilder();
    LOGIN.matcher(query).results().forEach(found -> login.append(' ').append(found.group()));
    log.add("authorize " + scopes + login);
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
      int onTheWire = Math.abs(status) % 1000;
      log.add(onTheWire + " " + method);
      String error =
          switch (status) {
            case 401, ANOTHER_NONCE -> "error=\"invalid_token\"";
            case ANOTHER_LOGIN ->
                "error=\"insufficient_user_authentication\", scope=\"more\","
                    + " acr_values=\"gold silver\", max_age=\"60\"";
            default -> "error=\"insufficient_scope\", scope=\"more\"";
          };
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer " + error);
      if (status == ANOTHER_NONCE) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"");
        exchange.getResponseHeaders().set("DPoP-Nonce", "n" + calls.get());
      }
      send(exchange, onTheWire, "{}");
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

  /** As a client without a user. */
  int runWithoutUser(PrintStream err) {
    return ClientMain.run(
        List.of("--revision", "2026-07-28", "--grant", "client-credentials", url()),
        Map.of("MCP_CLIENT_ID", "me", "MCP_CLIENT_SECRET", "s", "MCP_CLIENT_ISSUER", origin()),
        err,
        err);
  }
}
