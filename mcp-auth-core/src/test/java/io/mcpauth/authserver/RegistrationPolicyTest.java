package io.mcpauth.authserver;

import static io.mcpauth.client.ClientMetadataTest.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationPolicyTest {
  private static final RegistrationPolicy POLICY =
      RegistrationPolicy.builder().scopes(List.of("read", "write")).build();

  private static final RegistrationPolicy EVERY_METHOD =
      RegistrationPolicy.builder()
          .grantTypes("authorization_code", "refresh_token", "client_credentials")
          .authenticationMethods(
              "none", "client_secret_basic", "client_secret_post", "private_key_jwt")
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Cursor
        "{\"redirect_uris\":[\"cursor://anysphere.cursor-mcp/oauth/callback\","
            + "\"https://www.cursor.com/agents/mcp/oauth/callback\","
            + "\"http://localhost:8787/callback\"],\"client_name\":\"Cursor\","
            + "\"token_endpoint_auth_method\":\"none\"}",
        // VS Code
        "{\"redirect_uris\":[\"https://insiders.vscode.dev/redirect\","
            + "\"https://vscode.dev/redirect\",\"http://127.0.0.1/\","
            + "\"http://127.0.0.1:33418/\"],\"client_name\":\"Visual Studio Code\","
            + "\"client_uri\":\"https://code.visualstudio.com\",\"grant_types\":["
            + "\"authorization_code\",\"refresh_token\","
            + "\"urn:ietf:params:oauth:grant-type:device_code\"],"
            + "\"response_types\":[\"code\"],\"token_endpoint_auth_method\":\"none\","
            + "\"application_type\":\"native\"}",
        // Claude
        "{\"redirect_uris\":[\"https://claude.ai/api/mcp/auth_callback\","
            + "\"https://claude.com/api/mcp/auth_callback\"],\"client_name\":\"Claude\","
            + "\"scope\":\"read\",\"token_endpoint_auth_method\":\"none\"}",
        // ChatGPT
        "{\"redirect_uris\":[\"https://chatgpt.com/connector/oauth/abc\","
            + "\"https://chatgpt.com/connector_platform_oauth_redirect\"],"
            + "\"application_type\":\"web\",\"token_endpoint_auth_method\":\"client_secret_post\"}",
        // Gemini CLI
        "{\"redirect_uris\":[\"http://localhost:7777/oauth/callback\"],"
            + "\"client_name\":\"Gemini CLI MCP Client\",\"scope\":\"read write email\","
            + "\"code_challenge_method\":[\"S256\"]}",
        // Inspector, mcp-remote, Claude Code
        "{\"redirect_uris\":[\"http://localhost:6274/oauth/callback\"],\"logo_uri\":\"\","
            + "\"client_uri\":\"https://github.com/modelcontextprotocol/inspector\"}",
        "{\"redirect_uris\":[\"http://127.0.0.1:6276\"]}",
        "{\"redirect_uris\":[\"http://localhost:3334/oauth/callback\"],"
            + "\"software_id\":\"2e6dc280-f3c3-4e01-99a7-8181dbd1d23d\","
            + "\"software_version\":\"0.1.0\"}",
        "{\"redirect_uris\":[\"http://localhost:52133/callback\"]}"
      })
  void realClient_isAccepted(String json) {
    ClientMetadata asked = parse(json);
    ClientMetadata accepted = POLICY.accept(asked);

    assertThat(accepted.redirectUris()).isEqualTo(asked.redirectUris());
    assertThat(accepted.clientName()).isEqualTo(asked.clientName());
    assertThat(accepted.members())
        .containsKeys(
            "application_type", "grant_types", "response_types", "token_endpoint_auth_method");
    assertThat(accepted.grantTypes())
        .isSubsetOf("authorization_code", "refresh_token")
        .contains("authorization_code");
  }

  @Test
  void everySupportedMember_isKeptAndTheRestIsLeftOut() {
    ClientMetadata accepted =
        POLICY.accept(
            parse(
                """
                {"redirect_uris":["https://a.example/cb","https://a.example/cb"],
                 "token_endpoint_auth_method":"none","token_endpoint_auth_signing_alg":"none",
                 "client_name":"Files","client_name#de":"Dateien",
                 "logo_uri":"https://a.example/l","contacts":["a@a.example"],
                 "software_statement":"e.e.e","client_id":"mine","client_secret":"mine",
                 "sector_identifier_uri":"http://169.254.169.254/","request_uris":["file:///"],
                 "dpop_bound_access_tokens":false,"x":1}
                """));

    assertThat(accepted.members())
        .containsOnlyKeys(
            "redirect_uris",
            "application_type",
            "grant_types",
            "response_types",
            "token_endpoint_auth_method",
            "client_name",
            "client_name#de",
            "logo_uri",
            "contacts",
            "scope");
    assertThat(accepted.redirectUris()).containsExactly("https://a.example/cb");
    assertThat(POLICY.accept(accepted)).as("what was accepted is accepted").isEqualTo(accepted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | REDIRECT_URI_NOT_ACCEPTED | redirect_uris",
        "{\"redirect_uris\":[]} | REDIRECT_URI_NOT_ACCEPTED | redirect_uris",
        "{\"redirect_uris\":[\"https://a.example/\",\"javascript:alert(1)\"]}"
            + " | REDIRECT_URI_NOT_ACCEPTED | redirect_uris[1]",
        "{\"redirect_uris\":[\"https://a.example/\",\"\"]}"
            + " | REDIRECT_URI_NOT_ACCEPTED | redirect_uris[1]",
        "'grant_types':['implicit'] | CLIENT_METADATA_INVALID | implicit",
        "'grant_types':['authorization_code','password'] | CLIENT_METADATA_INVALID | password",
        "'grant_types':['client_credentials'] | CLIENT_METADATA_INVALID | grant_types",
        "'grant_types':['refresh_token'] | CLIENT_METADATA_INVALID | refresh_token",
        "'response_types':['token'] | CLIENT_METADATA_INVALID | response_types",
        "'response_types':['code','code id_token'] | CLIENT_METADATA_INVALID | response_types",
        "'token_endpoint_auth_method':'private_key_jwt' | CLIENT_METADATA_INVALID"
            + " | token_endpoint_auth_method",
        "'token_endpoint_auth_method':'tls_client_auth' | CLIENT_METADATA_INVALID"
            + " | token_endpoint_auth_method",
        "'dpop_bound_access_tokens':true | CLIENT_METADATA_INVALID | dpop_bound_access_tokens"
      })
  void contradictoryOrHarmfulMetadata_isRefused(String json, ReasonCode reason, String names) {
    String body =
        json.startsWith("{")
            ? json
            : "{\"redirect_uris\":[\"https://a.example/cb\"],"
                + json.replace("\"", "\\\"").replace('\'', '"')
                + "}";
    AuthException refusal = refusal(POLICY, parse(body));

    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.description())
        .contains(names)
        .doesNotContain("alert", "169.254", "u:p", "browser", "tls_client", "<", "onload");
  }

  /**
   * Engram#1241, novu#11323: what people are shown decides nothing, so it refuses nobody; what
   * cannot be shown is left out.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "client_name | '<b>Files</b>'",
        "client_name | 5",
        "client_name | {}",
        "client_name#de | ['Dateien']",
        "client_name#<b> | 'x'",
        "client_name# | 'x'",
        "client_uri | 'javascript:alert(1)'",
        "client_uri | 'https://a.example/\\\"onload=x'",
        "logo_uri | 'http://localhost/logo'",
        "logo_uri | 'data:image/svg+xml,x'",
        "logo_uri | 'logo.png'",
        "logo_uri | {}",
        "tos_uri | 'http://a.example/'",
        "policy_uri | 'https://u:p@a.example/'",
        "policy_uri#de | 'file:///x'",
        "contacts | 'a@a.example'",
        "contacts | [1]",
        "contacts | ['<img src=x>']",
        "software_id | 7",
        "software_version | '</p>'",
        "software_statement | 'e.e.e'",
        "software_statement | []",
        "jwks_uri | 'http://169.254.169.254/'"
      })
  void registrationWithAnUnusableOrnament_isAcceptedWithoutIt(String name, String value) {
    ClientMetadata accepted =
        EVERY_METHOD.accept(
            parse(
                "{\"redirect_uris\":[\"https://a.example/cb\"],\"%s\":%s}"
                    .formatted(name, value.replace('\'', '"'))));

    assertThat(accepted.members())
        .containsOnlyKeys(
            "redirect_uris",
            "application_type",
            "grant_types",
            "response_types",
            "token_endpoint_auth_method");
  }

  @Test
  void registrationWithALongName_isAcceptedWithoutIt() {
    String name = "x".repeat(201);
    assertThat(POLICY.accept(parse(client("'client_name':'" + name + "'"))).clientName()).isNull();
    assertThat(POLICY.accept(parse(client("'client_name#de':'" + name + "'"))).members())
        .doesNotContainKey("client_name#de");
  }

  @Test
  void contactsAndLanguagesWithoutEnd_areCutOff() {
    List<String> contacts = IntStream.range(0, 30).mapToObj(i -> i + "@a.example").toList();
    ClientMetadata.Builder asked =
        ClientMetadata.builder().redirectUris("https://a.example/cb").contacts(contacts);
    for (int i = 0; i < 60; i++) {
      asked.clientName("n", "de-a" + i);
    }
    ClientMetadata accepted = POLICY.accept(asked.build());

    assertThat(accepted.contacts()).isEqualTo(contacts.subList(0, 10));
    assertThat(accepted.localized("client_name")).hasSize(40);
  }

  /** RFC 7591 section 2: an empty list says as little as none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'grant_types':[]",
        "'response_types':[]",
        "'grant_types':[],'response_types':[]",
        "'contacts':[]",
        "'application_type':'browser'"
      })
  void memberThatSaysNothing_isAsIfOmitted(String members) {
    ClientMetadata accepted = POLICY.accept(parse(client(members)));

    assertThat(accepted.grantTypes()).containsExactly("authorization_code");
    assertThat(accepted.responseTypes()).containsExactly("code");
    assertThat(accepted.applicationType()).isEqualTo("web");
    assertThat(accepted.contacts()).isEmpty();
  }

  @Test
  void addressOfKeysThatAreUsed_isHeldToTheLetter() {
    assertThat(
            refusal(EVERY_METHOD, keyClient().jwksUri("http://a.example/j").build()).description())
        .contains("jwks_uri must be an https URL");
  }

  @Test
  void dpopBoundAccessTokens_areKeptWhereTheServerIssuesThem() {
    RegistrationPolicy dpop = RegistrationPolicy.builder().acceptDpopBoundAccessTokens().build();

    ClientMetadata accepted =
        dpop.accept(
            parse(
                "{\"redirect_uris\":[\"https://a.example/cb\"],"
                    + "\"dpop_bound_access_tokens\":true}"));

    assertThat(accepted.dpopBoundAccessTokens()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "web, https://a.example/cb, web",
    "web, http://localhost/cb, refused",
    "web, https://localhost/cb, refused",
    "web, https://127.0.0.1/cb, refused",
    "web, cursor://anysphere.cursor-mcp/oauth/callback, refused",
    "native, http://localhost/cb, native",
    "native, https://a.example/cb, native",
    "native, cursor://anysphere.cursor-mcp/oauth/callback, native",
    "'', https://a.example/cb, web",
    "'', http://127.0.0.1:1/cb, native",
    "'', https://localhost/cb, native",
    "'', cursor://anysphere.cursor-mcp/oauth/callback, native"
  })
  void applicationType_goesWithTheRedirects(String type, String uri, String verdict) {
    ClientMetadata asked = ClientMetadata.builder().redirectUris(uri).applicationType(type).build();

    if (verdict.equals("refused")) {
      assertThat(refusal(POLICY, asked).reason()).isEqualTo(ReasonCode.REDIRECT_URI_NOT_ACCEPTED);
    } else {
      assertThat(POLICY.accept(asked).applicationType()).isEqualTo(verdict);
    }
  }

  @Test
  void loopbackOfAWebApplication_isAcceptedWhereAllowed() {
    RegistrationPolicy lax =
        RegistrationPolicy.builder().allowLoopbackRedirectsOfWebApplications().build();
    ClientMetadata asked =
        ClientMetadata.builder().redirectUris("http://localhost/cb").applicationType("web").build();

    assertThat(lax.accept(asked).applicationType()).isEqualTo("web");
  }

  @Test
  void keyWithValuesWithinValues_isRefused() {
    String nested = "[".repeat(90) + "]".repeat(90);
    String json =
        "{'redirect_uris':['https://a.example/cb'],'token_endpoint_auth_method':'none',"
            + "'jwks':{'keys':[],'x':%s}}";
    AuthException refusal =
        refusal(
            POLICY,
            parse(
                json.formatted(nested)
                    .replace("'keys':[]", "'keys':[{'kty':'EC'}]")
                    .replace('\'', '"')));

    assertThat(refusal.description()).contains("values within values");
  }

  @Test
  void redirects_areAtMostTen() {
    List<String> eleven =
        IntStream.rangeClosed(1, 11).mapToObj(i -> "https://a.example/" + i).toList();

    assertThat(POLICY.accept(withRedirects(eleven.subList(0, 10))).redirectUris()).hasSize(10);
    assertThat(refusal(POLICY, withRedirects(eleven)).description()).contains("more than 10");
  }

  @Test
  void scopes_areAllThatAreOnOffer() {
    assertThat(POLICY.accept(parse(client("'scope':'read unknown'"))).scopes())
        .containsExactly("read", "write");
    assertThat(POLICY.accept(parse(client("'x':1"))).scopes()).containsExactly("read", "write");
  }

  @Test
  void scopes_areThoseRegisteredWhereSoConfigured() {
    RegistrationPolicy strict =
        RegistrationPolicy.builder()
            .scopes(List.of("read", "write"))
            .limitClientsToRegisteredScopes()
            .build();

    assertThat(strict.accept(parse(client("'scope':'read unknown'"))).scopes())
        .containsExactly("read");
    assertThat(strict.accept(parse(client("'x':1"))).scopes()).containsExactly("read", "write");
    assertThat(refusal(strict, parse(client("'scope':'unknown'"))).description())
        .contains("scope")
        .doesNotContain("unknown");
  }

  @Test
  void methodNotSaid_isBasicOrElseNone() {
    RegistrationPolicy publicOnly =
        RegistrationPolicy.builder().authenticationMethods("none").build();

    assertThat(POLICY.accept(parse(client("'x':1"))).tokenEndpointAuthMethod())
        .isEqualTo("client_secret_basic");
    assertThat(publicOnly.accept(parse(client("'x':1"))).tokenEndpointAuthMethod())
        .isEqualTo("none");
    assertThat(
            refusal(publicOnly, parse(client("'token_endpoint_auth_method':'client_secret_basic'")))
                .description())
        .contains("none");
  }

  @Test
  void clientCredentials_needASecretOrAKeyAndNoRedirect() {
    String json =
        "{\"grant_types\":[\"client_credentials\"],\"token_endpoint_auth_method\":\"%s\"}";

    assertThat(EVERY_METHOD.accept(parse(json.formatted("client_secret_post"))).responseTypes())
        .isEmpty();
    assertThat(refusal(EVERY_METHOD, parse(json.formatted("none"))).description())
        .contains("client_credentials");
    assertThat(
            refusal(
                    EVERY_METHOD,
                    parse(
                        "{\"grant_types\":[\"client_credentials\"],"
                            + "\"response_types\":[\"code\"]}"))
                .description())
        .contains("response_types");
  }

  @Test
  void publicKeys_areAcceptedAndOthersRefused() throws Exception {
    JWK ec = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
    JWK rsa = new RSAKeyGenerator(2048).generate();
    JWK weak = new RSAKeyGenerator(1024, true).generate();
    JWK secret = new OctetSequenceKeyGenerator(256).generate();
    Map<String, Object> good = set(ec.toPublicJWK(), rsa.toPublicJWK());

    assertThat(EVERY_METHOD.accept(keyClient().jwks(good).build()).jwks()).isEqualTo(good);
    for (JWK bad : List.of(ec, rsa, secret, weak.toPublicJWK())) {
      AuthException refusal = refusal(EVERY_METHOD, keyClient().jwks(set(bad)).build());
      assertThat(refusal.description()).contains("jwks");
    }
    assertThat(
            refusal(EVERY_METHOD, keyClient().jwks(good).jwksUri("https://a.example/j").build())
                .description())
        .contains("exclude each other");
    assertThat(refusal(EVERY_METHOD, keyClient().build()).description()).contains("needs jwks");
    assertThat(EVERY_METHOD.accept(keyClient().jwksUri("https://a.example/j").build()).jwksUri())
        .isEqualTo("https://a.example/j");
  }

  @Test
  void malformedKeySet_isRefused() {
    List<Map<String, Object>> sets =
        List.of(
            Map.of(),
            Map.of("keys", List.of()),
            Map.of("keys", "x"),
            Map.of("keys", List.of("x")),
            Map.of("keys", List.of(Map.of("kty", 1L))),
            Map.of("keys", List.of(Map.of("kty", "XYZ"))),
            Map.of("keys", List.of(Map.of("kty", "EC", "crv", "P-256", "x", "AQ", "y", "AQ"))),
            Map.of("keys", Collections.nCopies(21, Map.of("kty", "RSA"))));
    for (Map<String, Object> set : sets) {
      assertThat(refusal(EVERY_METHOD, keyClient().jwks(set).build()).reason())
          .as("%s", set)
          .isEqualTo(ReasonCode.CLIENT_METADATA_INVALID);
    }
  }

  @ParameterizedTest
  @CsvSource({"ES256, true", "RS256, true", "none, false", "HS256, false", "ES512, false"})
  void signingAlgorithm_isOneOfThoseSupported(String alg, boolean accepted) {
    ClientMetadata asked =
        keyClient().jwksUri("https://a.example/j").tokenEndpointAuthSigningAlg(alg).build();

    if (accepted) {
      assertThat(EVERY_METHOD.accept(asked).tokenEndpointAuthSigningAlg()).isEqualTo(alg);
    } else {
      assertThat(refusal(EVERY_METHOD, asked).description()).contains("signing_alg");
    }
  }

  @Test
  void largeMetadata_isRefused() {
    List<String> uris =
        IntStream.range(0, 10).mapToObj(i -> "https://a.example/" + i + "x".repeat(1900)).toList();
    ClientMetadata.Builder asked = ClientMetadata.builder().redirectUris(uris);
    for (int i = 0; i < 10; i++) {
      asked.member("logo_uri#a" + (char) ('a' + i), "https://a.example/" + "x".repeat(1900));
    }

    assertThat(refusal(POLICY, asked.build()).description()).contains("32 KiB");
  }

  @Test
  void contradictoryPolicy_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().grantTypes("implicit"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().authenticationMethods("client_secret_jwt"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().authenticationMethods());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().signingAlgs("HS256"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().scopes(List.of("a b")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RegistrationPolicy.builder().grantTypes("refresh_token").build());
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RegistrationPolicy.builder()
                    .grantTypes("client_credentials")
                    .authenticationMethods("none")
                    .build());
  }

  @Test
  void valueSetTwice_stopsTheStart() {
    for (UnaryOperator<RegistrationPolicy.Builder> set :
        List.<UnaryOperator<RegistrationPolicy.Builder>>of(
            to -> to.redirectUris(RedirectUriRules.standard()),
            to -> to.grantTypes("authorization_code"),
            to -> to.authenticationMethods("none"),
            to -> to.signingAlgs("ES256"),
            to -> to.scopes(List.of("read")))) {
      RegistrationPolicy.Builder once = set.apply(RegistrationPolicy.builder());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> set.apply(once))
          .withMessageEndingWith("is set twice. Set it once.");
    }
  }

  private static String client(String members) {
    return "{\"redirect_uris\":[\"https://a.example/cb\"]," + members.replace('\'', '"') + "}";
  }

  private static ClientMetadata withRedirects(List<String> uris) {
    return ClientMetadata.builder().redirectUris(uris).build();
  }

  private static ClientMetadata.Builder keyClient() {
    return ClientMetadata.builder()
        .redirectUris("https://a.example/cb")
        .tokenEndpointAuthMethod("private_key_jwt");
  }

  private static Map<String, Object> set(JWK... keys) {
    return new JWKSet(List.of(keys)).toJSONObject(false);
  }

  private static AuthException refusal(RegistrationPolicy policy, ClientMetadata asked) {
    return catchThrowableOfType(AuthException.class, () -> policy.accept(asked));
  }
}
