package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import io.mcpauth.token.TokenClaims;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are bound to a client's certificate (RFC 8705 section 3). */
class MutualTlsTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);
  private static final X509Certificate ONE = certificate("client-one.pem");
  private static final X509Certificate TWO = certificate("client-two.pem");

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  private static ResourceServer accepting(ClientCertificates certificates) {
    return ProtectedServer.of(ISSUER).accept(certificates).build();
  }

  private static TestIssuer.Token token() {
    return ISSUER.token(ProtectedServer.RESOURCE).scopes("mcp", "files:list");
  }

  private static String boundTo(X509Certificate certificate) {
    return token().claim("cnf", Map.of("x5t#S256", thumbprint(certificate))).mint();
  }

  private static RequestStub with(String token, X509Certificate... chain) {
    return RequestStub.of("GET").bearer(token).certificates(chain);
  }

  @Test
  void tokenOfTheCertificate_isGrantedAsMutualTls() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertThat(caller(server.decide(with(boundTo(ONE), ONE))).scheme())
          .isEqualTo(Scheme.MUTUAL_TLS);
      assertThat(caller(server.decide(with(boundTo(ONE), ONE, TWO))).scheme())
          .isEqualTo(Scheme.MUTUAL_TLS);
    }
  }

  @Test
  void tokenOfAnotherCertificate_is401AlsoWhereItsVerdictIsKept() {
    String token = boundTo(ONE);
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(server.decide(with(token, TWO)), ReasonCode.CERTIFICATE_MISMATCH);
      assertGranted(server.decide(with(token, ONE)));
      assertThat(server.keptVerdicts()).containsValue(1L);
      assertInvalidToken(server.decide(with(token, TWO)), ReasonCode.CERTIFICATE_MISMATCH);
      assertInvalidToken(server.decide(with(token, TWO, ONE)), ReasonCode.CERTIFICATE_MISMATCH);
      assertInvalidToken(server.decide(with(token)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertGranted(server.decide(with(token, ONE)));
    }
  }

  @Test
  void boundTokenWithoutACertificate_is401() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(server.decide(with(boundTo(ONE))), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @Test
  void boundTokenWhereCertificatesAreNotAccepted_is401() {
    try (ResourceServer server = ProtectedServer.of(ISSUER).build()) {
      assertInvalidToken(
          server.decide(with(boundTo(ONE), ONE)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @Test
  void tokenThatIsBoundToAKeyToo_needsItsProofToo() {
    String token =
        token().claim("cnf", Map.of("x5t#S256", thumbprint(ONE), "jkt", thumbprint(TWO))).mint();
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(server.decide(with(token, ONE)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  /** The last character has two bits that decode to nothing, and is another text all the same. */
  @Test
  void thumbprintInAnotherSpelling_isAnother() {
    String thumbprint = thumbprint(ONE);
    char last = thumbprint.charAt(42);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    String other = thumbprint.substring(0, 42) + alphabet.charAt(alphabet.indexOf(last) + 1);
    String token = token().claim("cnf", Map.of("x5t#S256", other)).mint();
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(server.decide(with(token, ONE)), ReasonCode.CERTIFICATE_MISMATCH);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "+", "0000"})
  void thumbprintThatIsNone_isRefused(String thumbprint) {
    String token = token().claim("cnf", Map.of("x5t#S256", thumbprint)).mint();
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(server.decide(with(token, ONE)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @Test
  void plainToken_isStillABearerToken() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertThat(caller(server.decide(with(token().mint(), ONE))).scheme())
          .isEqualTo(Scheme.BEARER);
      assertGranted(server.decide(with(token().mint())));
    }
  }

  @Test
  void plainTokenWhereCertificatesAreRequired_is401() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer().required())) {
      assertInvalidToken(
          server.decide(with(token().mint(), ONE)), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertGranted(server.decide(with(boundTo(ONE), ONE)));
    }
  }

  @Test
  void certificateAlone_isNoCredential() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer().required())) {
      assertRefused(
          server.decide(RequestStub.of("GET").certificates(ONE)),
          401,
          ReasonCode.CREDENTIAL_MISSING);
    }
  }

  @Test
  void ruleForTheScheme_letsBoundTokensAlone() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("plain")
            .tool("bound", Access.scopes().scheme(Scheme.MUTUAL_TLS))
            .build();
    try (ResourceServer server =
        ResourceServer.builder(
                ProtectedServer.RESOURCE,
                AuthorizationServer.of(ISSUER.issuer()).withJwksUri(ISSUER.jwksUri()),
                policy)
            .clock(ProtectedServer.CLOCK)
            .accept(ClientCertificates.fromContainer())
            .build()) {
      RequestStub bound = call("bound").bearer(boundTo(ONE)).certificates(ONE);
      assertGranted(server.decide(bound));
      assertRefused(
          server.decide(call("bound").bearer(token().mint()).certificates(ONE)),
          403,
          ReasonCode.SCHEME_NOT_ALLOWED);
      assertGranted(server.decide(call("plain").bearer(boundTo(ONE)).certificates(ONE)));
    }
  }

  private static RequestStub call(String tool) {
    return RequestStub.post(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
            + tool
            + "\"}}");
  }

  /** A binding that only a verifier reveals, such as introspection, is one. */
  @Test
  void opaqueTokenThatIsBound_isHeldToItsCertificate() {
    Map<String, Object> claims =
        Map.of(
            "iss",
            ISSUER.issuer(),
            "aud",
            ProtectedServer.RESOURCE,
            "sub",
            "alice",
            "client_id",
            "c",
            "scope",
            "mcp",
            "exp",
            ProtectedServer.CLOCK.instant().getEpochSecond() + 60,
            "cnf",
            Map.of("x5t#S256", thumbprint(ONE)));
    try (ResourceServer server =
        ProtectedServer.of(ISSUER, token -> TokenClaims.of(claims))
            .accept(ClientCertificates.fromContainer())
            .build()) {
      assertGranted(server.decide(with("opaque", ONE)));
      assertInvalidToken(server.decide(with("opaque", TWO)), ReasonCode.CERTIFICATE_MISMATCH);
      assertInvalidToken(server.decide(with("opaque")), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @Test
  void headerOfTheProxy_isTheCertificateAndThatOfTheConnectionIsNot() throws Exception {
    ClientCertificates certificates =
        ClientCertificates.fromHeader("Client-Cert", HeaderFormat.RFC_9440, "10.0.0.0/8");
    String line = ":" + Base64.getEncoder().encodeToString(ONE.getEncoded()) + ":";
    try (ResourceServer server = accepting(certificates)) {
      assertGranted(
          server.decide(with(boundTo(ONE), TWO).address("10.1.2.3").header("Client-Cert", line)));
      assertInvalidToken(
          server.decide(with(boundTo(TWO), TWO).address("10.1.2.3").header("Client-Cert", line)),
          ReasonCode.CERTIFICATE_MISMATCH);
      assertInvalidToken(
          server.decide(with(boundTo(ONE), ONE).address("10.1.2.3")),
          ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertInvalidToken(
          server.decide(with(boundTo(ONE), ONE).address("11.1.2.3").header("Client-Cert", line)),
          ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertThat(server.credentialHeaders())
          .containsExactlyInAnyOrder("authorization", "client-cert");
    }
  }

  /** Where it is not configured it is a header like any other. */
  @Test
  void headerWhereTheContainerIsAsked_isIgnored() throws Exception {
    String line = ":" + Base64.getEncoder().encodeToString(ONE.getEncoded()) + ":";
    try (ResourceServer server = accepting(ClientCertificates.fromContainer())) {
      assertInvalidToken(
          server.decide(with(boundTo(ONE)).address("127.0.0.1").header("Client-Cert", line)),
          ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertThat(server.credentialHeaders()).containsExactly("authorization");
    }
  }

  @Test
  void metadata_saysThatBoundTokensAreSupported() {
    try (ResourceServer server = accepting(ClientCertificates.fromContainer());
        ResourceServer other = ProtectedServer.of(ISSUER).build()) {
      assertThat(server.metadata().members())
          .containsEntry("tls_client_certificate_bound_access_tokens", true);
      assertThat(other.metadata().members())
          .doesNotContainKey("tls_client_certificate_bound_access_tokens");
    }
  }

  @Test
  void metadataThatSaysItToo_isToldThatItIsSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProtectedServer.of(ISSUER)
                    .accept(ClientCertificates.fromContainer())
                    .metadata(members -> members.tlsClientCertificateBoundAccessTokens(false))
                    .build())
        .withMessageContaining("tls_client_certificate_bound_access_tokens");
  }

  @Test
  void certificatesOfTwoPlaces_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProtectedServer.of(ISSUER)
                    .accept(ClientCertificates.fromContainer())
                    .accept(ClientCertificates.fromContainer().required()));
  }

  private static String thumbprint(X509Certificate certificate) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate certificate(String name) {
    try (InputStream pem = MutualTlsTest.class.getResourceAsStream(name)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
