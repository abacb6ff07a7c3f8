package io.mcpauth.examples.walkthrough;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the library's client and the authorization server are listened to: endpoints on loopback
 * that pass each request on and each answer back, by way of the transcript and its checks.
 */
final class Tap implements AutoCloseable {
  /** What the client says; the rest belongs to the connection. */
  private static final List<String> PASSED_ON = List.of("Content-Type", "Accept", "Authorization");

  private final Conversation conversation;
  private final HttpServer server;
  private final Map<String, URI> endpoints = new ConcurrentHashMap<>();
  private volatile @Nullable Consumer<Expect> checks;
  private volatile @Nullable RuntimeException problem;

  Tap(Conversation conversation) {
    this.conversation = conversation;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::pass);
    server.start();
  }

  /** What the library's client does, and how it can fail. */
  @FunctionalInterface
  interface Action<T, E extends Exception> {
    T run() throws E;
  }

  /** The metadata of a server, with endpoints for programs that lead through here. */
  AuthorizationServerMetadata listeningTo(AuthorizationServerMetadata metadata, String document) {
    ObjectNode changed = (ObjectNode) Answer.parse(document);
    for (String name : List.of("token", "registration", "revocation")) {
      String member = name + "_endpoint";
      endpoints.put("/" + name, URI.create(String.valueOf(metadata.members().get(member))));
      changed.put(member, "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
    }
    return AuthorizationServerMetadata.parse(
        changed.toString().getBytes(StandardCharsets.UTF_8), metadata.issuer());
  }

  /**
   * Listens while the client does something that takes one request.
   *
   * @param expected what the right answer looks like
   * @throws WrongAnswerException if the answer is another one, or none
   * @throws E what the client makes of the answer
   */
  <T, E extends Exception> T during(Consumer<Expect> expected, Action<T, E> action) throws E {
    checks = expected;
    problem = null;
    T made;
    try {
      made = action.run();
    } catch (Exception e) {
      requireListened();
      throw e;
    }
    requireListened();
    return made;
  }

  /** What was wrong with the answer counts, not what the client made of it. */
  private void requireListened() {
    RuntimeException wrong = problem;
    if (wrong != null) {
      throw wrong;
    }
    if (checks != null) {
      throw new IllegalStateException("The client sent nothing");
    }
  }

  private void pass(HttpExchange exchange) throws IOException {
    Consumer<Expect> expected = checks;
    checks = null;
    URI endpoint = endpoints.get(exchange.getRequestURI().getPath());
    try {
      if (expected == null || endpoint == null) {
        throw new IllegalStateException("The client sends more than it should");
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Request request = new Request(exchange.getRequestMethod(), endpoint, List.of(), body);
      for (String name : PASSED_ON) {
        String value = exchange.getRequestHeaders().getFirst(name);
        request = value == null ? request : request.with(name, value);
      }
      answer(exchange, conversation.exchange(request, expected));
    } catch (RuntimeException e) {
      problem = e;
      exchange.sendResponseHeaders(502, -1);
    } finally {
      exchange.close();
    }
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    for (String name : List.of("Content-Type", "Cache-Control")) {
      if (!answer.header(name).isEmpty()) {
        exchange.getResponseHeaders().set(name, answer.header(name));
      }
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
