package io.mcpauth.examples.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The user's own browser: prints the authorization URL, and listens on loopback for the response
 * (RFC 8252 section 7.3).
 */
final class RedirectListener implements UserAgent {
  private static final String PATH = "/callback";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final int port;
  private final PrintStream out;
  private final Duration patience;
  private final Clock clock;
  private @Nullable HttpServer server;
  private volatile @Nullable Waiting waiting;

  /**
   * A listener that is not open yet.
   *
   * @param port 0 for a free one
   * @param patience how long a user may take
   */
  RedirectListener(int port, PrintStream out, Duration patience, Clock clock) {
    this.port = port;
    this.out = out;
    this.patience = patience;
    this.clock = clock;
  }

  /** A request that waits, and what it came to: a code, or why there is none. */
  private record Waiting(AuthorizationRequest request, BlockingQueue<Object> outcome) {
    @Override
    public String toString() {
      return "Waiting[" + request + "]";
    }
  }

  @Override
  public URI redirectUri() throws ClientFailure {
    HttpServer open = server;
    if (open == null) {
      open = listen();
      server = open;
    }
    return URI.create("http://127.0.0.1:" + open.getAddress().getPort() + PATH);
  }

  @Override
  public AuthorizationCode authorize(AuthorizationRequest request)
      throws ClientException, ClientFailure {
    Waiting mine = new Waiting(request, new LinkedBlockingQueue<>());
    waiting = mine;
    out.println("Open this address in your browser:");
    out.println();
    out.println(request.uri());
    out.println();
    out.flush();
    try {
      Object outcome = mine.outcome().poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (outcome instanceof ClientException refused) {
        throw refused;
      }
      if (outcome instanceof AuthorizationCode code) {
        return code;
      }
      throw new ClientFailure("Nobody came back within " + patience.toMinutes() + " minutes.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientFailure("Interrupted.");
    } finally {
      waiting = null;
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
  }

  private HttpServer listen() throws ClientFailure {
    try {
      HttpServer listening =
          HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
      listening.createContext("/", this::answer);
      listening.start();
      return listening;
    } catch (IOException e) {
      throw new ClientFailure(
          "Port " + port + " of 127.0.0.1 is not free. Choose another with --redirect-port.");
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    Waiting open = waiting;
    if (!exchange.getRequestMethod().equals("GET") || !uri.getPath().equals(PATH)) {
      page(exchange, 404, "There is nothing here.");
    } else if (open == null) {
      page(exchange, 400, "Nothing is waiting for this.");
    } else {
      judge(exchange, uri, open);
    }
  }

  private void judge(HttpExchange exchange, URI uri, Waiting open) throws IOException {
    try {
      AuthorizationCode code = open.request().pending().accept(uri, clock.instant());
      page(exchange, 200, "Done. You can close this page and go back to the client.");
      open.outcome().add(code);
    } catch (ClientException e) {
      page(exchange, 400, "This did not work. The client says why.");
      // Another state answers no request of ours, so ours still waits (RFC 9700 section 4.7).
      if (e.reason() != ClientException.Reason.STATE_MISMATCH) {
        open.outcome().add(e);
      }
    }
  }

  /** Nothing of the request is repeated. */
  private static void page(HttpExchange exchange, int status, String words) throws IOException {
    byte[] body = (words + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    // The address has the code, which is not to travel on.
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
