package io.mcpauth.examples.schemes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server with opaque tokens: it tells the resource server what they are, and gives
 * service accounts theirs.
 */
final class OpaqueDesk implements AutoCloseable {
  private static final String OURS = basic("resource-server", "secret-of-the-resource-server");
  private static final Duration LIFE = Duration.ofHours(1);

  private final HttpServer server;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, String> accounts = new ConcurrentHashMap<>();
  private final AtomicInteger issued = new AtomicInteger();
  private volatile String resource = "";

  OpaqueDesk() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/.well-known/oauth-authorization-server", this::metadata);
    server.createContext("/introspect", this::introspect);
    server.createContext("/token", this::token);
    server.start();
  }

  /** The server as a resource server knows it. */
  AuthorizationServer of(String forResource) {
    resource = forResource;
    return AuthorizationServer.of(issuer())
        .introspectedBy(
            Introspection.with(
                ClientAuthentication.secretBasic(
                    "resource-server", "secret-of-the-resource-server")));
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** A token for a user of a client. */
  String token(String client, String user, String scope) {
    String token = "opaque-" + issued.incrementAndGet() + "!" + client + "~" + user;
    Instant now = Instant.now();
    tokens.put(
        token,
        """
        {"active":true,"iss":"%s","aud":"%s","client_id":"%s","sub":"%s","scope":"%s",\
        "token_type":"Bearer","iat":%d,"exp":%d}
        """
            .formatted(
                issuer(),
                resource,
                client,
                user,
                scope,
                now.getEpochSecond(),
                now.plus(LIFE).getEpochSecond()));
    return token;
  }

  /** A client that has a token of its own for its secret. */
  void account(String id, String secret, String scope) {
    accounts.put(basic(id, secret), token(id, id, scope));
  }

  private static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }

  private void metadata(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        """
        {"issuer":"%1$s","response_types_supported":["code"],\
        "token_endpoint":"%1$s/token","introspection_endpoint":"%1$s/introspect",\
        "authorization_endpoint":"%1$s/authorize","code_challenge_methods_supported":["S256"]}
        """
            .formatted(issuer()));
  }

  private void introspect(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(exchange);
    if (!OURS.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    String token = tokens.get(form.getOrDefault("token", ""));
    answer(exchange, 200, token == null ? "{\"active\":false}" : token);
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(exchange);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String token = authorization == null ? null : accounts.get(authorization);
    if (token == null || !"client_credentials".equals(form.get("grant_type"))) {
      answer(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    answer(
        exchange,
        200,
        "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
            .formatted(token, LIFE.toSeconds()));
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    Map<String, String> form = new HashMap<>();
    for (String pair : new String(exchange.getRequestBody().readAllBytes(), UTF_8).split("&", -1)) {
      String[] parts = pair.split("=", 2);
      @Nullable String unused =
          form.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8));
    }
    return form;
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    try (exchange) {
      byte[] body = json.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
