package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.ClientException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedirectListenerTest {
  private static final String ISSUER = "https://login.example.com";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Counted down when the client has said where to go, so that it waits. */
  private final CountDownLatch told = new CountDownLatch(1);

  private final RedirectListener listener = listener(Duration.ofSeconds(60));

  @AfterEach
  void close() {
    listener.close();
  }

  private RedirectListener listener(Duration patience) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) {}

          @Override
          public void flush() {
            told.countDown();
          }
        };
    return new RedirectListener(0, new PrintStream(out, false, UTF_8), patience, Clock.systemUTC());
  }

  private static PrintStream nothing() {
    return new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
  }

  private static AuthorizationRequest request(URI redirectUri) throws Exception {
    String metadata =
        """
        {"issuer":"%s","authorization_endpoint":"%s/authorize","token_endpoint":"%s/token",
         "response_types_supported":["code"],"code_challenge_methods_supported":["S256"]}
        """
            .formatted(ISSUER, ISSUER, ISSUER);
    return AuthorizationRequest.to(
            AuthorizationServerMetadata.parse(metadata.getBytes(UTF_8), ISSUER), "me", redirectUri)
        .build(Instant.now());
  }

  private CompletableFuture<AuthorizationCode> waiting(AuthorizationRequest request)
      throws InterruptedException {
    CompletableFuture<AuthorizationCode> code = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                code.complete(listener.authorize(request));
              } catch (ClientException | ClientFailure e) {
                code.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
    return code;
  }

  private static HttpResponse<String> get(String uri) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
  }

  @Test
  void responseWithTheState_isTheCode() throws Exception {
    AuthorizationRequest request = request(listener.redirectUri());
    CompletableFuture<AuthorizationCode> code = waiting(request);
    HttpResponse<String> page =
        get(listener.redirectUri() + "?code=c&state=" + request.pending().state());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(code.get(60, TimeUnit.SECONDS).issuer()).isEqualTo(ISSUER);
  }

  @Test
  void otherState_isRefusedAndTheClientGoesOnWaiting() throws Exception {
    AuthorizationRequest request = request(listener.redirectUri());
    CompletableFuture<AuthorizationCode> code = waiting(request);
    HttpResponse<String> page = get(listener.redirectUri() + "?code=c&state=%3Cscript%3E");
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).doesNotContain("script");
    assertThat(code).isNotDone();
    assertThat(get(listener.redirectUri() + "?code=c&state=" + request.pending().state()))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
    assertThat(code.get(60, TimeUnit.SECONDS).issuer()).isEqualTo(ISSUER);
  }

  @Test
  void otherIssuer_endsTheWait() throws Exception {
    AuthorizationRequest request = request(listener.redirectUri());
    CompletableFuture<AuthorizationCode> code = waiting(request);
    String response = "?code=c&iss=https%3A%2F%2Fevil.example&state=";
    assertThat(get(listener.redirectUri() + response + request.pending().state()).statusCode())
        .isEqualTo(400);
    assertThatThrownBy(() -> code.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("ISSUER_MISMATCH");
  }

  @Test
  void anythingElse_isNothing() throws Exception {
    URI uri = listener.redirectUri();
    assertThat(get(uri.resolve("/other").toString()).statusCode()).isEqualTo(404);
    assertThat(get(uri + "?code=c").statusCode()).isEqualTo(400);
    HttpRequest post = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("code=c")).build();
    assertThat(HTTP.send(post, BodyHandlers.discarding()).statusCode()).isEqualTo(404);
  }

  @Test
  void listener_isOnLoopbackAlone() throws Exception {
    assertThat(listener.redirectUri().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void portInUse_isAFailureWithTheFix() throws Exception {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket taken = new ServerSocket(0, 1, loopback);
        RedirectListener other =
            new RedirectListener(
                taken.getLocalPort(), nothing(), Duration.ofSeconds(1), Clock.systemUTC())) {
      assertThatThrownBy(other::redirectUri)
          .isInstanceOf(ClientFailure.class)
          .hasMessageContaining("--redirect-port");
    }
  }

  @Test
  void nobodyComesBack_isAFailure() throws Exception {
    try (RedirectListener impatient = listener(Duration.ofMillis(1))) {
      AuthorizationRequest request = request(impatient.redirectUri());
      assertThatThrownBy(() -> impatient.authorize(request))
          .isInstanceOf(ClientFailure.class)
          .hasMessageContaining("Nobody came back");
    }
  }
}
