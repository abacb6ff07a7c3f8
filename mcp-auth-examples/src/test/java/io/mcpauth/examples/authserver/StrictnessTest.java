package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The development server as strict as Keycloak, oidc-provider and others are. */
class StrictnessTest {
  private static final String REGISTRATION =
      """
      {"client_name": "narrow", "redirect_uris": ["%s"], "scope": "files:list files:read",
       "token_endpoint_auth_method": "none",
       "grant_types": ["authorization_code", "refresh_token"]}
      """
          .formatted(Desk.REDIRECT);

  /** As mcp-remote and both TypeScript SDKs do: with the scopes of the first challenge. */
  @Test
  void clientThatRegisteredWithFewScopes_getsInvalidScopeForAStepUp() {
    try (Desk desk = new Desk(Strictness.NONE.holdingClientsToRegisteredScopes())) {
      String client = registered(desk);
      Browser browser = new Browser();
      assertThat(desk.code(browser, desk.authorize(client, "scope", "files:list files:read")))
          .isNotBlank();
      Map<String, String> answer =
          desk.allowed(browser, desk.authorize(client, "scope", "files:list files:write"));
      assertThat(answer)
          .containsEntry("error", "invalid_scope")
          .containsEntry("error_description", "This client may ask for files:list files:read alone")
          .doesNotContainKey("code");
    }
  }

  @Test
  void clientThatRegisteredWithFewScopes_stepsUpWhereItIsNotHeldToThem() {
    try (Desk desk = new Desk(Desk.RESOURCE)) {
      String client = registered(desk);
      assertThat(desk.code(new Browser(), desk.authorize(client, "scope", "files:write")))
          .isNotBlank();
    }
  }

  @Test
  void clientThatRegisteredWithoutScopes_mayHaveAll() {
    try (Desk desk = new Desk(Strictness.NONE.holdingClientsToRegisteredScopes())) {
      String client = desk.publicClient("wide");
      String scopes = "files:list files:read files:write";
      String code = desk.code(new Browser(), desk.authorize(client, "scope", scopes));
      JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
      assertThat(tokens.get("scope").stringValue().split(" ")).hasSize(3);
    }
  }

  @Test
  void omittedScope_asksForWhatTheClientRegistered() {
    try (Desk desk = new Desk(Strictness.NONE.holdingClientsToRegisteredScopes())) {
      HttpResponse<String> consent =
          new Browser()
              .open(desk.authorize(registered(desk), "scope", ""), Desk.USER, Desk.PASSWORD);
      assertThat(consent.body()).contains("files:list", "files:read").doesNotContain("files:write");
    }
  }

  @Test
  void publishedScopes_holdTheClientOfADocumentToo() {
    try (Desk desk = new Desk(Strictness.NONE.holdingClientsToRegisteredScopes());
        DocumentSite site = new DocumentSite()) {
      String client = site.publish("/narrow", Map.of("scope", "files:list"));
      assertThat(desk.code(new Browser(), desk.authorize(client))).isNotBlank();
      assertThat(desk.allowed(new Browser(), desk.authorize(client, "scope", "files:write")))
          .containsEntry("error", "invalid_scope");
    }
  }

  @Test
  void withoutClientDocuments_noneIsOfferedOrFetched() {
    try (Desk desk = new Desk(Strictness.NONE.refusingClientDocuments());
        DocumentSite site = new DocumentSite()) {
      JsonNode metadata = Desk.JSON.readTree(desk.get(Desk.METADATA).body());
      assertThat(metadata.get("client_id_metadata_document_supported").booleanValue()).isFalse();
      String client = site.publish("/unwanted", Map.of());
      HttpResponse<String> page =
          new Browser().open(desk.authorize(client), Desk.USER, Desk.PASSWORD);
      assertThat(page.statusCode()).isEqualTo(400);
      assertThat(page.body())
          .contains("is not known to this server", "FILE_TOOLS_CLIENT_METADATA")
          .doesNotContain("href");
      HttpResponse<String> answer = desk.exchange(client, "c0de");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(Desk.error(answer)).isEqualTo("invalid_client");
      assertThat(site.requests("/unwanted")).isZero();
      assertThat(desk.tokens(desk.publicClient("registers")).has("access_token")).isTrue();
    }
  }

  @Test
  void audienceByMapper_isThereWithItsScopeAlone() throws Exception {
    try (Desk desk = new Desk(Strictness.NONE.bringingTheAudienceBy(Set.of("files:read")))) {
      String client = desk.publicClient("mapped");
      assertThat(audience(desk, client, "files:list files:read")).isEqualTo(Desk.RESOURCE);
      assertThat(audience(desk, client, "files:list")).isEqualTo(client);
    }
  }

  @Test
  void audienceByMapper_doesNotReadTheResource() throws Exception {
    try (Desk desk = new Desk(Strictness.NONE.bringingTheAudienceBy(Set.of("files:read")))) {
      String client = desk.publicClient("other resource");
      String other = "https://other.example/mcp";
      String code =
          desk.code(
              new Browser(), desk.authorize(client, "resource", other, "scope", "files:read"));
      HttpResponse<String> answer = desk.exchange(client, code, "resource", other);
      assertThat(AuthorizationFlowTest.audience(Desk.JSON.readTree(answer.body())))
          .isEqualTo(Desk.RESOURCE);
    }
  }

  @Test
  void audienceByAScopeThatIsNotOnOffer_isRefused() {
    Strictness wrong = Strictness.NONE.bringingTheAudienceBy(Set.of("files:raed"));
    assertThatThrownBy(() -> Desk.settings(0, Set.of(Desk.RESOURCE), wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("files:raed")
        .hasMessageContaining("files:read");
  }

  @Test
  void audienceByMapperForTwoResources_isRefused() {
    Strictness mapped = Strictness.NONE.bringingTheAudienceBy(Set.of("files:read"));
    Set<String> two = Set.of(Desk.RESOURCE, "http://localhost:8081/mcp");
    assertThatThrownBy(() -> Desk.settings(0, two, mapped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write one resource");
  }

  private static String registered(Desk desk) {
    JsonNode client = Desk.JSON.readTree(desk.register(REGISTRATION).body());
    return client.get("client_id").stringValue();
  }

  private static String audience(Desk desk, String client, String scope) throws Exception {
    String code = desk.code(new Browser(), desk.authorize(client, "scope", scope));
    return AuthorizationFlowTest.audience(Desk.JSON.readTree(desk.exchange(client, code).body()));
  }
}
