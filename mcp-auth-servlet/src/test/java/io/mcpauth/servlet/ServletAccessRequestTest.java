package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServletAccessRequestTest {
  @ParameterizedTest
  @CsvSource({
    "HTTP/2.0, mcp.example.com, 443, mcp.example.com:443",
    "HTTP/3.0, localhost, 8080, localhost:8080",
    "HTTP/2.0, [::1], 8080, [::1]:8080",
    "HTTP/2.0, ::1, 8080, [::1]:8080",
  })
  void authorityOfHttp2_standsForTheHostLine(String protocol, String name, int port, String host) {
    ServletAccessRequest request = request(protocol, List.of(), name, port);

    assertThat(request.headers("Host")).containsExactly(host);
    assertThat(request.headers("host")).containsExactly(host);
    assertThat(request.headers("Origin")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1", "HTTP/1.0"})
  void missingHostOfHttp1_staysMissing(String protocol) {
    assertThat(request(protocol, List.of(), "127.0.0.1", 8080).headers("Host")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1", "HTTP/2.0"})
  void hostLines_areShownAsTheyAre(String protocol) {
    List<String> lines = List.of("evil.example", "localhost");

    assertThat(request(protocol, lines, "localhost", 8080).headers("Host"))
        .containsExactlyElementsOf(lines);
  }

  @Test
  void authorityThatIsNotKnown_isMissing() {
    assertThat(request("HTTP/2.0", List.of(), null, 8080).headers("Host")).isEmpty();
  }

  @Test
  void certificateOfTheClient_isThatOfTheContainer() throws Exception {
    try (InputStream pem = ServletAccessRequestTest.class.getResourceAsStream("client.pem")) {
      X509Certificate client =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
      Object chain = new X509Certificate[] {client};

      assertThat(with(chain).clientCertificates()).containsExactly(client);
      assertThat(with("a text").clientCertificates()).isEmpty();
      assertThat(with(null).clientCertificates()).isEmpty();
    }
  }

  /** What a filter that believes {@code X-Forwarded-For} wraps around a request. */
  private static final class Forwarded extends HttpServletRequestWrapper {
    Forwarded(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getRemoteAddr() {
      return "10.0.0.7";
    }
  }

  @Test
  void addressOfThePeer_isThatOfTheContainerAndNotOfAWrapper() {
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("getRemoteAddr");
                  return "192.0.2.1";
                });

    assertThat(new ServletAccessRequest(request, 1024).remoteAddress()).isEqualTo("192.0.2.1");
    assertThat(
            new ServletAccessRequest(new Forwarded(new Forwarded(request)), 1024).remoteAddress())
        .isEqualTo("192.0.2.1");
  }

  private static ServletAccessRequest with(@Nullable Object certificates) {
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("getAttribute");
                  assertThat(arguments).containsExactly("jakarta.servlet.request.X509Certificate");
                  return certificates;
                });
    return new ServletAccessRequest(request, 1024);
  }

  private static ServletAccessRequest request(
      String protocol, List<String> hostLines, @Nullable String name, int port) {
    Map<String, Object> answers = Map.of("getProtocol", protocol, "getServerPort", port);
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                HttpServletRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getHeaders" ->
                          Collections.enumeration(
                              "Host".equalsIgnoreCase((String) arguments[0])
                                  ? hostLines
                                  : List.of());
                      case "getServerName" -> name;
                      default -> {
                        Object answer = answers.get(method.getName());
                        assertThat(answer).as("answer for %s", method.getName()).isNotNull();
                        yield answer;
                      }
                    });
    return new ServletAccessRequest(request, 1024);
  }
}
