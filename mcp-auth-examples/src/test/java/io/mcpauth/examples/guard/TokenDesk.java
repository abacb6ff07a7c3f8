package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A token endpoint that hands out {@code token-1}, {@code token-2} and so on, with metadata. */
final class TokenDesk implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger issued = new AtomicInteger();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private volatile int status = 200;
  private volatile String refusal = "";

  TokenDesk() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::token);
    server.createContext("/.well-known/oauth-authorization-server", this::metadata);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  String endpoint() {
    return issuer() + "/token";
  }

  /** The next token request: its Authorization, a space, its form. */
  String nextRequest() throws InterruptedException {
    return requests.take();
  }

  int issued() {
    return issued.get();
  }

  void answerWith(int other, String body) {
    refusal = body;
    status = other;
  }

  private void token(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    answer(
        exchange,
        status,
        status != 200
            ? refusal
            : "{\"access_token\":\"token-"
                + issued.incrementAndGet()
                + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,"
                + "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");
  }

  private void metadata(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        "{\"issuer\":\""
            + issuer()
            + "\",\"token_endpoint\":\""
            + endpoint()
            + "\",\"jwks_uri\":\""
            + issuer()
            + "/jwks\",\"response_types_supported\":[\"code\"]}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length());
      exchange.getResponseBody().write(body.getBytes(UTF_8));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
