package io.mcpauth.internal.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.OutboundException.Reason.IO;
import static io.mcpauth.internal.http.OutboundException.Reason.REDIRECT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OutboundHttpTest {
  private final WireMockServer server =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private final OutboundHttp http = Clients.patient();

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    http.close();
    server.stop();
  }

  @Test
  void get_returnsStatusHeadersBodyAndAddress() throws Exception {
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "Application/JSON; charset=utf-8")
                    .withHeader("X-Two", "a", "b")
                    .withBody("{}")));

    OutboundResponse response = http.get(url("/doc?q=1"), OPERATOR_CONFIGURED, Map.of());

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{}".getBytes(UTF_8));
    assertThat(response.contentType()).contains("application/json");
    assertThat(response.headers().get("x-two")).containsExactly("a", "b");
    assertThat(response.remoteAddress()).isEqualTo(InetAddress.getLoopbackAddress());
    assertThat(response.toString()).isEqualTo("OutboundResponse[status=200, bytes=2]");
  }

  @Test
  void get_sendsTheCallersHeadersAndItsOwn() throws Exception {
    server.stubFor(any(anyUrl()).willReturn(aResponse()));

    http.get(url("//doc?q=1"), OPERATOR_CONFIGURED, Map.of("Accept", "application/json"));

    server.verify(
        getRequestedFor(urlEqualTo("//doc?q=1"))
            .withHeader("Accept", equalTo("application/json"))
            .withHeader("Accept-Encoding", equalTo("identity"))
            .withHeader("Connection", equalTo("close"))
            .withHeader("Host", equalTo("127.0.0.1:" + server.port()))
            .withHeader("User-Agent", equalTo("mcp-auth/dev")));
  }

  @Test
  void post_sendsBodyAndContentType() throws Exception {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(401).withBody("no")));

    OutboundResponse response =
        http.post(
            url("/token"),
            OPERATOR_CONFIGURED,
            Map.of("Authorization", "Basic YTpi"),
            "token=x".getBytes(UTF_8),
            "application/x-www-form-urlencoded");

    assertThat(response.status()).isEqualTo(401);
    assertThat(response.body()).isEqualTo("no".getBytes(UTF_8));
    server.verify(
        1,
        postRequestedFor(urlEqualTo("/token"))
            .withHeader("Authorization", equalTo("Basic YTpi"))
            .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
            .withHeader("Content-Length", equalTo("7"))
            .withRequestBody(equalTo("token=x")));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 307, 308})
  void redirect_isRefusedAndNotFollowed(int status) {
    server.stubFor(
        any(anyUrl())
            .willReturn(aResponse().withStatus(status).withHeader("Location", "/elsewhere")));

    assertThat(Clients.reason(() -> http.get(url("/a"), OPERATOR_CONFIGURED, Map.of())))
        .isEqualTo(REDIRECT);
    server.verify(1, anyRequestedFor(anyUrl()));
  }

  @Test
  void cookieSetBefore_isNotSentBack() throws Exception {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withHeader("Set-Cookie", "a=b; Path=/")));

    http.get(url("/1"), OPERATOR_CONFIGURED, Map.of());
    http.get(url("/2"), OPERATOR_CONFIGURED, Map.of());

    server.verify(getRequestedFor(urlEqualTo("/2")).withHeader("Cookie", absent()));
  }

  @Test
  void encodedResponse_isRefused() {
    // A gzip bomb is never inflated: its encoding alone refuses it.
    server.stubFor(
        any(anyUrl())
            .willReturn(
                aResponse().withHeader("Content-Encoding", "gzip").withBody(new byte[] {31})));

    assertThat(Clients.reason(() -> http.get(url("/a"), OPERATOR_CONFIGURED, Map.of())))
        .isEqualTo(IO);
  }

  @Test
  void failure_namesTheHostAndNothingElse() {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(302).withBody("secret-body")));

    OutboundException failure =
        Clients.failure(
            () ->
                http.post(
                    url("/secret-path?secret-query=1"),
                    OPERATOR_CONFIGURED,
                    Map.of("Authorization", "secret-header"),
                    "secret-form".getBytes(UTF_8),
                    "text/plain"));

    assertThat(failure).hasNoCause();
    assertThat(failure).message().contains("127.0.0.1", "REDIRECT").doesNotContain("secret");
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
