package io.mcpauth.examples.walkthrough;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapTest {
  private static final String ISSUER = "https://login.example.com";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<Request> sent = new ArrayList<>();
  private final Tap tap = new Tap(new Conversation(this::answer, transcript()));
  private URI token = URI.create(ISSUER);

  private Answer answer(Request request) {
    sent.add(request);
    HttpHeaders headers =
        HttpHeaders.of(Map.of("Content-Type", List.of("application/json")), (n, v) -> true);
    return new Answer(400, headers, "{\"error\":\"invalid_grant\"}");
  }

  private static Transcript transcript() {
    return new Transcript(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
  }

  @BeforeEach
  void listen() {
    String document =
        "{\"issuer\":\"%1$s\",\"token_endpoint\":\"%1$s/t\",\"registration_endpoint\":\"%1$s/r\",\"revocation_endpoint\":\"%1$s/v\"}"
            .formatted(ISSUER);
    AuthorizationServerMetadata metadata =
        AuthorizationServerMetadata.parse(document.getBytes(UTF_8), ISSUER);
    token = URI.create(String.valueOf(tap.listeningTo(metadata, document).tokenEndpoint()));
  }

  @AfterEach
  void close() {
    tap.close();
  }

  private HttpResponse<String> post() throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(token)
            .header("Authorization", "Basic x")
            .POST(BodyPublishers.ofString("a=b"))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void request_isPassedOnAndSoIsItsAnswer() throws Exception {
    HttpResponse<String> response =
        tap.during(expect -> expect.error("invalid_grant"), this::postUnchecked);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).isEqualTo("{\"error\":\"invalid_grant\"}");
    Request request = sent.get(0);
    assertThat(request.uri()).hasToString(ISSUER + "/t");
    assertThat(request.body()).isEqualTo("a=b");
    assertThat(request.headers()).containsExactly(new Request.Header("Authorization", "Basic x"));
  }

  @Test
  void wrongAnswer_countsWhateverTheClientMakesOfIt() {
    assertThatThrownBy(() -> tap.during(expect -> expect.status(200), this::postUnchecked))
        .isInstanceOf(WrongAnswerException.class)
        .hasMessage("status 200");
  }

  @Test
  void secondRequest_isRefused() {
    assertThatThrownBy(
            () ->
                tap.during(
                    expect -> expect.status(400),
                    () -> {
                      HttpResponse<String> first = postUnchecked();
                      assertThat(first.statusCode()).isEqualTo(400);
                      return postUnchecked();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("more than it should");
    assertThat(sent).hasSize(1);
  }

  @Test
  void noRequest_isRefused() {
    assertThatThrownBy(() -> tap.during(expect -> expect.status(200), () -> "nothing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing");
  }

  private HttpResponse<String> postUnchecked() {
    try {
      return post();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
