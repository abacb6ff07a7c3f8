package io.mcpauth.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.internal.json.Json;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataSignerTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final RSAKey RSA = rsa(2048);
  private static final ECKey P256 = ec(Curve.P_256);
  private static final OctetKeyPair ED25519 = ed25519();
  private static final ProtectedResourceMetadata METADATA =
      ProtectedResourceMetadata.builder(ResourceIdentifier.of("https://mcp.example.com/mcp"))
          .authorizationServers(List.of("https://login.example.com/"))
          .scopesSupported(List.of())
          .custom("resource_name#fr", "\u00e9")
          .build();

  static List<JWK> keys() {
    return List.of(RSA, P256, ec(Curve.P_384), ec(Curve.P_521), ED25519);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void signature_isVerifiedByAnotherLibraryWithThePublishedKey(JWK key) throws Exception {
    MetadataSigner signer = MetadataSigner.ofPrivateJwk(key.toJSONString());
    JsonWebSignature jws = new JsonWebSignature();
    jws.setCompactSerialization(signer.sign(METADATA, NOW));
    jws.setKey(JsonWebKey.Factory.newJwk(signer.publicJwk()).getKey());

    assertThat(jws.verifySignature()).isTrue();
    assertThat(signer.publicJwk()).doesNotContain("\"d\"", "\"p\"", "\"q\"");
  }

  @Test
  void signature_isVerifiedByNimbus() throws Exception {
    JWSObject rsa = JWSObject.parse(sign(RSA));
    JWSObject ec = JWSObject.parse(sign(P256));

    assertThat(rsa.verify(new RSASSAVerifier(RSA.toRSAPublicKey()))).isTrue();
    assertThat(ec.verify(new ECDSAVerifier(P256.toECPublicKey()))).isTrue();
  }

  @Test
  void header_hasAlgorithmKeyIdAndOrdinaryType() throws Exception {
    assertThat(JWSObject.parse(sign(P256)).getHeader().toJSONObject())
        .isEqualTo(
            Map.of("alg", "ES256", "typ", "JWT", "kid", P256.computeThumbprint().toString()));
    Map<String, Object> named = with(P256, "kid", "resource-1");
    assertThat(JWSObject.parse(sign(named)).getHeader().getKeyID()).isEqualTo("resource-1");
  }

  @Test
  void claims_areAllMembersAndWhoSaysSoWhen() throws Exception {
    Map<String, @Nullable Object> claims =
        Json.object(JWSObject.parse(sign(P256)).getPayload().toBytes());

    Map<String, Object> expected = new HashMap<>(METADATA.members());
    expected.put("iss", "https://mcp.example.com/mcp");
    expected.put("iat", NOW.getEpochSecond());
    assertThat(claims).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"PS512, PS512", "RS384, RS384"})
  void algorithmOfTheKey_isUsed(String alg, String used) throws Exception {
    assertThat(JWSObject.parse(sign(with(RSA, "alg", alg))).getHeader().getAlgorithm())
        .hasToString(used);
  }

  @Test
  void ed25519_isEdDsaUnlessItsAlgSaysOtherwise() throws Exception {
    assertThat(algorithm(sign(ED25519))).isEqualTo("EdDSA");
    assertThat(algorithm(sign(with(ED25519, "alg", "Ed25519")))).isEqualTo("Ed25519");
  }

  @Test
  void signedMetadata_isNoClaim() {
    ProtectedResourceMetadata signed =
        ProtectedResourceMetadata.builder(ResourceIdentifier.of("https://mcp.example.com/mcp"))
            .signedMetadata("a.b.c")
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataSigner.ofPrivateJwk(P256.toJSONString()).sign(signed, NOW))
        .withMessageContaining("'signed_metadata'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
  void memberWithTheNameOfAJwtClaim_isRefused(String name) {
    ProtectedResourceMetadata metadata =
        ProtectedResourceMetadata.builder(ResourceIdentifier.of("https://mcp.example.com/mcp"))
            .custom(name, "https://evil.test")
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetadataSigner.ofPrivateJwk(P256.toJSONString()).sign(metadata, NOW))
        .withMessageContaining("'" + name + "'");
  }

  static List<String> unfitKeys() throws Exception {
    Map<String, Object> mixed = new HashMap<>(P256.toJSONObject());
    mixed.put("d", ec(Curve.P_256).getD().toString());
    Map<String, Object> mixedEd = new HashMap<>(ED25519.toJSONObject());
    mixedEd.put("d", ed25519().getD().toString());
    Map<String, Object> shortEd = new HashMap<>(ED25519.toJSONObject());
    shortEd.put("d", "AAAA");
    Map<String, Object> otherRsa = new HashMap<>(RSA.toPublicJWK().toJSONObject());
    otherRsa.put("d", rsa(2048).getPrivateExponent().toString());
    return List.of(
        rsaOf1024Bits(),
        RSA.toPublicJWK().toJSONString(),
        P256.toPublicJWK().toJSONString(),
        ED25519.toPublicJWK().toJSONString(),
        new OctetSequenceKeyGenerator(256).generate().toJSONString(),
        json(with(P256, "use", "enc")),
        json(with(P256, "key_ops", List.of("verify"))),
        json(with(P256, "alg", "ES384")),
        json(with(P256, "alg", "none")),
        json(with(RSA, "alg", "HS256")),
        json(with(RSA, "alg", "RSA-OAEP-256")),
        json(with(ED25519, "alg", "ES256")),
        json(with(ED25519, "crv", "X25519")),
        json(with(P256, "crv", "secp256k1")),
        json(with(P256, "kty", "XYZ")),
        json(mixed),
        json(mixedEd),
        json(shortEd),
        json(otherRsa),
        json(with(RSA, "p", rsa(2048).getFirstPrimeFactor().toString())),
        json(with(P256, "d", 1)),
        "{\"keys\":[" + P256.toJSONString() + "]}",
        P256.toJSONString().replaceFirst("\\{", "{\"kty\":\"EC\","), // twice
        P256.toJSONString() + "x",
        "-----BEGIN PRIVATE KEY-----",
        "{}",
        "");
  }

  @ParameterizedTest
  @MethodSource("unfitKeys")
  void unfitKey_isRefusedWithoutShowingIt(String jwk) {
    IllegalArgumentException refusal =
        catchThrowableOfType(
            IllegalArgumentException.class, () -> MetadataSigner.ofPrivateJwk(jwk));

    assertThat(refusal).as("refusal of a key").isNotNull();
    assertThat(refusal)
        .hasMessageStartingWith("The private JWK for signed metadata is not accepted: ")
        .hasNoCause();
    assertThat(refusal.getMessage()).doesNotContain(secrets());
  }

  @Test
  void toString_showsNoKey() {
    MetadataSigner signer = MetadataSigner.ofPrivateJwk(json(with(P256, "kid", "resource-1")));

    assertThat(signer).hasToString("MetadataSigner[kid=resource-1, alg=ES256]");
  }

  @Test
  void publicJwk_isForVerifying() throws Exception {
    String jwk =
        MetadataSigner.ofPrivateJwk(json(with(P256, "key_ops", List.of("sign")))).publicJwk();

    assertThat(Json.object(jwk.getBytes(UTF_8)))
        .containsOnlyKeys("kty", "crv", "x", "y", "kid", "alg", "use")
        .containsEntry("use", "sig")
        .containsEntry("alg", "ES256");
  }

  private static String algorithm(String jwt) throws Exception {
    return JWSObject.parse(jwt).getHeader().getAlgorithm().getName();
  }

  private static String sign(JWK key) {
    return MetadataSigner.ofPrivateJwk(key.toJSONString()).sign(METADATA, NOW);
  }

  private static String sign(Map<String, Object> key) {
    return MetadataSigner.ofPrivateJwk(json(key)).sign(METADATA, NOW);
  }

  private static Map<String, Object> with(JWK key, String member, Object value) {
    Map<String, Object> members = new HashMap<>(key.toJSONObject());
    members.put(member, value);
    return members;
  }

  private static String json(Map<String, Object> members) {
    return new String(Json.write(members), UTF_8);
  }

  private static String[] secrets() {
    return new String[] {
      RSA.getPrivateExponent().toString(), P256.getD().toString(), ED25519.getD().toString()
    };
  }

  private static String rsaOf1024Bits() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair pair = generator.generateKeyPair();
    return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
        .privateKey(pair.getPrivate())
        .build()
        .toJSONString();
  }

  private static RSAKey rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey ec(Curve curve) {
    try {
      return new ECKeyGenerator(curve).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OctetKeyPair ed25519() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      byte[] info = pair.getPublic().getEncoded();
      byte[] secret = pair.getPrivate().getEncoded(); // RFC 8410: each key is the last 32 bytes
      return new OctetKeyPair.Builder(
              Curve.Ed25519,
              Base64URL.encode(Arrays.copyOfRange(info, info.length - 32, info.length)))
          .d(Base64URL.encode(Arrays.copyOfRange(secret, secret.length - 32, secret.length)))
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
