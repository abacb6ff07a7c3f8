package io.mcpauth.examples.filetools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedCallersTest {

  @Test
  void loopback_hasThreeNames() {
    AllowedCallers callers = AllowedCallers.loopback(8080);
    assertThat(callers.hosts()).containsExactly("localhost:8080", "127.0.0.1:8080", "[::1]:8080");
    assertThat(callers.origins()).contains("http://localhost:8080", "http://[::1]:8080");
  }

  @Test
  void publicAddress_leavesOutTheDefaultPort() {
    AllowedCallers callers =
        AllowedCallers.loopback(8080)
            .and(AllowedCallers.of(List.of(URI.create("HTTPS://Files.Example.com:443/mcp"))));
    assertThat(callers.hosts()).hasSize(4).contains("files.example.com");
    assertThat(callers.origins()).hasSize(4).contains("https://files.example.com");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files.example.com", "ftp://files.example.com", "https:///mcp", "/mcp"})
  void notAnHttpAddress_isRejected(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllowedCallers.of(List.of(URI.create(url))))
        .withMessageContaining("'" + url + "'");
  }

  @Test
  void noHost_isRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> AllowedCallers.of(List.of()));
  }
}
