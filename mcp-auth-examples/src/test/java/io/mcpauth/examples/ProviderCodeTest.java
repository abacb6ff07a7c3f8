package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** Compiles and runs what docs/providers says to put into an authorization server in Java. */
class ProviderCodeTest {
  private static final Path PAGE =
      Path.of("..", "docs", "providers", "spring-authorization-server.md");
  private static final Pattern CODE =
      Pattern.compile("```java customizer\n(.*?)\n```", Pattern.DOTALL);

  @Test
  @SuppressWarnings("unchecked")
  void customizerForSpring_writesResourceAndClientIntoAccessTokensAlone(@TempDir Path directory)
      throws Exception {
    Matcher code = CODE.matcher(Files.readString(PAGE));
    assertThat(code.find()).isTrue();
    Path source = directory.resolve("TokensForTheResource.java");
    Files.writeString(source, code.group(1));
    try (URLClassLoader loader = ShownCode.compiled(directory, source)) {
      OAuth2TokenCustomizer<JwtEncodingContext> customizer =
          (OAuth2TokenCustomizer<JwtEncodingContext>)
              loader.loadClass("TokensForTheResource").getConstructor().newInstance();
      JwtClaimsSet access = customized(customizer, OAuth2TokenType.ACCESS_TOKEN);
      assertThat(access.getAudience()).containsExactly("https://mcp.example.com/mcp");
      assertThat(access.getClaimAsString("client_id")).isEqualTo("mcp-client");
      JwtClaimsSet id = customized(customizer, new OAuth2TokenType("id_token"));
      assertThat(id.getAudience()).containsExactly("mcp-client");
    }
  }

  private static JwtClaimsSet customized(
      OAuth2TokenCustomizer<JwtEncodingContext> customizer, OAuth2TokenType type) {
    JwtClaimsSet.Builder claims =
        JwtClaimsSet.builder().audience(List.of("mcp-client")).issuedAt(Instant.EPOCH);
    customizer.customize(
        JwtEncodingContext.with(JwsHeader.with(SignatureAlgorithm.RS256), claims)
            .registeredClient(
                RegisteredClient.withId("1")
                    .clientId("mcp-client")
                    .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                    .redirectUri("http://127.0.0.1/callback")
                    .build())
            .tokenType(type)
            .build());
    return claims.build();
  }
}
