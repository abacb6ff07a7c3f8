package io.mcpauth.metadata;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake stops the start, with the value and what to write instead. */
class MetadataMisuseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "/doc",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc",
        "ftp://h/x",
        "https:x",
        "https:///x",
        "https://h/a b",
        "https://h/\r\nX: y",
        "//h/x"
      })
  void pageThatIsNoWebAddress_isRefused(String value) {
    String problem = "is '" + value + "', which is not a web address. Write an absolute https URL";
    assertStops(b -> b.resourceDocumentation(value), "resource_documentation " + problem);
    assertStops(b -> b.resourcePolicyUri(value), "resource_policy_uri " + problem);
    assertStops(b -> b.resourceTosUri(value), "resource_tos_uri " + problem);
    assertStops(b -> b.jwksUri(value), "jwks_uri " + problem);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_isRefused(Consumer<ProtectedResourceMetadata.Builder> mistake, String problem) {
    assertStops(mistake, problem);
  }

  static Stream<Arguments> mistakes() {
    String notJson = "'x' has a value that is not JSON. Write a String";
    return Stream.of(
        row("http keys", b -> b.jwksUri("http://h.example/k"), "Write an absolute https URL"),
        row("alg none", b -> b.resourceSigningAlgValuesSupported(List.of("none")), "Remove it."),
        row("offline", b -> b.scopesSupported(List.of("a", "offline_access")), "Remove it."),
        row("custom resource", b -> b.custom("resource", "x"), "Use its own method instead."),
        row("custom scopes", b -> b.custom("scopes_supported", List.of()), "'scopes_supported' is"),
        row(
            "custom twice",
            b -> b.custom("x", 1).custom("x", 1),
            "'x', which mcp-auth may have set itself, is set twice. Set it once."),
        row("custom bean", b -> b.custom("x", new Object()), notJson),
        row("custom class", b -> b.custom("x", String.class), notJson),
        row("custom bytes", b -> b.custom("x", new byte[] {1}), notJson),
        row("custom NaN", b -> b.custom("x", Double.NaN), notJson),
        row("custom infinity", b -> b.custom("x", Float.NEGATIVE_INFINITY), notJson),
        row("bean in list", b -> b.custom("x", List.of(1, new Object())), notJson),
        row("bean in map", b -> b.custom("x", Map.of("k", List.of(new Object()))), notJson));
  }

  @ParameterizedTest
  @MethodSource("setters")
  void memberSetTwice_isRefused(Consumer<ProtectedResourceMetadata.Builder> set, String name) {
    assertStops(
        set.andThen(set),
        "Metadata member '"
            + name
            + "', which mcp-auth may have set itself, is set twice. Set it once.");
  }

  static Stream<Arguments> setters() {
    List<String> list = List.of("a");
    String url = "https://h.example/x";
    return Stream.of(
            Map.<String, Consumer<ProtectedResourceMetadata.Builder>>ofEntries(
                Map.entry("authorization_servers", b -> b.authorizationServers(list)),
                Map.entry("scopes_supported", b -> b.scopesSupported(List.of())),
                Map.entry("bearer_methods_supported", b -> b.bearerMethodsSupported(list)),
                Map.entry("jwks_uri", b -> b.jwksUri(url)),
                Map.entry(
                    "resource_signing_alg_values_supported",
                    b -> b.resourceSigningAlgValuesSupported(list)),
                Map.entry("resource_name", b -> b.resourceName("n")),
                Map.entry("resource_documentation", b -> b.resourceDocumentation(url)),
                Map.entry("resource_policy_uri", b -> b.resourcePolicyUri(url)),
                Map.entry("resource_tos_uri", b -> b.resourceTosUri(url)),
                Map.entry(
                    "tls_client_certificate_bound_access_tokens",
                    b -> b.tlsClientCertificateBoundAccessTokens(false)),
                Map.entry(
                    "authorization_details_types_supported",
                    b -> b.authorizationDetailsTypesSupported(list)),
                Map.entry(
                    "dpop_signing_alg_values_supported",
                    b -> b.dpopSigningAlgValuesSupported(list)),
                Map.entry(
                    "dpop_bound_access_tokens_required",
                    b -> b.dpopBoundAccessTokensRequired(false)),
                Map.entry("signed_metadata", b -> b.signedMetadata("a.b.c"))))
        .flatMap(setters -> setters.entrySet().stream())
        .map(setter -> row(setter.getKey(), setter.getValue(), setter.getKey()));
  }

  private static Arguments row(
      String name, Consumer<ProtectedResourceMetadata.Builder> mistake, String problem) {
    return Arguments.of(Named.of(name, mistake), problem);
  }

  private static void assertStops(
      Consumer<ProtectedResourceMetadata.Builder> mistake, String problem) {
    ProtectedResourceMetadata.Builder builder =
        ProtectedResourceMetadata.builder(ResourceIdentifier.of("https://mcp.example.com/mcp"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mistake.accept(builder))
        .withMessageContaining(problem);
  }
}
