package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.metadata.ResourceIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether {@code htu} is the URL of the request (RFC 9449 section 4.3, item 9). */
class RequestUrlTest {
  private static boolean is(String resource, String url, @Nullable String path) {
    return new RequestUrl(ResourceIdentifier.of(resource)).isOf(url, path);
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com/mcp",
    "HTTPS://MCP.Example.COM/mcp",
    "https://mcp.example.com:443/mcp",
    "https://mcp.example.com/%6Dcp",
    "https://mcp.example.com/x/../mcp",
    "https://mcp.example.com/./mcp",
    "https://mcp.example.com/mcp?a=b",
    "https://mcp.example.com/mcp#f"
  })
  void anotherSpelling_isTheSame(String url) {
    assertThat(is("https://mcp.example.com/mcp", url, "/mcp")).isTrue();
    assertThat(is("https://mcp.example.com/mcp", url, null)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://mcp.example.com/mcp",
    "https://mcp.example.com:8443/mcp",
    "https://mcp.example.com.evil.example/mcp",
    "https://evil.example/mcp",
    "https://mcp.example.com@evil.example/mcp",
    "https://user@mcp.example.com/mcp",
    "https://mcp.example.com/MCP",
    "https://mcp.example.com/mcp/",
    "https://mcp.example.com//mcp",
    "https://mcp.example.com/mcp%2F",
    "https://mcp.example.com/mcp;x",
    "https://mcp.example.com/",
    "https://mcp.example.com",
    "mailto:a@mcp.example.com",
    "/mcp",
    "mcp",
    "https://[/mcp",
    "''"
  })
  void anotherUrl_isAnother(String url) {
    assertThat(is("https://mcp.example.com/mcp", url, "/mcp")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com/mcp, /mcp, true",
    "https://mcp.example.com/message, /mcp, false",
    "https://mcp.example.com/message, /message, true",
    "https://mcp.example.com/mcp, /message, false",
    "https://mcp.example.com/a%2fb, /a%2Fb, true",
    "https://mcp.example.com/mcp/, /mcp/, true",
    "https://mcp.example.com/mcp, /app/mcp, true",
    "https://mcp.example.com/app/mcp, /app/mcp, true",
    "https://mcp.example.com/mcp, /xmcp, false",
    "https://mcp.example.com/mcp, /, false"
  })
  void pathOfTheRequest_isThatOfTheUrl(String url, String path, boolean same) {
    assertThat(is("https://mcp.example.com/mcp", url, path)).isEqualTo(same);
  }

  /** A proxy takes the prefix away. */
  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com/tools/mcp, /mcp, true",
    "https://mcp.example.com/other/mcp, /mcp, false",
    "https://mcp.example.com/tools/message, /message, false"
  })
  void prefixBehindAProxy_isThatOfTheEndpointAlone(String url, String path, boolean same) {
    assertThat(is("https://mcp.example.com/tools/mcp", url, path)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com, /, true",
    "https://mcp.example.com/, /, true",
    "https://mcp.example.com/api/mcp, /api/mcp, true",
    "https://mcp.example.com/, /api/mcp, false"
  })
  void resourceThatIsAnOrigin_hasThePathOfTheRequest(String url, String path, boolean same) {
    assertThat(is("https://mcp.example.com", url, path)).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080/mcp, true",
    "http://LOCALHOST:8080/mcp, true",
    "http://127.0.0.1:8080/mcp, false",
    "http://localhost/mcp, false"
  })
  void loopback_hasItsPort(String url, boolean same) {
    assertThat(is("http://localhost:8080/mcp", url, "/mcp")).isEqualTo(same);
  }
}
