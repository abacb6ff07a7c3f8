package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.notFound;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.nimbusds.jose.jwk.RSAKey;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProviderProfile;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Entra for several organisations: codex#38973, hivecommons/hive#3595. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TenantsTest {
  private static final String TEMPLATE = "https://login.example.com/{tenantid}/v2.0";
  private static final String OURS = "11111111-aaaa";
  private static final String OTHERS = "22222222-bbbb";
  private static final String STRANGERS = "99999999-ffff";
  private static final RSAKey KEY = KeyServer.rsa("k");

  private final WireMockServer web = new WireMockServer(wireMockConfig().dynamicPort());

  TenantsTest() {
    web.start();
    metadata(TEMPLATE);
    keys(key(""));
  }

  @AfterEach
  void stop() {
    web.stop();
  }

  @Test
  void tokenOfAListedTenant_isGrantedWithItsOwnIssuer() {
    try (ResourceServer server = server()) {
      assertThat(caller(decide(server, token(OURS, OURS))).getName())
          .isEqualTo("https://login.example.com/" + OURS + "/v2.0|alice");
      assertThat(caller(decide(server, token(OTHERS, OTHERS))).getName())
          .isEqualTo("https://login.example.com/" + OTHERS + "/v2.0|alice");
    }
  }

  /** A stranger's tenant is anybody's, so it may cost nothing either. */
  @ParameterizedTest
  @ValueSource(
      strings = {STRANGERS, "{tenantid}", "common", "11111111-AAAA", "", "11111111-aaaa/x"})
  void otherTenant_isAnotherIssuerAndCostsNothing(String tenant) {
    try (ResourceServer server = server()) {
      assertInvalidToken(decide(server, token(tenant, tenant)), ReasonCode.WRONG_ISSUER);
      assertInvalidToken(decide(server, token(tenant, OURS)), ReasonCode.WRONG_ISSUER);
      assertThat(web.getAllServeEvents()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"22222222-bbbb\"", "\"\"", "null", "7", "[\"11111111-aaaa\"]"})
  void tenantThatIsNotThatOfTheIssuer_isAnotherIssuerAndCostsNothing(String tid) {
    try (ResourceServer server = server()) {
      assertInvalidToken(decide(server, tokenOf(OURS, ",\"tid\":" + tid)), ReasonCode.WRONG_ISSUER);
      assertInvalidToken(decide(server, tokenOf(OURS, "")), ReasonCode.WRONG_ISSUER);
      assertThat(web.getAllServeEvents()).isEmpty();
    }
  }

  /** Entra publishes the keys of all in one set, and says whom each is for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "https://login.example.com/{tenantid}/v2.0"    | true
          "https://login.example.com/11111111-aaaa/v2.0" | true
          "https://login.example.com/22222222-bbbb/v2.0" | false
          "https://login.example.com/{tenantid}/v1.0"    | false
          "{tenantid}"                                   | false
          ""                                             | false
          7                                              | false
          """)
  void keyThatNamesAnIssuer_isForThatOne(String issuer, boolean good) {
    keys(key(",\"issuer\":" + issuer));
    try (ResourceServer server = server()) {
      AccessDecision decision = decide(server, token(OURS, OURS));
      if (good) {
        assertGranted(decision);
      } else {
        assertInvalidToken(decision, ReasonCode.KEY_NOT_FOUND);
      }
    }
  }

  /** The document of the address is the operator's, and of it the issuer that he wrote. */
  @Test
  void metadataOfAnotherTemplate_isNotRead() {
    metadata("https://evil.example.com/{tenantid}/v2.0");
    try (ResourceServer server = server()) {
      assertThat(((AccessDecision.Refused) decide(server, token(OURS, OURS))).status())
          .isEqualTo(503);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://login.example.com/v2.0",
        "http://login.example.com/{tenantid}/v2.0",
        "https://{tenantid}.example.com/v2.0",
        "https://login.example.com/x{tenantid}/v2.0",
        "https://login.example.com/{tenantid}/{tenantid}",
        "https://login.example.com/{tenantId}/v2.0",
        "https://login.example.com/{tenantid}/v2 0"
      })
  void templateWithoutOnePlaceForTheTenant_stopsTheStart(String template) {
    AuthorizationServer server = AuthorizationServer.of("https://login.example.com");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.expectTenants(template, OURS))
        .withMessageContaining("is no issuer template");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "*", "a/b", "common", "organizations", "consumers", "contoso.com", " t"})
  void whatIsNoTenantId_stopsTheStart(String tenant) {
    AuthorizationServer server = AuthorizationServer.of("https://login.example.com");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.expectTenants(TEMPLATE, OURS, tenant))
        .withMessageContaining("is no tenant id");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.expectTenants(TEMPLATE))
        .withMessageContaining("are missing");
  }

  /** Whatever it is called; and a name that only looks like it asks for nothing. */
  @Test
  void profileForTenants_stopsTheStartWithoutThem() {
    ProviderProfile known = ProviderProfile.named("entra-multitenant");
    AuthorizationServer server = AuthorizationServer.of("https://login.example.com");
    for (ProviderProfile profile : List.of(known, known.toBuilder("ours").build())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> start(server.withProfile(profile)))
          .withMessageContaining("has the profile '" + profile.name() + "' and no tenants")
          .withMessageContaining("Write expectTenants(template, tenants)");
      start(server.withProfile(profile).expectTenants(TEMPLATE, OURS));
    }
    start(server.withProfile(ProviderProfile.builder("entra-multitenants").build()));
  }

  private static void start(AuthorizationServer server) {
    ResourceServer.builder(ProtectedServer.RESOURCE, server, ToolPolicy.builder().build())
        .build()
        .close();
  }

  private ResourceServer server() {
    AuthorizationServer entra =
        AuthorizationServer.of(web.baseUrl() + "/organizations/v2.0")
            .withProfile("entra-multitenant")
            .expectAudience(ProtectedServer.RESOURCE)
            .expectTenants(TEMPLATE, OURS, OTHERS);
    return ResourceServer.builder(
            ProtectedServer.RESOURCE, entra, ToolPolicy.builder().initialScopes("mcp").build())
        .clock(ProtectedServer.CLOCK)
        .build();
  }

  private void metadata(String issuer) {
    web.stubFor(get(anyUrl()).willReturn(notFound()));
    web.stubFor(
        get(urlEqualTo("/organizations/v2.0/.well-known/openid-configuration"))
            .willReturn(
                ok(
                    "{\"issuer\":\""
                        + issuer
                        + "\",\"jwks_uri\":\""
                        + web.baseUrl()
                        + "/keys\",\"response_types_supported\":[\"code\"]}")));
  }

  private void keys(String jwk) {
    web.stubFor(get(urlEqualTo("/keys")).willReturn(ok("{\"keys\":[" + jwk + "]}")));
  }

  private static String key(String more) {
    return KeyServer.jwk(KEY).replaceFirst("}$", more + "}");
  }

  private static String token(String issuerTenant, String tid) {
    return tokenOf(issuerTenant, ",\"tid\":\"" + tid + "\"");
  }

  private static String tokenOf(String tenant, String more) {
    long exp = ProtectedServer.CLOCK.instant().plusSeconds(300).getEpochSecond();
    return KeyServer.rs256(
        KEY,
        "{\"alg\":\"RS256\",\"kid\":\"k\",\"typ\":\"JWT\"}",
        "{\"iss\":\"https://login.example.com/"
            + tenant
            + "/v2.0\",\"sub\":\"alice\",\"ver\":\"2.0\",\"azp\":\"c\",\"aud\":\""
            + ProtectedServer.RESOURCE
            + "\",\"scp\":\"mcp\",\"exp\":"
            + exp
            + more
            + "}");
  }

  private static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
