package io.mcpauth.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorDocumentTest {
  private static final String ISSUER = "https://login.example.com/";
  private static final String REQUIRED =
      """
      "authorization_endpoint": "https://login.example.com/authorize",
      "token_endpoint": "https://login.example.com/token",
      "response_types_supported": ["code"]\
      """;

  @Test
  void goodDocument_keepsEveryMemberAndTheIssuerToTheByte() {
    String json =
        document(
            ISSUER,
            REQUIRED
                + """
                , "signed_metadata": "a.b.c", "x": {"b": [1.50, true], "a": "\u00e4"}, "none": null,
                "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token"}
                """);

    assertThat(json)
        .isEqualTo(
            """
            {"authorization_endpoint":"https://login.example.com/authorize",\
            "issuer":"https://login.example.com/",\
            "mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example.com/token"},\
            "response_types_supported":["code"],"signed_metadata":"a.b.c",\
            "token_endpoint":"https://login.example.com/token",\
            "x":{"a":"\u00e4","b":[1.50,true]}}\
            """);
  }

  @Test
  void orderOfTheMembers_doesNotMatter() {
    assertThat(document(ISSUER, REQUIRED + ", \"a\": 1, \"b\": {\"c\": 1, \"d\": 2}"))
        .isEqualTo(document(ISSUER, "\"b\": {\"d\": 2, \"c\": 1}, \"a\": 1, " + REQUIRED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorization_endpoint", "token_endpoint", "response_types_supported"})
  void missingMember_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> document(ISSUER, REQUIRED.replace("\"" + name, "\"x_" + name)))
        .withMessage("'" + name + "' is missing");
  }

  @Test
  void noResponseType_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> document(ISSUER, REQUIRED.replace("[\"code\"]", "[]")))
        .withMessage("'response_types_supported' is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"javascript:alert(1)\"",
        "\"file:///etc/passwd\"",
        "\"data:text/html,x\"",
        "\"ms-settings:x\"",
        "\"a:$(calc.exe)?x=\"",
        "\"ftp://login.example.com/\"",
        "\"http://login.example.com/\"",
        "\"http://10.0.0.1/\"",
        "\"http://localhost:8080/\"", // of an issuer that is not on this machine
        "\"http://127.0.0.1.evil.test/\"",
        "\"https://user:hunter2@login.example.com/\"",
        "\"https://login.example.com@evil.test/\"",
        "\"https:login.example.com\"",
        "\"https://\"",
        "\"https:///x\"",
        "\"https://login.example.com:0/\"",
        "\"https://login.example.com:65536/\"",
        "\"//login.example.com/x\"",
        "\"/authorize\"",
        "\"authorize\"",
        "\"\"",
        "\" https://login.example.com/\"",
        "\"https://login.example.com/ x\"",
        "\"https://login.example.com/\\r\\nx\"",
        "\"https://login.example.com/\\\"|calc\"",
        "[\"https://login.example.com/\", \"javascript:x\"]",
        "[null]",
        "{\"href\": \"https://login.example.com/\"}",
        "1",
        "true"
      })
  void memberThatIsNoWebAddress_takesTheWholeDocumentAlong(String value) {
    for (String name :
        new String[] {
          "x_endpoint",
          "op_policy_uri",
          "service_documentation",
          "service_documentation#de",
          "check_session_iframe",
          "protected_resources",
          "X_Endpoint",
          "logo_uri#fr-CA"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> document(ISSUER, REQUIRED + ", \"" + name + "\": " + value))
          .withMessage("'" + name + "' is not an absolute https URL without user-info");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"mtls_endpoint_aliases\": {\"token_endpoint\": \"javascript:x\"}",
        "\"mtls_endpoint_aliases\": {\"anything\": \"javascript:x\"}",
        "\"mtls_endpoint_aliases\": {\"token_endpoint\": {\"x\": 1}}",
        "\"mtls_endpoint_aliases\": [{\"token\": \"javascript:x\"}]",
        "\"mtls_endpoint_aliases\": \"javascript:x\"",
        "\"x\": {\"y\": [{\"z_uri\": \"javascript:x\"}]}"
      })
  void nestedMemberThatIsNoWebAddress_takesTheWholeDocumentAlong(String member) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> document(ISSUER, REQUIRED + ", " + member));
  }

  @ParameterizedTest
  @CsvSource({
    "https://login.example.com/a?b=c#d",
    "HTTPS://LOGIN.EXAMPLE.COM/",
    "https://10.0.0.1:8443/x",
    "https://[2001:db8::1]/x"
  })
  void otherWebAddress_isPassedOn(String url) {
    assertThat(document(ISSUER, REQUIRED + ", \"op_tos_uri\": \"" + url + "\"")).contains(url);
  }

  @Test
  void memberThatOnlySoundsLikeAnAddress_isNotChecked() {
    String members =
        ", \"request_uri_parameter_supported\": true, \"require_request_uri_registration\": false,"
            + " \"acr_values_supported\": [\"urn:mace:incommon:iap:silver\"]";

    assertThat(document(ISSUER, REQUIRED + members)).contains("silver");
  }

  @Test
  void plainHttp_isForAnIssuerAndAnAddressOnThisMachine() {
    String local = REQUIRED.replace("https://login.example.com", "http://127.0.0.1:9000");

    assertThat(document("http://localhost:9000", local)).contains("http://127.0.0.1:9000/token");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                document(
                    "http://localhost:9000", local.replace("127.0.0.1:9000/token", "10.0.0.1/t")))
        .withMessageStartingWith("'token_endpoint'");
    assertThatIllegalArgumentException().isThrownBy(() -> document(ISSUER, local));
  }

  @Test
  void refusal_doesNotQuoteTheValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> document(ISSUER, REQUIRED + ", \"x_uri\": \"https://a:hunter2@i.test/\""))
        .withMessageNotContaining("hunter2");
  }

  private static String document(String issuer, String members) {
    String json = "{\"issuer\": \"" + issuer + "\", " + members + "}";
    return new String(
        MirrorDocument.of(AuthorizationServerMetadata.parse(json.getBytes(UTF_8), issuer)), UTF_8);
  }
}
