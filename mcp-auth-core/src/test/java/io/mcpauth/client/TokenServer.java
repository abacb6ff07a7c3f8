package io.mcpauth.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A token endpoint that answers what a test wants and tells what it was asked. */
public final class TokenServer implements AutoCloseable {
  /** Answers one request. */
  interface Answer {
    void write(HttpExchange exchange) throws Exception;
  }

  /** What the endpoint was asked. */
  public record Request(String body, @Nullable String authorization, @Nullable String contentType) {
    /** The form parameters by name, in alphabetical order. */
    public Map<String, String> form() {
      Map<String, String> form = new TreeMap<>();
      for (String pair : body.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        String before = form.put(decoded(parts[0]), decoded(parts[1]));
        if (before != null) {
          throw new IllegalStateException("twice: " + parts[0]);
        }
      }
      return form;
    }

    private static String decoded(String value) {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Answer answer = json(200, good("token-1"));

  /** Gives out {@code token-1} until told otherwise. */
  public TokenServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The members of a good answer. */
  static String good(String token) {
    return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":600}";
  }

  /** The members of a good answer to an exchange. */
  public static String exchanged(String token) {
    return good(token)
        .replace("{", "{\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\",");
  }

  static Answer json(int status, String body) {
    return of(status, "application/json;charset=UTF-8", body);
  }

  static Answer of(int status, String type, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** From now on. */
  TokenServer answer(Answer next) {
    answer = next;
    return this;
  }

  /** From now on, with status 200. */
  public TokenServer answer(String json) {
    return answer(json(200, json));
  }

  /** Says nothing until the server closes. */
  void hang(HttpExchange unused) throws InterruptedException {
    closed.await();
  }

  /** Writes blanks of a JSON document, one at a time, until the server closes. */
  void drip(HttpExchange exchange) throws Exception {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    while (!closed.await(10, TimeUnit.MILLISECONDS)) {
      exchange.getResponseBody().write(' ');
      exchange.getResponseBody().flush();
    }
  }

  /** Its origin. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  URI uri() {
    return URI.create(issuer() + "/token");
  }

  /** With a client that has a secret. */
  public TokenEndpoint endpoint() {
    return TokenEndpoint.of(
        issuer(), uri(), ClientAuthentication.secretBasic("guard", "s3cret-of-the-guard"));
  }

  /** What it was asked, in order. */
  public List<Request> requests() {
    return requests;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              exchange.getRequestHeaders().getFirst("Authorization"),
              exchange.getRequestHeaders().getFirst("Content-Type")));
      answer.write(exchange);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
