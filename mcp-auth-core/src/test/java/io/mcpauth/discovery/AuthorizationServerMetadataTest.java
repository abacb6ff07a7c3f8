package io.mcpauth.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServerMetadataTest {
  private static final String ISSUER = "https://login.example.com";

  @Test
  void everyMember_isRead() {
    AuthorizationServerMetadata metadata =
        parse(
            """
            "authorization_endpoint": "a", "token_endpoint": "t", "registration_endpoint": "r",
            "introspection_endpoint": "i", "revocation_endpoint": "v", "jwks_uri": "j",
            "scopes_supported": ["s"], "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256", "plain"],
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": true,
            "x": {"y": 1}
            """);

    assertThat(metadata.issuer()).isEqualTo(ISSUER);
    assertThat(metadata.authorizationEndpoint()).isEqualTo("a");
    assertThat(metadata.tokenEndpoint()).isEqualTo("t");
    assertThat(metadata.registrationEndpoint()).isEqualTo("r");
    assertThat(metadata.introspectionEndpoint()).isEqualTo("i");
    assertThat(metadata.revocationEndpoint()).isEqualTo("v");
    assertThat(metadata.jwksUri()).isEqualTo("j");
    assertThat(metadata.scopesSupported()).containsExactly("s");
    assertThat(metadata.responseTypesSupported()).containsExactly("code");
    assertThat(metadata.tokenEndpointAuthMethodsSupported()).containsExactly("none");
    assertThat(metadata.codeChallengeMethodsSupported()).containsExactly("S256", "plain");
    assertThat(metadata.clientIdMetadataDocumentSupported()).isTrue();
    assertThat(metadata.authorizationResponseIssParameterSupported()).isTrue();
    assertThat(metadata.members()).hasSize(14).containsKey("x");
    assertThat(metadata).hasToString("AuthorizationServerMetadata[" + ISSUER + "]");
  }

  @Test
  void absentMembers_areNullOrFalse() {
    AuthorizationServerMetadata metadata = parse("\"scopes_supported\": null");

    assertThat(metadata.authorizationEndpoint()).isNull();
    assertThat(metadata.scopesSupported()).isNull();
    assertThat(metadata.tokenEndpointAuthMethodsSupported()).isNull();
    assertThat(metadata.clientIdMetadataDocumentSupported()).isFalse();
    assertThat(metadata.authorizationResponseIssParameterSupported()).isFalse();
    assertThat(metadata.members()).containsOnlyKeys("issuer");
  }

  @Test
  void absentChallengeMethods_areNotTheEmptyOnes() {
    assertThat(parse("\"x\": 1").codeChallengeMethodsSupported()).isNull();
    assertThat(parse("\"code_challenge_methods_supported\": null").codeChallengeMethodsSupported())
        .isNull();
    assertThat(parse("\"code_challenge_methods_supported\": []").codeChallengeMethodsSupported())
        .isEqualTo(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"authorization_endpoint\": 1",
        "\"token_endpoint\": [\"https://a.test\"]",
        "\"registration_endpoint\": {}",
        "\"introspection_endpoint\": true",
        "\"revocation_endpoint\": false",
        "\"jwks_uri\": []",
        "\"scopes_supported\": \"a b\"",
        "\"scopes_supported\": [1]",
        "\"scopes_supported\": [null]",
        "\"scopes_supported\": {\"a\": \"A\"}",
        "\"response_types_supported\": \"code\"",
        "\"token_endpoint_auth_methods_supported\": {}",
        "\"client_id_metadata_document_supported\": \"true\""
      })
  void memberOfTheWrongType_countsAsAbsentAndIsNamed(String member) {
    String name = member.substring(1, member.indexOf('"', 1));
    AuthorizationServerMetadata metadata = parse(member);

    assertThat(metadata.members()).containsOnlyKeys("issuer");
    assertThat(metadata.unusableMembers()).containsExactly(name);
    assertThat(metadata.scopesSupported()).isNull();
    assertThat(metadata.tokenEndpoint()).isNull();
    assertThat(metadata.clientIdMetadataDocumentSupported()).isFalse();
  }

  /** Who passes over one does without what it meant. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"code_challenge_methods_supported\": \"S256\"",
        "\"code_challenge_methods_supported\": [[\"S256\"]]",
        "\"authorization_response_iss_parameter_supported\": 1",
        "\"authorization_response_iss_parameter_supported\": \"true\"",
        "\"require_pushed_authorization_requests\": \"true\"",
        "\"require_signed_request_object\": 1",
        "\"tls_client_certificate_bound_access_tokens\": \"yes\"",
        "\"dpop_bound_access_tokens\": {}",
        "\"signed_metadata\": {}"
      })
  void protectionOfTheWrongType_isRefused(String member) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(member))
        .withMessageEndingWith("has the wrong type")
        .withMessageStartingWith("'" + member.substring(1, member.indexOf('"', 1)) + "'");
  }

  @Test
  void otherIssuer_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AuthorizationServerMetadata.parse(
                    ("{\"issuer\":\"" + ISSUER + "/\"}").getBytes(UTF_8), ISSUER))
        .withMessage("issuer is '" + ISSUER + "/', which differs by a slash. Write it exactly so");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"issuer\":", "{} x", "{'issuer':1}"})
  void whatIsNoJsonObject_isRefused(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuthorizationServerMetadata.parse(json.getBytes(UTF_8), ISSUER));
  }

  @Test
  void members_cannotBeChanged() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> parse("\"x\": 1").members().put("issuer", "https://evil.test"));
  }

  private static AuthorizationServerMetadata parse(String members) {
    String json = "{\"issuer\": \"" + ISSUER + "\", " + members + "}";
    return AuthorizationServerMetadata.parse(json.getBytes(UTF_8), ISSUER);
  }
}
