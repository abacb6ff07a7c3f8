package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Clients that prove themselves with their own key. */
class PrivateKeyJwtTest {
  private static Desk desk;
  private static DocumentSite site;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
    site = new DocumentSite();
  }

  @AfterAll
  static void stop() {
    desk.close();
    site.close();
  }

  @Test
  void publishedKey_provesTheClientAtEveryEndpoint() {
    SignedClient signer = new SignedClient();
    String client = site.publish("/signed", signer.metadata());
    String code = desk.code(new Browser(), desk.authorize(client));
    JsonNode tokens =
        Desk.JSON.readTree(
            exchange(client, code, signer.assertion(client, desk.server.issuer())).body());
    String token = tokens.get("refresh_token").stringValue();
    HttpResponse<String> refreshed =
        desk.refresh(client, token, SignedClient.fields(signer.assertion(client, tokenEndpoint())));
    assertThat(refreshed.statusCode()).as("aud is the token endpoint, as ChatGPT's").isEqualTo(200);
    String next = Desk.JSON.readTree(refreshed.body()).get("refresh_token").stringValue();
    assertThat(
            desk.form(
                    Desk.REVOKE,
                    SignedClient.fields(
                        signer.assertion(client, desk.server.issuer()), "token", next))
                .statusCode())
        .as("without a client_id beside the assertion")
        .isEqualTo(200);
    assertThat(
            Desk.error(
                desk.refresh(
                    client,
                    next,
                    SignedClient.fields(signer.assertion(client, desk.server.issuer())))))
        .as("revoked")
        .isEqualTo("invalid_grant");
  }

  @Test
  void assertionUsedTwice_isRefused() {
    SignedClient signer = new SignedClient();
    String client = site.publish("/replay", signer.metadata());
    String assertion = signer.assertion(client, desk.server.issuer());
    Browser browser = new Browser();
    String first = desk.code(browser, desk.authorize(client));
    assertThat(exchange(client, first, assertion).statusCode()).isEqualTo(200);
    String second = desk.code(browser, desk.authorize(client));
    assertInvalidClient(exchange(client, second, assertion));
    assertThat(
            exchange(client, second, signer.assertion(client, desk.server.issuer())).statusCode())
        .as("the refusal did not spend the code")
        .isEqualTo(200);
  }

  @Test
  void clientWithAKey_cannotDoWithout() {
    String client = site.publish("/without", new SignedClient().metadata());
    String code = desk.code(new Browser(), desk.authorize(client));
    assertInvalidClient(desk.exchange(client, code));
    assertInvalidClient(desk.exchange(client, code, "client_secret", "x"));
  }

  @Test
  void wrongAssertion_isRefused() {
    SignedClient signer = new SignedClient();
    String client = site.publish("/assertions", signer.metadata());
    String other = site.publish("/others", signer.metadata());
    String code = desk.code(new Browser(), desk.authorize(client));
    String issuer = desk.server.issuer();
    for (String assertion :
        List.of(
            new SignedClient().assertion(client, issuer),
            signer.assertion(client, "https://evil.example"),
            signer.assertion(client, issuer + "/"),
            signer.assertion(other, issuer),
            "no.j.wt",
            "")) {
      assertInvalidClient(exchange(client, code, assertion));
    }
    HttpResponse<String> otherType =
        desk.exchange(
            client,
            code,
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
            "client_assertion",
            signer.assertion(client, issuer));
    assertInvalidClient(otherType);
  }

  @Test
  void publicClientWithAnAssertion_isRefused() {
    String client = site.publish("/public", Map.of());
    String code = desk.code(new Browser(), desk.authorize(client));
    assertInvalidClient(
        exchange(client, code, new SignedClient().assertion(client, desk.server.issuer())));
  }

  @Test
  void registeredKey_provesTheClient() {
    SignedClient signer = new SignedClient();
    Map<String, Object> metadata = new TreeMap<>(signer.metadata());
    metadata.put("redirect_uris", List.of(Desk.REDIRECT));
    JsonNode registered =
        Desk.JSON.readTree(desk.register(Desk.JSON.writeValueAsString(metadata)).body());
    assertThat(registered.has("client_secret")).isFalse();
    String client = registered.get("client_id").stringValue();
    String code = desk.code(new Browser(), desk.authorize(client));
    assertInvalidClient(desk.exchange(client, code));
    assertThat(exchange(client, code, signer.assertion(client, desk.server.issuer())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void twoWaysAtOnce_areAnInvalidRequest() {
    SignedClient signer = new SignedClient();
    String client = site.publish("/two", signer.metadata());
    String[] fields =
        SignedClient.fields(
            signer.assertion(client, desk.server.issuer()), "client_secret", "x", "token", "t");
    assertThat(Desk.error(desk.form(Desk.REVOKE, fields))).isEqualTo("invalid_request");
    String[] beside =
        SignedClient.fields(signer.assertion(client, desk.server.issuer()), "token", "t");
    HttpResponse<String> header =
        desk.send(
            desk.formRequest(Desk.REVOKE, beside).header("Authorization", "Basic eDp5").build());
    assertThat(Desk.error(header)).isEqualTo("invalid_request");
  }

  private static HttpResponse<String> exchange(String client, String code, String assertion) {
    return desk.exchange(client, code, SignedClient.fields(assertion));
  }

  private static String tokenEndpoint() {
    return desk.uri(Desk.TOKEN).toString();
  }

  private static void assertInvalidClient(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(Desk.error(answer)).isEqualTo("invalid_client");
  }
}
