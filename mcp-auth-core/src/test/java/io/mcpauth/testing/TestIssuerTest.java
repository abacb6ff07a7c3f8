package io.mcpauth.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.internal.json.Json;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TestIssuerTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final TestIssuer ISSUER = TestIssuer.start(Clock.fixed(NOW, ZoneOffset.UTC));

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @Test
  void metadata_namesTheIssuerAndItsKeys() throws Exception {
    String url = ISSUER.issuer() + "/.well-known/oauth-authorization-server";

    assertThat(Json.object(read(url).getBytes(StandardCharsets.UTF_8)))
        .containsEntry("issuer", ISSUER.issuer())
        .containsEntry("jwks_uri", ISSUER.jwksUri());
    assertThat(ISSUER.requests("/.well-known/oauth-authorization-server")).isEqualTo(1);
  }

  @Test
  void keys_arePublicAlone() throws Exception {
    assertThat(read(ISSUER.jwksUri())).contains("\"n\":").doesNotContain("\"d\":", "\"p\":");
  }

  @Test
  void anotherPath_isNotFound() {
    assertThatThrownBy(() -> read(ISSUER.issuer() + "/token"))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(ISSUER.requests("/never")).isZero();
  }

  @Test
  void token_isGoodForFiveMinutes() throws Exception {
    assertThat(part(ISSUER.token("https://r.test").scopes("a", "b").mint(), 1))
        .containsEntry("iss", ISSUER.issuer())
        .containsEntry("aud", "https://r.test")
        .containsEntry("sub", "alice")
        .containsEntry("client_id", "test-client")
        .containsEntry("scope", "a b")
        .containsEntry("iat", NOW.getEpochSecond())
        .containsEntry("exp", NOW.plusSeconds(300).getEpochSecond())
        .containsKey("jti");
  }

  @Test
  void everyPart_canBeChanged() throws Exception {
    String token =
        ISSUER
            .token("r")
            .claim("sub", 1)
            .withoutClaim("aud")
            .expiresIn(Duration.ofSeconds(-1))
            .header("typ", "JWT")
            .withoutHeader("kid")
            .mint();

    assertThat(part(token, 0)).containsEntry("typ", "JWT").doesNotContainKey("kid");
    assertThat(part(token, 1))
        .containsEntry("sub", 1L)
        .containsEntry("exp", NOW.minusSeconds(1).getEpochSecond())
        .doesNotContainKey("aud");
  }

  @Test
  void rotation_replacesTheKey() throws Exception {
    try (TestIssuer rotating = TestIssuer.start()) {
      String before = read(rotating.jwksUri());
      rotating.rotateKey();

      assertThat(read(rotating.jwksUri())).contains("test-key-2").isNotEqualTo(before);
      assertThat(part(rotating.token("r").mint(), 0)).containsEntry("kid", "test-key-2");
    }
  }

  @Test
  void closedIssuer_isGone() {
    TestIssuer gone = TestIssuer.start();
    gone.close();

    assertThatThrownBy(() -> read(gone.jwksUri())).isInstanceOf(ConnectException.class);
  }

  private static String read(String url) throws IOException {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, @Nullable Object> part(String token, int number) throws Exception {
    return Json.object(Base64.getUrlDecoder().decode(token.split("\\.", -1)[number]));
  }
}
