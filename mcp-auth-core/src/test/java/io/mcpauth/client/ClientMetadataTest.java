package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class ClientMetadataTest {
  static final String EVERYTHING =
      """
      {"redirect_uris":["https://a.example/cb"],"token_endpoint_auth_method":"private_key_jwt",\
      "token_endpoint_auth_signing_alg":"ES256","grant_types":["authorization_code",\
      "refresh_token"],"response_types":["code"],"client_name":"Files","client_name#de":"Dateien",\
      "client_uri":"https://a.example/","client_uri#de":"https://a.example/de",\
      "logo_uri":"https://a.example/logo.png","scope":"read write",\
      "contacts":["ops@a.example"],"tos_uri":"https://a.example/tos",\
      "policy_uri":"https://a.example/policy","jwks_uri":"https://a.example/jwks",\
      "jwks":{"keys":[{"kty":"EC"}]},"software_id":"4NRB1","software_version":"2.1",\
      "software_statement":"e.e.e","application_type":"native","dpop_bound_access_tokens":true,\
      "x_other":{"a":[1,2.5,true]}}\
      """;

  @Test
  void everyMember_hasAnAccessorAndSurvivesTheRoundTrip() {
    ClientMetadata read = parse(EVERYTHING);

    assertThat(read.redirectUris()).containsExactly("https://a.example/cb");
    assertThat(read.tokenEndpointAuthMethod()).isEqualTo("private_key_jwt");
    assertThat(read.tokenEndpointAuthSigningAlg()).isEqualTo("ES256");
    assertThat(read.grantTypes()).containsExactly("authorization_code", "refresh_token");
    assertThat(read.responseTypes()).containsExactly("code");
    assertThat(read.clientName()).isEqualTo("Files");
    assertThat(read.localized("client_name")).isEqualTo(Map.of("de", "Dateien"));
    assertThat(read.clientUri()).isEqualTo("https://a.example/");
    assertThat(read.localized("client_uri")).containsOnlyKeys("de");
    assertThat(read.logoUri()).isEqualTo("https://a.example/logo.png");
    assertThat(read.scopes()).containsExactly("read", "write");
    assertThat(read.contacts()).containsExactly("ops@a.example");
    assertThat(read.tosUri()).isEqualTo("https://a.example/tos");
    assertThat(read.policyUri()).isEqualTo("https://a.example/policy");
    assertThat(read.jwksUri()).isEqualTo("https://a.example/jwks");
    assertThat(read.jwks()).containsOnlyKeys("keys");
    assertThat(read.softwareId()).isEqualTo("4NRB1");
    assertThat(read.softwareVersion()).isEqualTo("2.1");
    assertThat(read.softwareStatement()).isEqualTo("e.e.e");
    assertThat(read.applicationType()).isEqualTo("native");
    assertThat(read.dpopBoundAccessTokens()).isTrue();
    assertThat(new String(read.toJson(), StandardCharsets.UTF_8)).isEqualTo(EVERYTHING);
    assertThat(ClientMetadata.parse(read.toJson())).isEqualTo(read).hasSameHashCodeAs(read);
  }

  @Test
  void defaults_areThoseOfTheRfc() {
    ClientMetadata empty = parse("{}");

    assertThat(empty.tokenEndpointAuthMethod()).isEqualTo("client_secret_basic");
    assertThat(empty.grantTypes()).containsExactly("authorization_code");
    assertThat(empty.responseTypes()).containsExactly("code");
    assertThat(empty.members()).isEmpty();
    assertThat(empty.withDefaults().members())
        .containsOnlyKeys("token_endpoint_auth_method", "grant_types", "response_types");
    assertThat(parse("{\"grant_types\":[\"client_credentials\"]}").responseTypes()).isEmpty();
  }

  @Test
  void nullAndEmptyText_areAbsent() {
    assertThat(parse("{\"client_uri\":\"\",\"logo_uri\":null,\"scope\":\"\"}").members()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"client_name\":{}}",
        "{\"client_name#de\":1}",
        "{\"logo_uri\":[]}",
        "{\"contacts\":\"a@a.example\"}",
        "{\"software_id\":1}"
      })
  void ornamentOfAnotherType_isAbsent(String json) {
    assertThat(parse(json).members()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"redirect_uris\":\"https://a.example/\"} | REDIRECT_URI_NOT_ACCEPTED",
        "{\"redirect_uris\":[1]} | REDIRECT_URI_NOT_ACCEPTED",
        "{\"redirect_uris\":[null]} | REDIRECT_URI_NOT_ACCEPTED",
        "{\"redirect_uris\":{\"a\":\"https://a.example/\"}} | REDIRECT_URI_NOT_ACCEPTED",
        "{\"grant_types\":5} | CLIENT_METADATA_INVALID",
        "{\"token_endpoint_auth_method\":[\"none\"]} | CLIENT_METADATA_INVALID",
        "{\"jwks\":\"x\"} | CLIENT_METADATA_INVALID",
        "{\"dpop_bound_access_tokens\":\"true\"} | CLIENT_METADATA_INVALID",
        "{\"scope\":[\"a\"]} | CLIENT_METADATA_INVALID",
        "{\"scope\":\"a\",\"scope\":\"b\"} | CLIENT_METADATA_INVALID",
        "{\"scope\":\"a\",\"\\u0073cope\":\"b\"} | CLIENT_METADATA_INVALID",
        "{} x | CLIENT_METADATA_INVALID",
        "[] | CLIENT_METADATA_INVALID",
        "nonsense | CLIENT_METADATA_INVALID",
        "'' | CLIENT_METADATA_INVALID",
        "{\"client_name\":\"\\ud800\"} | CLIENT_METADATA_INVALID"
      })
  void malformedBody_isRefused(String json, ReasonCode reason) {
    AuthException refusal = catchThrowableOfType(AuthException.class, () -> parse(json));

    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.description()).doesNotContain("nonsense", "a.example");
  }

  @Test
  void hugeBody_isTooLarge() {
    byte[] body = ("{\"x\":\"" + "y".repeat(64 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);

    assertThat(catchThrowableOfType(AuthException.class, () -> ClientMetadata.parse(body)).reason())
        .isEqualTo(ReasonCode.BODY_TOO_LARGE);
  }

  @Test
  void deepBody_isRefused() {
    assertThat(
            catchThrowableOfType(
                    AuthException.class,
                    () -> parse("{\"x\":".repeat(5000) + "1" + "}".repeat(5000)))
                .reason())
        .isEqualTo(ReasonCode.CLIENT_METADATA_INVALID);
  }

  @Test
  void builder_makesWhatIsParsed() {
    ClientMetadata built =
        ClientMetadata.builder()
            .redirectUris("http://localhost/cb")
            .tokenEndpointAuthMethod("none")
            .grantTypes("authorization_code", "refresh_token")
            .responseTypes(List.of("code"))
            .scopes(List.of("read", "write"))
            .clientName("Files")
            .clientName("Dateien", "de")
            .software("id", "1")
            .build();

    assertThat(ClientMetadata.parse(built.toJson())).isEqualTo(built);
    assertThat(built.localized("client_name")).containsEntry("de", "Dateien");
  }

  @Test
  void memberSetTwice_isRefused() {
    for (UnaryOperator<ClientMetadata.Builder> set :
        List.<UnaryOperator<ClientMetadata.Builder>>of(
            to -> to.redirectUris("http://localhost/cb"),
            to -> to.clientName("Files", "de"),
            to -> to.software("id", "1"),
            to -> to.member("x", "1"))) {
      ClientMetadata.Builder once = set.apply(ClientMetadata.builder());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> set.apply(once))
          .withMessageEndingWith("is set twice. Set it once.");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientMetadata.builder().clientName("a").member("client_name", "b"))
        .withMessage("Client metadata member 'client_name' is set twice. Set it once.");
  }

  @Test
  void memberToBeginWith_isSetOverOnce() {
    ClientMetadata.Builder begun =
        ClientMetadata.builder().members(redirects("http://localhost/cb")).redirectUris("app:/cb");

    assertThat(begun.build().redirectUris()).containsExactly("app:/cb");
    assertThatIllegalArgumentException().isThrownBy(() -> begun.redirectUris("app:/other"));
    assertThat(begun.without("redirect_uris").redirectUris("app:/other").build().redirectUris())
        .containsExactly("app:/other");
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret", "x"})
  void text_holdsNoValue(String name) {
    assertThat(parse("{\"" + name + "\":\"hidden-value\",\"a\\nb\":1}").toString())
        .contains(name)
        .doesNotContain("hidden-value", "\n");
  }

  @Test
  void onlyLoopbackRedirects_areToldFromOthers() {
    assertThat(redirects("http://localhost/cb", "http://127.0.0.1:1/").hasOnlyLoopbackRedirects())
        .isTrue();
    assertThat(redirects("http://localhost/cb", "https://a.example/").hasOnlyLoopbackRedirects())
        .isFalse();
    assertThat(parse("{}").hasOnlyLoopbackRedirects()).isFalse();
  }

  private static ClientMetadata redirects(String... uris) {
    return ClientMetadata.builder().redirectUris(uris).build();
  }

  public static ClientMetadata parse(String json) {
    return ClientMetadata.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
