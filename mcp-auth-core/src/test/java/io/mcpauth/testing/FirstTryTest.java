package io.mcpauth.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstTryTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void scopesOfTwoTokens_areTwoTokensForTheResource() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      FirstTry.print(
          issuer, List.of("http://localhost:8080/mcp", "notes:read", "notes:read x"), out);

      List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
      assertThat(lines)
          .hasSize(7)
          .contains(
              "Start the server with MCP_AUTH_ISSUER=" + issuer.issuer(),
              "A token with notes:read, for an hour:",
              "A token with notes:read x, for an hour:");
      assertThat(claims(lines.get(3)))
          .containsEntry("aud", "http://localhost:8080/mcp")
          .containsEntry("iss", issuer.issuer())
          .containsEntry("scope", "notes:read");
      assertThat(claims(lines.get(6))).containsEntry("scope", "notes:read x");
    }
  }

  @Test
  void token_isGoodForAnHour() throws Exception {
    Instant now = Instant.parse("2026-11-23T12:00:00Z");
    try (TestIssuer issuer = TestIssuer.start(Clock.fixed(now, ZoneOffset.UTC))) {
      FirstTry.print(issuer, List.of("https://mcp.example.com/mcp", "a"), out);

      assertThat(claims(printed.toString(StandardCharsets.UTF_8).lines().toList().get(3)))
          .containsEntry("iat", now.getEpochSecond())
          .containsEntry("exp", now.plusSeconds(3600).getEpochSecond());
    }
  }

  @Test
  void nothing_isToldWhatToWriteAndLeavesNoIssuer() {
    TestIssuer issuer = TestIssuer.start();

    assertThatThrownBy(() -> FirstTry.print(issuer, List.of(), out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Name the resource");
    assertGone(issuer);
  }

  @Test
  void noResource_isRefusedAndLeavesNoIssuer() {
    TestIssuer issuer = TestIssuer.start();

    assertThatThrownBy(() -> FirstTry.print(issuer, List.of("notes:read"), out))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(printed.size()).isZero();
    assertGone(issuer);
  }

  private static void assertGone(TestIssuer issuer) {
    assertThatThrownBy(() -> URI.create(issuer.jwksUri()).toURL().openStream().close())
        .isInstanceOf(ConnectException.class);
  }

  private static Map<String, Object> claims(String token) throws Exception {
    return Json.object(Base64.getUrlDecoder().decode(token.split("\\.", 3)[1]));
  }
}
