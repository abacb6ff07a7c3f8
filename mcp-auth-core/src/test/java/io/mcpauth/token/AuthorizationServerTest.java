package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServerTest {
  private static final AuthorizationServer SERVER = AuthorizationServer.of("https://i.test");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://i.test", "https://i.test/", "https://i.test/realms/r", "https://i.test:8443/a/",
        "http://localhost:9000", "http://127.0.0.1", "http://[::1]:1/x", "https://I.test"
      })
  void issuer_isKeptByteForByte(String issuer) {
    AuthorizationServer server = AuthorizationServer.of(issuer);

    assertThat(server.issuer()).isEqualTo(issuer);
    assertThat(server.acceptedIssuers()).containsExactly(issuer);
    assertThat(server.jwksUri()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                        | not an absolute https URL",
        "i.test                    | not an absolute https URL",
        "//i.test                  | not an absolute https URL",
        "HTTPS://i.test            | not an absolute https URL",
        "ftp://i.test              | not an absolute https URL",
        "javascript:alert(1)       | not an absolute https URL",
        "https:///path             | not a",
        "https://a b               | not a URI",
        "https://i.test/{tenant}   | not a URI",
        "http://i.test             | plain http is only for loopback hosts",
        "http://localhost.evil.test| plain http is only for loopback hosts",
        "http://10.0.0.1           | plain http is only for loopback hosts",
        "https://i.test/#f         | user-info and fragment do not belong in it",
        "https://i.test/?q         | an issuer has no query",
        "https://i.test:0          | port",
        "https://i.test:65536      | port"
      })
  void badIssuer_stopsTheStart(String issuer, String problem) {
    assertStops(() -> AuthorizationServer.of(issuer), "Issuer '" + issuer + "'", problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://i.test/jwks     | plain http is only for loopback hosts",
        "/jwks                  | not an absolute https URL",
        "file:///jwks           | not an absolute https URL",
        "https://i.test:99999/k | port"
      })
  void badJwksUri_stopsTheStart(String uri, String problem) {
    assertStops(() -> SERVER.withJwksUri(uri), "jwks_uri '" + uri + "'", problem);
  }

  @Test
  void userInfo_stopsTheStartAndIsNotShown() {
    String problem = "user-info and fragment do not belong in it";
    assertStops(
        () -> AuthorizationServer.of("https://u:p@i.test"), "'https://...@i.test'", problem);
    assertStops(
        () -> SERVER.withJwksUri("https://u:p@i.test/k"), "'https://...@i.test/k'", problem);
  }

  @Test
  void jwksUri_mayHaveAQueryAndAPrivateHost() {
    assertThat(SERVER.withJwksUri("https://keys.internal:8443/k?p=1").jwksUri())
        .hasToString("https://keys.internal:8443/k?p=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a|b", "a\n", "\u00e9", "https://mcp.example.com/mcp#local"})
  void acceptedIssuerThatNoTokenCanCarry_stopsTheStart(String iss) {
    assertStops(() -> SERVER.expectIssuers(iss), "https://i.test", "Write the exact iss values");
  }

  @Test
  void noAcceptedIssuer_stopsTheStart() {
    assertStops(SERVER::expectIssuers, "https://i.test", "Write the exact iss values");
  }

  @Test
  void acceptedIssuers_replaceTheAdvertisedOne() {
    AuthorizationServer server = SERVER.expectIssuers("urn:a", "https://sts.test/t/");

    assertThat(server.acceptedIssuers()).containsExactlyInAnyOrder("urn:a", "https://sts.test/t/");
    assertThat(server.issuer()).isEqualTo("https://i.test");
  }

  @Test
  void settingTwice_stopsTheStart() {
    assertStops(
        () -> SERVER.expectIssuers("a").expectIssuers("b"),
        "https://i.test",
        "is set twice. Set it once.");
    assertStops(
        () -> SERVER.withJwksUri("https://i.test/a").withJwksUri("https://i.test/b"),
        "https://i.test",
        "Set it once");
  }

  private static void assertStops(ThrowingCallable call, String value, String problem) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(value)
        .hasMessageContaining(problem);
  }
}
