package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.KeyStatus;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.ProxyTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The token in the header of an identity-aware proxy, which is then the only credential. */
class ProxyTokensTest {
  private static final String HEADER = "X-Proxy-Assertion";
  private static final String AUDIENCE = "/projects/1/global/backendServices/2";
  private static final TestIssuer LOGIN = TestIssuer.start(ProtectedServer.CLOCK);
  private static final TestIssuer PROXY = TestIssuer.start(ProtectedServer.CLOCK);

  @AfterAll
  static void stop() {
    LOGIN.close();
    PROXY.close();
  }

  private static ProxyTokens proxyTokens() {
    return ProxyTokens.inHeader(
        HEADER,
        AuthorizationServer.of(PROXY.issuer())
            .withProfile("google-iap")
            .expectAudience(AUDIENCE)
            .withJwksUri(PROXY.jwksUri()));
  }

  private static ResourceServerBuilder builder() {
    return builder(ToolPolicy.builder().initialScopes("mcp").tool("plain").build());
  }

  private static ResourceServerBuilder builder(ToolPolicy policy) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE,
            AuthorizationServer.of(LOGIN.issuer()).withJwksUri(LOGIN.jwksUri()),
            policy)
        .clock(ProtectedServer.CLOCK);
  }

  private static TestIssuer.Token assertion() {
    return PROXY
        .token(AUDIENCE)
        .signedWith("ES256")
        .header("typ", "JWT")
        .withoutClaim("client_id")
        .claim("email", "alice@acme.test");
  }

  private static String bearer() {
    return LOGIN.token(ProtectedServer.RESOURCE).mint();
  }

  private static RequestStub get() {
    return RequestStub.of("GET");
  }

  @Test
  void tokenOfTheProxy_isTheCaller() {
    try (ResourceServer server = builder().accept(proxyTokens()).exposeClaims("email").build()) {
      McpPrincipal caller = caller(server.decide(get().header(HEADER, assertion().mint())));

      assertThat(caller.scheme()).isEqualTo(Scheme.PROXY);
      assertThat(caller.issuer()).isEqualTo(PROXY.issuer());
      assertThat(caller.getName()).isEqualTo(PROXY.issuer() + "|alice");
      assertThat(caller.claims()).isEqualTo(Map.of("email", "alice@acme.test"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization, Bearer s3cr3t",
    "Authorization, Basic YTpi",
    "Authorization, 'Bearer a,b'",
    "authorization, DPoP x",
    "X-API-Key, k",
    "Cookie, CF_Authorization=x",
    "Cf-Access-Jwt-Assertion, x",
    "Client-Cert, :YQ==:"
  })
  void everythingElse_isNotLookedAt(String name, String value) {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      RequestStub request = get().header(HEADER, assertion().mint());
      assertGranted(server.decide(request.header(name, value)));
      assertGranted(server.decide(request.header(name, value, value)));
      assertGranted(server.decide(request.query("access_token=" + value)));
      assertRefused(server.decide(get().header(name, value)), 401, ReasonCode.CREDENTIAL_MISSING);
    }
  }

  @Test
  void goodTokenOfTheAuthorizationServer_isNoCredential() {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      assertRefused(server.decide(get().bearer(bearer())), 401, ReasonCode.CREDENTIAL_MISSING);
      assertInvalidToken(server.decide(get().header(HEADER, bearer())), ReasonCode.WRONG_ISSUER);
      assertInvalidToken(
          server.decide(get().header(HEADER, bearer()).bearer(bearer())), ReasonCode.WRONG_ISSUER);
    }
  }

  @Test
  void tokenOfTheProxyInAuthorization_isNoCredential() {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      assertRefused(
          server.decide(get().bearer(assertion().mint())), 401, ReasonCode.CREDENTIAL_MISSING);
      assertInvalidToken(
          server.decide(get().header(HEADER, "Bearer " + assertion().mint())),
          ReasonCode.TOKEN_MALFORMED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X_Proxy_Assertion", "X-Proxy_Assertion", "X-Proxy-Assertion2"})
  void headerInAnotherSpelling_isNone(String name) {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      assertRefused(
          server.decide(get().header(name, assertion().mint())),
          401,
          ReasonCode.CREDENTIAL_MISSING);
      assertGranted(
          server.decide(
              get().header("x-proxy-ASSERTION", assertion().mint()).header(name, "forged")));
    }
  }

  @Test
  void severalLines_areABadRequest() {
    String good = assertion().mint();
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      for (String[] lines :
          List.of(
              new String[] {good, good},
              new String[] {good, ""},
              new String[] {"", good},
              new String[] {good + ", " + good},
              new String[] {good + ","})) {
        assertRefused(
            server.decide(get().header(HEADER, lines)), 400, ReasonCode.SEVERAL_CREDENTIALS);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void emptyHeader_isNone(String line) {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      assertRefused(
          server.decide(get().header(HEADER, line).bearer(bearer())),
          401,
          ReasonCode.CREDENTIAL_MISSING);
    }
  }

  @Test
  void tokenForSomebodyElse_isRefused() {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      for (String audience : List.of(AUDIENCE + "0", "/projects/1", ProtectedServer.RESOURCE)) {
        assertInvalidToken(
            server.decide(get().header(HEADER, assertion().claim("aud", audience).mint())),
            ReasonCode.WRONG_AUDIENCE);
      }
      assertInvalidToken(
          server.decide(
              get().header(HEADER, assertion().expiresIn(Duration.ofSeconds(-65)).mint())),
          ReasonCode.TOKEN_EXPIRED);
      assertInvalidToken(
          server.decide(get().header(HEADER, assertion().header("alg", "none").mint())),
          ReasonCode.ALGORITHM_NOT_ALLOWED);
      assertInvalidToken(
          server.decide(get().header(HEADER, assertion().mint().replaceAll("\\.[^.]*$", ".AAAA"))),
          ReasonCode.SIGNATURE_INVALID);
      String bound = assertion().claim("cnf", Map.of("jkt", "A".repeat(43))).mint();
      assertInvalidToken(
          server.decide(get().header(HEADER, bound)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @Test
  void headerThatIsNotConfigured_isIgnored() {
    try (ResourceServer server = builder().build()) {
      assertRefused(
          server.decide(get().header(HEADER, assertion().mint())),
          401,
          ReasonCode.CREDENTIAL_MISSING);
      assertThat(caller(server.decide(get().header(HEADER, "x").bearer(bearer()))).scheme())
          .isEqualTo(Scheme.BEARER);
      assertThat(server.credentialHeaders()).containsExactly("authorization");
    }
  }

  @Test
  void serverKnowsTheProxyAlone() {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      assertGranted(server.decide(get().header(HEADER, assertion().mint())));

      assertThat(server.credentialHeaders())
          .containsExactlyInAnyOrder("authorization", "x-proxy-assertion");
      assertThat(server.keyStatus()).extracting(KeyStatus::issuer).containsExactly(PROXY.issuer());
      assertThat(server.keptVerdicts()).isEqualTo(Map.of(PROXY.issuer(), 1L));
      assertThat(server.metadata().authorizationServers()).containsExactly(LOGIN.issuer());
    }
  }

  @Test
  void ruleOfAccess_isForTheIssuerOfTheProxy() {
    try (ResourceServer server = builder().accept(proxyTokens()).build()) {
      RequestStub request = get().header(HEADER, assertion().mint());
      assertGranted(server.decide(request));
      server.access().deny(AccessTarget.subject(PROXY.issuer(), "alice"));
      assertRefused(server.decide(request), 403, ReasonCode.ACCESS_DENIED);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.access().deny(AccessTarget.subject(LOGIN.issuer(), "alice")));
    }
  }

  @Test
  void policy_mayNameTheSchemeAndNotThatOfOtherTokens() {
    ToolPolicy proxy =
        ToolPolicy.builder()
            .tool("plain", Access.scopes().scheme(Scheme.PROXY).claim("email", "alice@acme.test"))
            .build();
    try (ResourceServer server = builder(proxy).accept(proxyTokens()).build()) {
      RequestStub call =
          RequestStub.post(
                  "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":"
                      + "\"plain\"}}")
              .header(HEADER, assertion().mint());
      assertGranted(server.decide(call));
    }
    ToolPolicy bearer =
        ToolPolicy.builder().tool("plain", Access.scopes().scheme(Scheme.BEARER)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(bearer).accept(proxyTokens()).build())
        .withMessageContaining("'Bearer'")
        .withMessageContaining("[Proxy]");
  }

  @Test
  void anythingElseBesideIt_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder().accept(proxyTokens()).accept(ClientCertificates.fromContainer()).build())
        .withMessageContaining("the only credential")
        .withMessageContaining("[ProxyTokens, ClientCertificates]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder()
                    .accept(proxyTokens())
                    .backChannelLogout(BackChannelLogout.at("/logout", "client"))
                    .build())
        .withMessageContaining("the only callers are those of the proxy");
  }

  @Test
  void setup_asksForTheKeysOfTheProxyAndForNoMetadata() {
    try (TestIssuer login = TestIssuer.start(ProtectedServer.CLOCK);
        TestIssuer keys = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server =
            ResourceServer.builder(
                    ProtectedServer.RESOURCE,
                    AuthorizationServer.of(login.issuer()),
                    ToolPolicy.builder().tool("plain").build())
                .clock(ProtectedServer.CLOCK)
                .accept(
                    ProxyTokens.inHeader(
                        HEADER,
                        AuthorizationServer.of(keys.issuer())
                            .withProfile("google-iap")
                            .expectAudience(AUDIENCE)
                            .withJwksUri(keys.jwksUri())))
                .build()) {
      server.checkSetup();
      String token = keys.token(AUDIENCE).header("typ", "JWT").mint();
      assertGranted(server.decide(get().header(HEADER, token)));

      assertThat(keys.requests("/jwks")).isEqualTo(1);
      assertThat(keys.requests("/.well-known/openid-configuration")).isZero();
      assertThat(login.requests("/jwks")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "cookie", "X_Proxy", "", "Mcp-Session-Id", "Host"})
  void nameThatCannotBe_isRefused(String name) {
    AuthorizationServer proxy = AuthorizationServer.of("https://proxy.example.com");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProxyTokens.inHeader(name, proxy))
        .withMessageContaining("'X-Proxy-Assertion'");
  }

  @Test
  void presets_haveTheFactsOfTheirProxies() {
    ProxyTokens cloudflare =
        ProxyTokens.ofCloudflareAccess("https://acme.cloudflareaccess.com", "tag");
    ProxyTokens google = ProxyTokens.ofGoogleIap(AUDIENCE);

    assertThat(cloudflare.issuer()).isEqualTo("https://acme.cloudflareaccess.com");
    assertThat(google.issuer()).isEqualTo("https://cloud.google.com/iap");
    try (ResourceServer one = builder().accept(cloudflare).build();
        ResourceServer two = builder().accept(google).build()) {
      assertThat(one.credentialHeaders()).contains("cf-access-jwt-assertion");
      assertThat(two.credentialHeaders()).contains("x-goog-iap-jwt-assertion");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ProxyTokens.ofCloudflareAccess("https://acme.cloudflareaccess.com/", "tag"))
        .withMessageContaining("ends with a slash");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProxyTokens.ofCloudflareAccess("https://acme.cloudflareaccess.com"));
    assertThatIllegalArgumentException().isThrownBy(ProxyTokens::ofGoogleIap);
  }
}
