package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com/client.json",
        "https://app.example.com/",
        "https://app.example.com:8443/client",
        "https://app.example.com:443/client",
        "https://app.example.com/client?v=2",
        "https://app.example.com/a%20b/...c/.d",
        "https://xn--bcher-kva.example/client",
        "https://chatgpt.com/oauth/kDmjx77UnKOM/client.json"
      })
  void urlOfADocument_isAcceptedToTheLetter(String text) {
    ClientIdUrl url = ClientIdUrl.parse(text);

    assertThat(url.value()).isEqualTo(text);
    assertThat(url).hasToString(text).isEqualTo(ClientIdUrl.parse(text));
    assertThat(url.isLoopback()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://",
        "https:///client",
        "https:app.example.com/client",
        "https://app.example.com",
        "https://app.example.com?x=/client",
        "http://app.example.com/client",
        "HTTPS://app.example.com/client",
        "ftp://app.example.com/client",
        "javascript:alert(1)//https://app.example.com/",
        "data:application/json,{}",
        "file:///etc/passwd",
        "https://App.example.com/client",
        "https://user@app.example.com/client",
        "https://user:pass@app.example.com/client",
        "https://@app.example.com/client",
        "https://app.example.com/client#",
        "https://app.example.com/client#part",
        "https://app.example.com/./client",
        "https://app.example.com/a/../client",
        "https://app.example.com/a/..",
        "https://app.example.com/.",
        "https://app.example.com/%2e/client",
        "https://app.example.com/a/%2E%2e/client",
        "https://app.example.com/a/.%2e/client",
        "https://app.example.com/a%2f..%2fclient",
        "https://app.example.com/a%5C..%5cclient",
        "https://app.example.com/a\\client",
        "https://app.example.com/%zz",
        "https://app.example.com/cl ient",
        "https://app.example.com/client\n",
        "https://app.example.com/cli\u00e9nt",
        "https://b\u00fccher.example/client",
        "https://app.example.com:/client",
        "https://app.example.com:0/client",
        "https://app.example.com:0443/client",
        "https://app.example.com:65536/client",
        "https://app.example.com./client",
        "https://app..example.com/client",
        "https://-app.example.com/client",
        "https://app_1.example.com/client",
        "https://intranet/client",
        "https://localhost/client",
        "https://127.0.0.1/client",
        "https://8.8.8.8/client",
        "https://2130706433/client",
        "https://0x7f.0x1/client",
        "https://0177.1/client",
        "https://[::1]/client",
        "https://[2606:4700::1111]/client",
        "https://[fe80::1%25eth0]/client",
        "http://localhost/client",
        "http://127.0.0.1/client"
      })
  void anythingElse_isRefused(String text) {
    AuthException refusal = Refusals.refusal(() -> ClientIdUrl.parse(text));

    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_ID_URL_INVALID);
    assertThat(refusal.description()).startsWith("A client_id that is a URL ");
  }

  @Test
  void longestUrl_isAcceptedAndOneMoreIsNot() {
    String start = "https://app.example.com/";
    String longest = start + "x".repeat(255 - start.length());

    assertThat(ClientIdUrl.parse(longest).value()).hasSize(255);
    assertThat(Refusals.reason(() -> ClientIdUrl.parse(longest + "x")))
        .isEqualTo(ReasonCode.CLIENT_ID_URL_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080/client",
        "http://127.0.0.1:8080/client",
        "http://[::1]:8080/client",
        "https://localhost/client",
        "https://app.example.com/client"
      })
  void loopbackWithTheSwitch_isAccepted(String text) {
    assertThat(ClientIdUrl.parseAllowingLoopbackForDevelopment(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://app.example.com/client",
        "http://10.0.0.1/client",
        "https://10.0.0.1/client",
        "https://192.168.1.1/client",
        "http://169.254.169.254/latest",
        "https://intranet/client",
        "http://localhost",
        "http://localhost/a/../b",
        "http://user@localhost/client",
        "http://localhost.evil.example/client"
      })
  void othersWithTheSwitch_areStillRefused(String text) {
    assertThat(Refusals.reason(() -> ClientIdUrl.parseAllowingLoopbackForDevelopment(text)))
        .isEqualTo(ReasonCode.CLIENT_ID_URL_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com/client, true",
    "HTTPS://app.example.com/client, true",
    "http://app.example.com/client, true",
    "https://, true",
    "https:, false",
    "s6BhdRkqt3, false",
    "ahttps://x, false",
    "'', false"
  })
  void urlsAreToldFromOtherClientIds(String clientId, boolean url) {
    assertThat(ClientIdUrl.looksLikeOne(clientId)).isEqualTo(url);
  }

  @Test
  void anotherSpelling_isAnotherClient() {
    ClientIdUrl url = ClientIdUrl.parse("https://app.example.com/client");

    assertThat(url)
        .isNotEqualTo(ClientIdUrl.parse("https://app.example.com:443/client"))
        .isNotEqualTo(ClientIdUrl.parse("https://app.example.com/cl%69ent"))
        .isNotEqualTo(ClientIdUrl.parse("https://app.example.com/client?"))
        .isNotEqualTo(ClientIdUrl.parse("https://app.example.com/client/"));
  }
}
