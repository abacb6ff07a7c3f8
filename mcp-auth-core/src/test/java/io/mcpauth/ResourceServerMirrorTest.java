package io.mcpauth;

import static io.mcpauth.token.WebServer.OAUTH;
import static io.mcpauth.token.WebServer.OPENID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.AuthorizationServerMirror;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.WebServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ResourceServerMirrorTest {
  private static final WebServer WEB = new WebServer();

  private final String path = WEB.newPath();
  private final String issuer = WEB.origin() + path;

  @AfterAll
  static void stop() {
    WEB.close();
  }

  @Test
  void mirror_isOfTheFirstAuthorizationServer() {
    WEB.answer(OAUTH + path, 200, document());
    try (ResourceServer server =
        ProtectedServer.of(AuthorizationServer.of(issuer))
            .authorizationServer(AuthorizationServer.of("https://other.example.com"))
            .build()) {
      assertThat(WEB.requestsWith(path)).isEmpty();
      assertThat(server.authorizationServerMirror().document()).asString(UTF_8).contains(issuer);
    }
  }

  @Test
  void profile_saysWhereToAskFirst() {
    WEB.answer(path + OPENID, 200, document());
    try (ResourceServer server =
        ProtectedServer.of(
                AuthorizationServer.of(issuer).withProfile("entra-v2").expectAudience("a"))
            .build()) {
      assertThat(server.authorizationServerMirror().document()).asString(UTF_8).contains(issuer);
      assertThat(WEB.requestsWith(path)).containsExactly(path + OPENID);
    }
  }

  @Test
  void mcpOrigin_isNoAuthorizationServer() {
    WEB.answer(OAUTH + path, 200, document());
    try (ResourceServer server = ProtectedServer.of(AuthorizationServer.of(issuer)).build()) {
      String mirrored = new String(server.authorizationServerMirror().document(), UTF_8);

      assertThat(mirrored).doesNotContain("mcp.example.com");
      assertThat(server.metadata().authorizationServers()).containsExactly(issuer);
    }
  }

  @Test
  void closedServer_mirrorsNothing() {
    WEB.answer(OAUTH + path, 200, document());
    ResourceServer server = ProtectedServer.of(AuthorizationServer.of(issuer)).build();
    AuthorizationServerMirror mirror = server.authorizationServerMirror();
    assertThat(mirror.document()).asString(UTF_8).contains(issuer);

    server.close();

    AuthException refusal = catchThrowableOfType(AuthException.class, mirror::document);
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    assertThat(refusal.facts()).containsEntry("problem", "closed");
  }

  private String document() {
    return ("{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/a\",\"token_endpoint\":\"%s/t\","
            + "\"response_types_supported\":[\"code\"]}")
        .formatted(issuer, issuer, issuer);
  }
}
