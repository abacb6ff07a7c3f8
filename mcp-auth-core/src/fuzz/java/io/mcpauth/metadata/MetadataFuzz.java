package io.mcpauth.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A metadata document is read, written and read again without change, or refused. */
class MetadataFuzz {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  static Stream<byte[]> documents() {
    return Stream.of(
            "{\"resource\":\"https://mcp.example.com/mcp\"}",
            "{\"resource\":\"https://mcp.example.com/mcp\",\"authorization_servers\":[\"a\"],"
                + "\"scopes_supported\":[],\"resource_name\":\"n\",\"x\":[1,2.5e3,null,{}],"
                + "\"dpop_bound_access_tokens_required\":true}")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("documents")
  @FuzzTest
  @DictionaryEntries({
    "\"resource\":",
    "\"https://mcp.example.com/mcp\"",
    "\"jwks_uri\":",
    "\"scopes_supported\":",
    "\"bearer_methods_supported\":",
    "\"tls_client_certificate_bound_access_tokens\":",
    "null",
    "1e999",
    "\\ud800"
  })
  void document_isReadAndWrittenWithoutChange(byte[] json) {
    ProtectedResourceMetadata metadata;
    try {
      metadata = ProtectedResourceMetadata.parse(json, RESOURCE);
    } catch (IllegalArgumentException e) {
      return; // refused
    }
    assertThat(metadata.resource()).isEqualTo(RESOURCE);
    for (List<String> strings :
        List.of(
            metadata.authorizationServers(),
            metadata.scopesSupported(),
            metadata.bearerMethodsSupported(),
            metadata.resourceSigningAlgValuesSupported(),
            metadata.authorizationDetailsTypesSupported(),
            metadata.dpopSigningAlgValuesSupported())) {
      assertThat(strings).doesNotContainNull();
    }
    assertThat(
            Stream.of(
                metadata.jwksUri(),
                metadata.resourceName(),
                metadata.resourceDocumentation(),
                metadata.resourcePolicyUri(),
                metadata.resourceTosUri(),
                metadata.signedMetadata(),
                metadata.tlsClientCertificateBoundAccessTokens(),
                metadata.dpopBoundAccessTokensRequired()))
        .hasSize(8);
    // Not the members: 2.5e1 and 25 are one number (RFC 8259 section 6) in two Java types.
    byte[] written = metadata.toJson();
    assertThat(ProtectedResourceMetadata.parse(written, RESOURCE).toJson()).isEqualTo(written);
  }
}
