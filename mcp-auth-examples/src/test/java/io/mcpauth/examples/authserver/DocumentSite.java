package io.mcpauth.examples.authserver;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A web site on loopback where clients publish their metadata documents. */
final class DocumentSite implements AutoCloseable {
  private record Page(int status, String cacheControl, String body) {}

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final HttpServer http;

  DocumentSite() {
    try {
      http =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          Page page = pages.getOrDefault(path, new Page(404, "no-store", "{}"));
          byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.getResponseHeaders().add("Cache-Control", page.cacheControl());
          exchange.sendResponseHeaders(page.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  /** Publishes the document of a client, to be asked for each time, and returns the client id. */
  String publish(String path, Map<String, Object> changes) {
    return publish(path, "no-store", changes);
  }

  String publish(String path, String cacheControl, Map<String, Object> changes) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("client_id", url(path));
    document.put("client_name", "Published");
    document.put("redirect_uris", List.of(Desk.REDIRECT, "https://app.example/callback"));
    document.put("grant_types", List.of("authorization_code", "refresh_token"));
    document.putAll(changes);
    document.values().removeIf(""::equals);
    return answer(path, 200, cacheControl, Desk.JSON.writeValueAsString(document));
  }

  String answer(String path, int status, String cacheControl, String body) {
    pages.put(path, new Page(status, cacheControl, body));
    return url(path);
  }

  void withdraw(String path) {
    pages.remove(path);
  }

  long requests(String path) {
    return asked.stream().filter(path::equals).count();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
