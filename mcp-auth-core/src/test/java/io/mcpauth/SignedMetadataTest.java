package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.token.AuthorizationServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SignedMetadataTest {
  private static final ECKey KEY = key();

  @Test
  void signedMetadata_saysWhatTheDocumentSays() throws Exception {
    try (ResourceServer server =
        builder()
            .metadata(members -> members.resourceName("Files"))
            .signMetadata(MetadataSigner.ofPrivateJwk(KEY.toJSONString()))
            .build()) {
      ProtectedResourceMetadata metadata = server.metadata();
      JWSObject jws = JWSObject.parse(Objects.requireNonNull(metadata.signedMetadata()));
      Map<String, Object> expected = new HashMap<>(metadata.members());
      expected.remove("signed_metadata");
      expected.put("iss", ProtectedServer.RESOURCE);
      expected.put("iat", ProtectedServer.CLOCK.instant().getEpochSecond());

      assertThat(jws.verify(new ECDSAVerifier(KEY.toECPublicKey()))).isTrue();
      assertThat(Json.object(jws.getPayload().toBytes())).isEqualTo(expected);
      assertThat(expected).containsKeys("resource", "authorization_servers", "scopes_supported");
    }
  }

  @Test
  void unsignedMetadata_isTheDefault() {
    try (ResourceServer server = builder().build()) {
      assertThat(server.metadata().signedMetadata()).isNull();
    }
  }

  @Test
  void metadataSignedTwice_stopsTheStart() {
    MetadataSigner signer = MetadataSigner.ofPrivateJwk(KEY.toJSONString());

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder()
                    .metadata(members -> members.signedMetadata("a.b.c"))
                    .signMetadata(signer)
                    .build())
        .withMessageContaining("'signed_metadata'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().signMetadata(signer).signMetadata(signer))
        .withMessage("The signer of the metadata is set twice. Set it once.");
  }

  private static ResourceServerBuilder builder() {
    return ProtectedServer.of(AuthorizationServer.of("https://login.example.com"));
  }

  private static ECKey key() {
    try {
      return new ECKeyGenerator(Curve.P_256).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
