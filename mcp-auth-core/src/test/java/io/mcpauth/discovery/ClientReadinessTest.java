package io.mcpauth.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientReadinessTest {
  private static final String GOOD =
      """
      {"issuer":"https://i.test","authorization_endpoint":"https://i.test/a",
       "token_endpoint":"https://i.test/t","response_types_supported":["code"],
       "code_challenge_methods_supported":["S256"],"grant_types_supported":["authorization_code"]}
      """;

  @Test
  void completeMetadata_isEnough() {
    assertThatCode(() -> ClientReadiness.requireForAuthorizationCode(metadata(GOOD)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"authorization_endpoint\" | \"x\" | ENDPOINT_MISSING",
        "\"token_endpoint\" | \"x\" | ENDPOINT_MISSING",
        "[\"S256\"] | [\"plain\"] | PKCE_NOT_SUPPORTED",
        "\"code_challenge_methods_supported\" | \"x\" | PKCE_NOT_SUPPORTED",
        "[\"code\"] | [\"token\"] | RESPONSE_TYPE_NOT_SUPPORTED",
        "[\"authorization_code\"] | [\"implicit\"] | GRANT_TYPE_NOT_SUPPORTED",
      })
  void missingPart_isRefusedByName(String part, String instead, Reason reason) {
    assertThat(refused(GOOD.replace(part, instead)).reason()).isEqualTo(reason);
  }

  /** CVE-2025-6514: these reach a browser or a shell. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "file:///etc/passwd",
        "a:$(calc.exe)?response_type=code",
        "http://i.test/a",
        "http://127.0.0.1/a", // from a public issuer
        "https://user:pa55@i.test/a",
        "https://i.test/a#x",
        "//i.test/a",
        "https://i.test:0/a",
        "https://i.test/ a",
        "",
      })
  void endpointThatIsNoWebAddress_isRefusedAndNotRepeated(String url) {
    for (String endpoint : new String[] {"https://i.test/a", "https://i.test/t"}) {
      ClientException refusal = refused(GOOD.replace("\"" + endpoint + "\"", "\"" + url + "\""));
      assertThat(refusal.reason()).isEqualTo(Reason.URL_NOT_ACCEPTED);
      assertThat(refusal.getMessage()).doesNotContain("pa55");
    }
  }

  @Test
  void schemeThatIsNotInLowerCase_isRefusedBeforeAnybodyReliesOnIt() {
    assertThat(refused(GOOD.replace("https://i.test/t", "HTTPS://i.test/t")).reason())
        .isEqualTo(Reason.URL_NOT_ACCEPTED);
  }

  // https://github.com/anthropics/claude-code/issues/17274
  @Test
  void metadataWithoutResponseTypes_isEnough() {
    for (String types : new String[] {"null", "{}", "\"code\""}) {
      String json = GOOD.replace("[\"code\"]", types);
      assertThatCode(() -> ClientReadiness.requireForAuthorizationCode(metadata(json)))
          .doesNotThrowAnyException();
    }
  }

  // https://github.com/anthropics/claude-code/issues/17274
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"registration_endpoint\":\"\"",
        "\"revocation_endpoint\":\"/oauth/revoke\"",
        "\"introspection_endpoint\":\"http://internal:8080/introspect\"",
        "\"jwks_uri\":\"ftp://i.test/keys\"",
        "\"device_authorization_endpoint\":false",
        "\"vendor_endpoint\":[\"x\"]"
      })
  void endpointThatTheFlowDoesNotUse_isJudgedWhereItIsUsed(String member) throws Exception {
    String json = GOOD.replace("{", "{" + member + ",");

    assertThatCode(() -> ClientReadiness.requireForAuthorizationCode(metadata(json)))
        .doesNotThrowAnyException();
    ClientException refusal =
        catchThrowableOfType(
            ClientException.class,
            () -> ClientReadiness.requireWebAddress(metadata(GOOD), "revocation_endpoint", "/r"));
    assertThat(refusal).hasMessageContaining("revocation_endpoint");
  }

  @Test
  void loopbackIssuer_mayUseHttpOnLoopback() {
    String json = GOOD.replace("https://i.test", "http://127.0.0.1:9000");

    assertThatCode(
            () ->
                ClientReadiness.requireForAuthorizationCode(
                    AuthorizationServerMetadata.parse(
                        json.getBytes(UTF_8), "http://127.0.0.1:9000")))
        .doesNotThrowAnyException();
  }

  private static ClientException refused(String json) {
    return catchThrowableOfType(
        ClientException.class, () -> ClientReadiness.requireForAuthorizationCode(metadata(json)));
  }

  private static AuthorizationServerMetadata metadata(String json) {
    return AuthorizationServerMetadata.parse(json.getBytes(UTF_8), "https://i.test");
  }
}
