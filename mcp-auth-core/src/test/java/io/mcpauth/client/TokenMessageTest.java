package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire. */
class TokenMessageTest {
  private static final URI ENDPOINT = URI.create("https://login.example.com/token?tenant=1");
  private static final TokenTarget TARGET =
      TokenTarget.unnamed()
          .withScopes("files:read", "files:list")
          .withResource(URI.create("https://files.example.com/mcp"))
          .withAudience("api://files");

  @Test
  void ownToken_isAskedForWithWhatWasSet() {
    TokenMessage message =
        message(ClientAuthentication.secretBasic("guard", "hush"), new Grant.Own(), TARGET);

    assertThat(form(message))
        .isEqualTo(
            Map.of(
                "grant_type", "client_credentials",
                "scope", "files:read files:list",
                "resource", "https://files.example.com/mcp",
                "audience", "api://files"));
    assertThat(message.headers()).containsEntry("Accept", "application/json");
  }

  @Test
  void whatWasNotSet_isNotSent() {
    TokenMessage message =
        message(
            ClientAuthentication.secretBasic("guard", "hush"),
            new Grant.Own(),
            TokenTarget.unnamed());

    assertThat(form(message)).isEqualTo(Map.of("grant_type", "client_credentials"));
  }

  @Test
  void basic_encodesIdAndSecretFirst() {
    TokenMessage message =
        message(
            ClientAuthentication.secretBasic("a:b", "p%q +ü"),
            new Grant.Own(),
            TokenTarget.unnamed());

    String header = message.headers().getOrDefault("Authorization", "");
    assertThat(header).startsWith("Basic ");
    assertThat(new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8))
        .isEqualTo("a%3Ab:p%25q+%2B%C3%BC");
  }

  @Test
  void post_sendsIdAndSecretInTheBodyAlone() {
    TokenMessage message =
        message(
            ClientAuthentication.secretPost("guard", "p%q +ü&x=y"),
            new Grant.Own(),
            TokenTarget.unnamed());

    assertThat(message.headers()).doesNotContainKey("Authorization");
    assertThat(form(message))
        .containsEntry("client_id", "guard")
        .containsEntry("client_secret", "p%q +ü&x=y")
        .hasSize(3);
  }

  @Test
  void exchange_namesTypesAndTarget() {
    TokenMessage message =
        message(
            ClientAuthentication.none("guard"),
            new Grant.Exchanged(SubjectToken.of("https://login.example.com", "a.b.c+/=")),
            TARGET);

    assertThat(message.headers()).doesNotContainKey("Authorization");
    assertThat(form(message))
        .isEqualTo(
            Map.of(
                "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token", "a.b.c+/=",
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                "requested_token_type", "urn:ietf:params:oauth:token-type:access_token",
                "scope", "files:read files:list",
                "resource", "https://files.example.com/mcp",
                "audience", "api://files",
                "client_id", "guard"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"", "a\\b", "ü"})
  void noScope_isRefused(String scope) {
    assertThatThrownBy(() -> TokenTarget.unnamed().withScopes("ok", scope))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no scope");
  }

  @Test
  void relativeResourceOrFragment_isRefused() {
    for (String resource : new String[] {"/mcp", "https://files.example.com/mcp#x"}) {
      assertThatThrownBy(() -> TokenTarget.unnamed().withResource(URI.create(resource)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(resource);
    }
    assertThatThrownBy(() -> TokenTarget.unnamed().withAudience(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TokenMessage message(
      ClientAuthentication client, Grant grant, TokenTarget target) {
    return TokenMessage.of(ENDPOINT, client, grant, target);
  }

  private static Map<String, String> form(TokenMessage message) {
    String body = new String(message.body(), StandardCharsets.US_ASCII);
    return new TokenServer.Request(body, null, null).form();
  }
}
