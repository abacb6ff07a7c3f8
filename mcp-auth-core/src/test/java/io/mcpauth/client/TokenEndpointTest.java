package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.DISCOVERY_FAILED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenEndpointTest {
  private static final ClientAuthentication CLIENT =
      ClientAuthentication.secretBasic("guard", "hush");

  private final TokenServer server = new TokenServer();
  private final AtomicInteger lookups = new AtomicInteger();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://login.example.com/token",
        "ftp://login.example.com/token",
        "HTTPS://login.example.com/token",
        "/token",
        "https:///token",
        "https://user:pw@login.example.com/token",
        "https://login.example.com/token#x",
        "https://login.example.com:0/token"
      })
  void unusableAddress_stopsTheStart(String uri) {
    assertThatThrownBy(() -> TokenEndpoint.of("https://login.example.com", URI.create(uri), CLIENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Token endpoint '")
        .hasMessageContaining("Write it as the provider's metadata does")
        .hasMessageNotContaining("pw");
  }

  @ParameterizedTest
  @ValueSource(strings = {"login.example.com", "https://login.example.com?x", "not a uri"})
  void unusableIssuer_stopsTheStart(String issuer) {
    URI endpoint = URI.create("https://x.test/t");
    List<ThrowingCallable> both =
        List.of(
            () -> TokenEndpoint.of(issuer, endpoint, CLIENT),
            () -> TokenEndpoint.discovered(issuer, CLIENT));
    for (ThrowingCallable factory : both) {
      assertThatThrownBy(factory)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Issuer '" + issuer + "'");
    }
  }

  @Test
  void queryOfTheEndpoint_isKept() {
    URI uri = URI.create("https://login.example.com/token?tenant=1");

    assertThat(TokenEndpoint.of("https://login.example.com/", uri, CLIENT))
        .hasToString(
            "TokenEndpoint[https://login.example.com/,"
                + " ClientAuthentication[client_secret_basic, guard]]");
  }

  @Test
  void discoveredEndpoint_isTheOneThatTheMetadataNames() throws Exception {
    TokenEndpoint endpoint = TokenEndpoint.discovered(server.issuer(), CLIENT);
    assertThat(server.requests()).isEmpty();
    String metadata = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\",\"token_endpoint\":\"%s\"}";
    server.answer(metadata.formatted(server.issuer(), server.issuer(), server.uri()));
    assertThat(endpoint.location().uri()).isEqualTo(server.uri());
  }

  @Test
  void metadataWithoutATokenEndpoint_isDiscoveryThatFailed() {
    server.answer(
        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}".formatted(server.issuer(), server.issuer()));
    TokenEndpoint endpoint = TokenEndpoint.discovered(server.issuer(), CLIENT);
    ClientException problem = catchThrowableOfType(ClientException.class, endpoint::location);
    assertThat(problem.reason()).isEqualTo(DISCOVERY_FAILED);
    assertThat(problem).hasMessageContaining("no token_endpoint");
  }

  @Test
  void foundEndpoint_isLookedUpOnceAndLazily() throws Exception {
    TokenEndpoint endpoint = found(AddressPolicy.OPERATOR_CONFIGURED);
    try (ClientCredentials one = new ClientCredentials(endpoint, TokenTarget.unnamed());
        ClientCredentials two = new ClientCredentials(endpoint, TokenTarget.unnamed())) {
      assertThat(lookups).hasValue(0);
      assertThat(one.token().value()).isEqualTo("token-1");
      assertThat(two.token().value()).isEqualTo("token-1");
    }
    assertThat(lookups).hasValue(1);
  }

  @Test
  void foundEndpointAtAnAddressThatIsNotForOutsiders_isNotAsked() {
    TokenEndpoint endpoint = found(AddressPolicy.PUBLIC_ONLY);
    try (ClientCredentials client = new ClientCredentials(endpoint, TokenTarget.unnamed())) {
      assertThat(catchThrowableOfType(ClientException.class, client::token).reason())
          .isEqualTo(ENDPOINT_UNREACHABLE);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void foundEndpointThatIsGone_isLookedUpAnew() throws Exception {
    TokenEndpoint endpoint = found(AddressPolicy.OPERATOR_CONFIGURED);
    EndpointLookup.Location unused = endpoint.location();
    endpoint.forgetLocation();

    assertThat(endpoint.location().uri()).isEqualTo(server.uri());
    assertThat(lookups).hasValue(2);
  }

  @Test
  void failedLookup_isNotRepeatedAtOnce() {
    TokenEndpoint endpoint =
        TokenEndpoint.found(
            server.issuer(),
            issuer -> {
              lookups.incrementAndGet();
              throw new IllegalStateException("no metadata\r\nanywhere");
            },
            CLIENT);

    for (int i = 0; i < 3; i++) {
      ClientException problem = catchThrowableOfType(ClientException.class, endpoint::location);
      assertThat(problem.reason()).isEqualTo(DISCOVERY_FAILED);
      assertThat(problem).hasMessageEndingWith("DISCOVERY_FAILED, no metadata??anywhere");
    }
    assertThat(lookups).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://login.example.com/token", "javascript:x", "https://u@x.test/t"})
  void lookupThatFindsAnUnusableAddress_fails(String uri) {
    TokenEndpoint endpoint =
        TokenEndpoint.found(
            server.issuer(),
            issuer ->
                new EndpointLookup.Location(URI.create(uri), AddressPolicy.OPERATOR_CONFIGURED),
            CLIENT);

    assertThat(catchThrowableOfType(ClientException.class, endpoint::location).reason())
        .isEqualTo(DISCOVERY_FAILED);
  }

  private TokenEndpoint found(AddressPolicy policy) {
    return TokenEndpoint.found(
        server.issuer(),
        issuer -> {
          lookups.incrementAndGet();
          assertThat(issuer).isEqualTo(server.issuer());
          return new EndpointLookup.Location(server.uri(), policy);
        },
        CLIENT);
  }
}
