package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientDocumentReaderTest {
  private static final String URL = "https://app.example.com/client.json";
  private static final RegistrationPolicy POLICY =
      RegistrationPolicy.builder().authenticationMethods("none", "private_key_jwt").build();

  @Test
  void minimalDocument_isAPublicClient() {
    ClientIdDocument document = read(Documents.minimal(URL));

    assertThat(document.clientId().value()).isEqualTo(URL);
    assertThat(document.host()).isEqualTo("app.example.com");
    assertThat(document.clientName()).isEqualTo("Example Client");
    assertThat(document.tokenEndpointAuthMethod()).isEqualTo("none");
    assertThat(document.keys()).isNull();
    assertThat(document.metadata().grantTypes()).containsExactly("authorization_code");
    assertThat(document.hasOnlyLoopbackRedirects()).isTrue();
    assertThat(document).hasToString("ClientIdDocument[" + URL + "]");
  }

  @Test
  void redirect_isOneOfTheDocumentWithAnyPortOnLoopback() {
    ClientIdDocument document = read(Documents.minimal(URL));

    assertThat(document.acceptsRedirect("http://127.0.0.1:3000/callback")).isTrue();
    assertThat(document.acceptsRedirect("http://127.0.0.1:49152/callback")).isTrue();
    assertThat(document.acceptsRedirect("http://127.0.0.1:3000/callback2")).isFalse();
    assertThat(document.acceptsRedirect("http://localhost:3000/callback")).isFalse();
    assertThat(document.acceptsRedirect("https://evil.example/callback")).isFalse();
  }

  /** As published in August 2026 (altinity-mcp#118, pomerium#6692). */
  @Test
  void documentOfChatGpt_isAConfidentialClient() {
    String url = "https://chatgpt.com/oauth/client.json";
    ClientIdDocument document =
        read(
            ClientIdUrl.parse(url),
            """
            {"client_id": "https://chatgpt.com/oauth/client.json",
             "client_uri": "https://chatgpt.com/",
             "redirect_uris": ["https://chatgpt.com/connector_platform_oauth_redirect"],
             "token_endpoint_auth_method": "private_key_jwt",
             "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
             "grant_types": ["authorization_code", "refresh_token"],
             "response_types": ["code"],
             "client_name": "ChatGPT",
             "logo_uri": "https://persistent.oaistatic.com/sonic/misc/openai-logo.png",
             "token_endpoint_auth_signing_alg": "RS256",
             "jwks_uri": "https://chatgpt.com/oauth/jwks.json"}
            """,
            true);

    assertThat(document.tokenEndpointAuthMethod()).isEqualTo("private_key_jwt");
    assertThat(document.keys()).isNotNull();
    assertThat(document.keys()).hasToString("ClientKeys[https://chatgpt.com/oauth/jwks.json]");
    assertThat(document.hasOnlyLoopbackRedirects()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com/client.jsom",
        "https://app.example.com/client.json/",
        "https://app.example.com/client.json?",
        "https://app.example.com/cl%69ent.json",
        "https://app.example.com:443/client.json",
        "https://app.example.com/Client.json",
        "HTTPS://app.example.com/client.json",
        "https://app.example.com/client.jso",
        " https://app.example.com/client.json",
        "",
        "s6BhdRkqt3"
      })
  void clientIdThatDiffersInAnyByte_isRefused(String clientId) {
    assertRefused(with("client_id", clientId), "client_id must be the URL");
  }

  @Test
  void clientIdThatIsNoString_isRefused() {
    assertRefused(with("client_id", List.of(URL)), "client_id must be the URL");
    assertRefused(with("client_id", null), "client_id must be the URL");
    assertRefused(without("client_id"), "client_id must be the URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_name", "redirect_uris"})
  void requiredMember_mustBeThere(String member) {
    assertRefused(without(member), "client_name and redirect_uris are required");
    assertRefused(with(member, null), "client_name and redirect_uris are required");
  }

  @Test
  void emptyRequiredMember_isRefused() {
    assertRefused(with("redirect_uris", List.of()), "are required");
    assertRefused(with("client_name", ""), "are required");
  }

  /** A name decides nothing; one that cannot be shown gives way to the host. */
  @ParameterizedTest
  @ValueSource(strings = {"\u202e\u200b", "<img src=x onerror=alert(1)>", "</p>"})
  void nameThatCannotBeShown_isTheHost(String name) {
    ClientIdDocument document = read(with("client_name", name));

    assertThat(document.clientName()).isEqualTo("app.example.com");
    assertThat(document.metadata().clientName()).isNull();
    assertThat(read(with("client_name", List.of("x"))).clientName()).isEqualTo("app.example.com");
    assertThat(read(with("client_name", "x".repeat(201))).clientName())
        .isEqualTo("app.example.com");
  }

  /** MCPJam/inspector#3027. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "mcpjam://oauth/callback",
        "http://evil.example/callback",
        "https://app.example.com/cb#fragment",
        "https://*.example.com/cb",
        ""
      })
  void unusableRedirectBesideAGoodOne_neverMatches(String unusable) {
    String good = "https://app.example.com/cb";
    for (List<String> uris : List.of(List.of(unusable, good), List.of(good, unusable))) {
      ClientIdDocument document = read(with("redirect_uris", uris));

      assertThat(document.redirectUris()).containsExactly(good);
      assertThat(document.acceptsRedirect(good)).isTrue();
      assertThat(document.acceptsRedirect(unusable)).isFalse();
    }
    assertThat(read(with("redirect_uris", Arrays.asList(1L, null, good))).redirectUris())
        .containsExactly(good);
  }

  @Test
  void loopbackRedirectOfAWebApplication_neverMatchesBesideAGoodOne() {
    String good = "https://app.example.com/cb";
    Map<String, @Nullable Object> document =
        with("redirect_uris", List.of(good, "http://localhost/cb"));
    document.put("application_type", "web");

    assertThat(read(document).redirectUris()).containsExactly(good);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret", "client_secret_expires_at"})
  void secret_isRefusedWhateverItsValue(String member) {
    assertRefused(with(member, "hunter2"), member + " must not be in a document");
    assertRefused(with(member, 0L), member + " must not be in a document");
    assertRefused(with(member, null), member + " must not be in a document");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "tls_client_auth",
        "None",
        "private_key_jwt "
      })
  void otherMethod_isRefused(String method) {
    assertRefused(
        with("token_endpoint_auth_method", method),
        "token_endpoint_auth_method must be none or private_key_jwt");
  }

  @Test
  void secretMethod_isRefusedUnderAPolicyThatRegistersIt() {
    Map<String, @Nullable Object> document =
        with("token_endpoint_auth_method", "client_secret_basic");
    ClientDocumentReader reader =
        new ClientDocumentReader(RegistrationPolicy.builder().build(), false);

    assertThat(Refusals.reason(() -> reader.read(ClientIdUrl.parse(URL), document)))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_INVALID);
  }

  @Test
  void wrongType_isRefused() {
    assertRefused(with("redirect_uris", "https://app.example.com/cb"), "redirect_uris must be");
    assertRefused(with("redirect_uris", List.of(1L)), "redirect_uris must be");
    assertRefused(with("token_endpoint_auth_method", true), "token_endpoint_auth_method must be");
    assertRefused(with("jwks", "{}"), "jwks must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "data:text/html,x",
        "http://evil.example/callback",
        "https://app.example.com/cb#fragment",
        "https://user@app.example.com/cb",
        "https://*.example.com/cb",
        "https://app.example.com/a/../cb",
        "cb"
      })
  void redirectThatNoClientMayRegister_isRefused(String redirect) {
    assertRefused(with("redirect_uris", List.of(redirect)), "redirect_uris[0]");
  }

  /** Engram#1241. */
  @ParameterizedTest
  @ValueSource(strings = {"client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"})
  void linkOfAnotherScheme_isLeftOut(String member) {
    for (String link : List.of("javascript:alert(1)", "file:///etc/passwd", "gopher://x/", "//x")) {
      assertThat(read(with(member, link)).metadata().members()).doesNotContainKey(member);
    }
  }

  @Test
  void keysOfAnotherScheme_areRefusedWhereTheyAreUsed() {
    Map<String, @Nullable Object> document = with("jwks_uri", "http://app.example.com/jwks");
    document.put("token_endpoint_auth_method", "private_key_jwt");
    assertRefused(document, "jwks_uri must be an https URL");
  }

  @Test
  void keysAreNeededForAProof_andOnlyOneKindOfThem() {
    Map<String, @Nullable Object> document = with("token_endpoint_auth_method", "private_key_jwt");
    assertRefused(document, "private_key_jwt needs jwks or jwks_uri");

    document.put("jwks_uri", "https://app.example.com/jwks");
    document.put("jwks", Map.of("keys", List.of(TestKey.rsa("one").publicJwk())));
    assertRefused(document, "exclude each other");
  }

  @Test
  void privateKey_isRefusedAlsoOfAPublicClient() {
    Map<String, @Nullable Object> document = Documents.minimal(URL);
    document.put("jwks", Map.of("keys", List.of(TestKey.rsa("one").privateJwk())));
    assertRefused(document, "private");

    document.put("token_endpoint_auth_method", "private_key_jwt");
    assertRefused(document, "private");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "HS256", "rs256"})
  void signingAlgThatIsNotAsymmetric_isRefused(String alg) {
    Map<String, @Nullable Object> document = with("token_endpoint_auth_method", "private_key_jwt");
    document.put("jwks_uri", "https://app.example.com/jwks");
    document.put("token_endpoint_auth_signing_alg", alg);
    assertRefused(document, "token_endpoint_auth_signing_alg must be");
  }

  @Test
  void keysOnThisMachine_areRefusedInADocumentOfTheOutside() {
    Map<String, @Nullable Object> document = with("token_endpoint_auth_method", "private_key_jwt");
    document.put("jwks_uri", "https://localhost/jwks");
    assertRefused(document, "jwks_uri must not be a loopback address");
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com/cb, true",
    "http://127.0.0.1/cb, true",
    "http://localhost:1/cb, true",
    "https://app.example.com:8443/cb, false",
    "https://example.com/cb, false",
    "https://app.example.com.evil.example/cb, false",
    "cursor://anysphere.cursor-mcp/oauth/callback, false"
  })
  void redirectOfAnotherOrigin_isRefusedWhereTheRuleIsOn(String redirect, boolean accepted) {
    String json = Documents.json(with("redirect_uris", List.of(redirect)));

    assertThat(read(ClientIdUrl.parse(URL), json, false).redirectUris()).containsExactly(redirect);
    if (accepted) {
      assertThat(read(ClientIdUrl.parse(URL), json, true).redirectUris()).containsExactly(redirect);
    } else {
      assertThat(Refusals.refusal(() -> read(ClientIdUrl.parse(URL), json, true)).description())
          .contains("on the origin of the document");
      String own = "https://app.example.com/own";
      String both = Documents.json(with("redirect_uris", List.of(redirect, own)));
      assertThat(read(ClientIdUrl.parse(URL), both, true).redirectUris()).containsExactly(own);
    }
  }

  @Test
  void refusal_repeatsNothingOfTheDocumentToTheClient() {
    AuthException refusal =
        Refusals.refusal(() -> read(with("client_secret", "hunter2-the-secret")));

    assertThat(refusal.description()).doesNotContain("hunter2");
    assertThat(refusal.facts().toString()).doesNotContain("hunter2").contains(URL);
  }

  private static void assertRefused(Map<String, @Nullable Object> document, String rule) {
    AuthException refusal = Refusals.refusal(() -> read(document));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_DOCUMENT_INVALID);
    assertThat(refusal.description()).contains(rule);
    assertThat(refusal.facts()).containsEntry("client_id", URL);
  }

  private static Map<String, @Nullable Object> with(String member, @Nullable Object value) {
    Map<String, @Nullable Object> document = Documents.minimal(URL);
    document.put(member, value);
    return document;
  }

  private static Map<String, @Nullable Object> without(String member) {
    Map<String, @Nullable Object> document = new HashMap<>(Documents.minimal(URL));
    document.remove(member);
    return document;
  }

  private static ClientIdDocument read(Map<String, @Nullable Object> document) {
    return read(ClientIdUrl.parse(URL), Documents.json(document), false);
  }

  private static ClientIdDocument read(ClientIdUrl url, String json, boolean sameOrigin) {
    try {
      return new ClientDocumentReader(POLICY, sameOrigin)
          .read(url, Json.object(json.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidJsonException e) {
      throw new IllegalStateException(e);
    }
  }
}
