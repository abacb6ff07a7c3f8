package io.mcpauth.token;

import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OAUTH_INSERTED;
import static io.mcpauth.token.WebServer.OAUTH;
import static io.mcpauth.token.WebServer.OPENID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.AddressPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderAddressTest {
  private static final WebServer WEB = new WebServer();
  private static final AuthorizationServerDiscovery DISCOVERY = new AuthorizationServerDiscovery();
  private static final String JWKS = "https://keys.example.com/jwks";

  @AfterAll
  static void stop() {
    DISCOVERY.close();
    WEB.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"issuer\":\"ISSUER\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":null}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":1}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"keys\"}"
      })
  void metadataWithoutKeys_isPassedOver(String body) {
    String path = WEB.newPath();
    WEB.answer(OAUTH + path, 200, body.replace("ISSUER", WEB.origin() + path));
    WEB.metadata(OPENID + path, WEB.origin() + path, JWKS);

    assertThat(keysOf(WEB.origin() + path).uri()).hasToString(JWKS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/jwks",
        "keys.example.com/jwks",
        "//keys.example.com/jwks",
        "ftp://keys.example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "jar:https://k.test!/x",
        "data:,x",
        "https:",
        "https://",
        "https:///jwks",
        "HTTP://169.254.169.254/",
        "gopher://k.test/",
        "a b"
      })
  void keysElsewhereThanHttps_areRefused(String jwksUri) {
    String path = WEB.newPath();
    for (String place : List.of(OAUTH + path, OPENID + path, path + OPENID)) {
      WEB.metadata(place, WEB.origin() + path, jwksUri);
    }

    assertThat(refusal(WEB.origin() + path).facts().values())
        .containsOnly("jwks_uri is not an https URL");
  }

  /** The operator wrote a private issuer down, so what it names may be private too. */
  @Test
  void keysOfAPrivateIssuer_mayBePrivate() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);

    assertThat(keysOf(WEB.origin() + path).policy()).isEqualTo(AddressPolicy.OPERATOR_CONFIGURED);
  }

  @ParameterizedTest
  @CsvSource({
    "93.184.215.14, https://keys.test/jwks, NAMED_BY_A_PUBLIC_SERVER",
    "93.184.215.14, https://i.test/jwks, OPERATOR_CONFIGURED",
    "192.168.1.4, https://keys.test/jwks, OPERATOR_CONFIGURED"
  })
  void keysOfAPublicIssuer_mayBePrivateOnItsOwnHostAlone(
      String address, String jwksUri, AddressPolicy policy) throws Exception {
    String json = "{\"issuer\":\"https://i.test\",\"jwks_uri\":\"" + jwksUri + "\"}";
    DiscoveredMetadata found =
        new DiscoveredMetadata(
            AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test"),
            URI.create("https://i.test" + OAUTH),
            InetAddress.getByName(address));

    assertThat(ProviderAddress.ofKeys(found).policy()).isEqualTo(policy);
  }

  private static ProviderAddress keysOf(String issuer) {
    return DISCOVERY.fetch(issuer, OAUTH_INSERTED, ProviderAddress::ofKeys);
  }

  private static AuthException refusal(String issuer) {
    AuthException refusal = catchThrowableOfType(AuthException.class, () -> keysOf(issuer));
    assertThat(refusal).isNotNull();
    return refusal;
  }
}
