package io.mcpauth.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectedResourceMetadataTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String FULL =
      "{\"resource\":\"https://mcp.example.com/mcp\","
          + "\"authorization_servers\":[\"https://as.example.com/\"],"
          + "\"scopes_supported\":[\"files:read\"],"
          + "\"bearer_methods_supported\":[\"header\"],"
          + "\"jwks_uri\":\"https://mcp.example.com/jwks\","
          + "\"resource_signing_alg_values_supported\":[\"ES256\"],"
          + "\"resource_name\":\"Files\","
          + "\"resource_documentation\":\"https://mcp.example.com/doc\","
          + "\"resource_policy_uri\":\"http://mcp.example.com/policy\","
          + "\"resource_tos_uri\":\"https://mcp.example.com/tos\","
          + "\"tls_client_certificate_bound_access_tokens\":true,"
          + "\"authorization_details_types_supported\":[\"payment\"],"
          + "\"dpop_signing_alg_values_supported\":[\"ES256\",\"RS256\"],"
          + "\"dpop_bound_access_tokens_required\":false,"
          + "\"signed_metadata\":\"a.b.c\","
          + "\"resource_name#fr\":\"Fichiers \u00e9\","
          + "\"x_custom\":{\"n\":1,\"l\":[true,\"a\"]}}";

  @Test
  void everyMember_isEmittedInTheOrderOfTheRfc() {
    assertThat(json(full().build())).isEqualTo(FULL);
  }

  /** Set in another order; the document is the same. */
  @Test
  void orderOfEmission_doesNotDependOnTheOrderOfSetting() {
    ProtectedResourceMetadata metadata =
        builder().scopesSupported(List.of("a")).authorizationServers(List.of("https://i")).build();
    assertThat(json(metadata))
        .isEqualTo(
            "{\"resource\":\"https://mcp.example.com/mcp\","
                + "\"authorization_servers\":[\"https://i\"],\"scopes_supported\":[\"a\"]}");
  }

  @Test
  void everyMember_isReadTyped() {
    ProtectedResourceMetadata metadata = parse(FULL);
    assertThat(metadata.resource()).isEqualTo(RESOURCE);
    assertThat(metadata.authorizationServers()).containsExactly("https://as.example.com/");
    assertThat(metadata.scopesSupported()).containsExactly("files:read");
    assertThat(metadata.bearerMethodsSupported()).containsExactly("header");
    assertThat(metadata.jwksUri()).isEqualTo("https://mcp.example.com/jwks");
    assertThat(metadata.resourceSigningAlgValuesSupported()).containsExactly("ES256");
    assertThat(metadata.resourceName()).isEqualTo("Files");
    assertThat(metadata.resourceDocumentation()).isEqualTo("https://mcp.example.com/doc");
    assertThat(metadata.resourcePolicyUri()).isEqualTo("http://mcp.example.com/policy");
    assertThat(metadata.resourceTosUri()).isEqualTo("https://mcp.example.com/tos");
    assertThat(metadata.tlsClientCertificateBoundAccessTokens()).isTrue();
    assertThat(metadata.authorizationDetailsTypesSupported()).containsExactly("payment");
    assertThat(metadata.dpopSigningAlgValuesSupported()).containsExactly("ES256", "RS256");
    assertThat(metadata.dpopBoundAccessTokensRequired()).isFalse();
    assertThat(metadata.signedMetadata()).isEqualTo("a.b.c");
    assertThat(metadata.members())
        .containsEntry("resource_name#fr", "Fichiers \u00e9")
        .containsEntry("x_custom", Map.of("n", 1L, "l", List.of(true, "a")));
  }

  @Test
  void parsedAndWritten_isTheSameDocument() {
    assertThat(json(parse(FULL))).isEqualTo(FULL);
    String reordered = "{\"x\":1,\"scopes_supported\":[],\"resource\":\"" + RESOURCE + "\"}";
    assertThat(json(parse(reordered))).isEqualTo(reordered);
  }

  @Test
  void absentMembers_areNotEmittedAndReadAsNothing() {
    ProtectedResourceMetadata metadata = builder().build();
    assertThat(json(metadata)).isEqualTo("{\"resource\":\"" + RESOURCE + "\"}");
    assertThat(metadata.authorizationServers()).isEmpty();
    assertThat(metadata.scopesSupported()).isEmpty();
    assertThat(metadata.jwksUri()).isNull();
    assertThat(metadata.resourceName()).isNull();
    assertThat(metadata.signedMetadata()).isNull();
    assertThat(metadata.tlsClientCertificateBoundAccessTokens()).isFalse();
    assertThat(metadata.dpopBoundAccessTokensRequired()).isFalse();
  }

  @Test
  void emptyScopes_areEmittedWhenAskedFor() {
    assertThat(json(builder().scopesSupported(List.of()).build()))
        .isEqualTo("{\"resource\":\"" + RESOURCE + "\",\"scopes_supported\":[]}");
  }

  @Test
  void nullMember_readsAsAbsent() {
    ProtectedResourceMetadata metadata =
        parse("{\"resource\":\"" + RESOURCE + "\",\"jwks_uri\":null,\"x\":null}");
    assertThat(metadata.jwksUri()).isNull();
    assertThat(metadata.members()).containsOnlyKeys("resource");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"authorization_servers\":\"https://as.example.com\"",
        "\"authorization_servers\":[1]",
        "\"authorization_servers\":[\"https://as.example.com\",null]",
        "\"scopes_supported\":\"a b\"",
        "\"scopes_supported\":{}",
        "\"bearer_methods_supported\":[[\"header\"]]",
        "\"jwks_uri\":[\"https://as.example.com/jwks\"]",
        "\"resource_signing_alg_values_supported\":true",
        "\"resource_name\":5",
        "\"resource_documentation\":{}",
        "\"resource_policy_uri\":false",
        "\"resource_tos_uri\":[]",
        "\"tls_client_certificate_bound_access_tokens\":\"true\"",
        "\"authorization_details_types_supported\":\"x\"",
        "\"dpop_signing_alg_values_supported\":\"ES256\"",
        "\"dpop_bound_access_tokens_required\":1",
        "\"signed_metadata\":{}",
      })
  void memberOfTheWrongType_isRefused(String member) {
    String name = member.substring(1, member.indexOf('"', 1));
    assertUnreadable(
        "{\"resource\":\"" + RESOURCE + "\"," + member + "}", "'" + name + "' has the wrong type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"resource\":null}",
        "{\"resource\":[\"https://mcp.example.com/mcp\"]}",
        "{\"resource\":\"https://mcp.example.com\"}",
        "{\"resource\":\"https://mcp.example.com/mcp/\"}",
        "{\"resource\":\"https://MCP.example.com/mcp\"}",
        "{\"resource\":\"https://evil.example/mcp\"}",
        "{\"Resource\":\"https://mcp.example.com/mcp\"}",
      })
  void documentOfAnotherResource_isRefused(String document) {
    assertUnreadable(document, "'resource' is not '" + RESOURCE + "'");
  }

  @Test
  void noStrictJson_isRefused() {
    String resource = "\"resource\":\"" + RESOURCE + "\"";
    assertUnreadable("<html>", "not JSON");
    assertUnreadable("", "not an object");
    assertUnreadable("[{" + resource + "}]", "not an object");
    assertUnreadable("{" + resource + "," + resource + "}", "duplicate member");
    assertUnreadable("{" + resource + "}{}", "content after");
    assertUnreadable("\ufeff{" + resource + "}", "byte order mark");
  }

  @Test
  void members_cannotBeChangedFromOutside() {
    List<Object> list = new ArrayList<>(List.of("a"));
    Map<String, Object> map = new LinkedHashMap<>(Map.of("list", list));
    List<String> scopes = new ArrayList<>(List.of("s"));
    ProtectedResourceMetadata built =
        builder().custom("map", map).custom("list", list).scopesSupported(scopes).build();
    String before = json(built);
    list.add("b");
    map.put("more", 1);
    scopes.add("t");
    assertThat(json(built)).isEqualTo(before);
    for (ProtectedResourceMetadata metadata : List.of(built, parse(before))) {
      assertThatThrownBy(() -> metadata.members().clear())
          .isInstanceOf(UnsupportedOperationException.class);
      for (String name : List.of("list", "scopes_supported")) {
        assertThatThrownBy(() -> ((List<?>) requireNonNull(metadata.members().get(name))).clear())
            .isInstanceOf(UnsupportedOperationException.class);
      }
      assertThatThrownBy(() -> ((Map<?, ?>) requireNonNull(metadata.members().get("map"))).clear())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void builderUsedAgain_doesNotChangeADocument() {
    ProtectedResourceMetadata.Builder builder = builder();
    ProtectedResourceMetadata metadata = builder.build();
    builder.custom("x", 1).resourceName("n");
    assertThat(metadata.members()).containsOnlyKeys("resource");
  }

  @Test
  void listWithNull_stopsTheStart() {
    List<String> list = Arrays.asList("a", null);
    assertThatThrownBy(() -> builder().authorizationServers(list))
        .isInstanceOf(NullPointerException.class);
  }

  private static void assertUnreadable(String document, String problem) {
    assertThatIllegalArgumentException()
        .as(document)
        .isThrownBy(() -> parse(document))
        .withMessageStartingWith("Protected resource metadata: ")
        .withMessageContaining(problem);
  }

  private static ProtectedResourceMetadata parse(String document) {
    return ProtectedResourceMetadata.parse(document.getBytes(UTF_8), RESOURCE);
  }

  private static String json(ProtectedResourceMetadata metadata) {
    return new String(metadata.toJson(), UTF_8);
  }

  private static ProtectedResourceMetadata.Builder builder() {
    return ProtectedResourceMetadata.builder(ResourceIdentifier.of(RESOURCE));
  }

  private static ProtectedResourceMetadata.Builder full() {
    Map<String, Object> custom = new LinkedHashMap<>();
    custom.put("n", 1);
    custom.put("l", List.of(true, "a"));
    return builder()
        .authorizationServers(List.of("https://as.example.com/"))
        .scopesSupported(List.of("files:read"))
        .bearerMethodsSupported(List.of("header"))
        .jwksUri("https://mcp.example.com/jwks")
        .resourceSigningAlgValuesSupported(List.of("ES256"))
        .resourceName("Files")
        .resourceDocumentation("https://mcp.example.com/doc")
        .resourcePolicyUri("http://mcp.example.com/policy")
        .resourceTosUri("https://mcp.example.com/tos")
        .tlsClientCertificateBoundAccessTokens(true)
        .authorizationDetailsTypesSupported(List.of("payment"))
        .dpopSigningAlgValuesSupported(List.of("ES256", "RS256"))
        .dpopBoundAccessTokensRequired(false)
        .signedMetadata("a.b.c")
        .custom("resource_name#fr", "Fichiers \u00e9")
        .custom("x_custom", custom);
  }
}
