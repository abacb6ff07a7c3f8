package io.mcpauth.token;

import static io.mcpauth.token.ClientCertificates.HeaderFormat.ENVOY;
import static io.mcpauth.token.ClientCertificates.HeaderFormat.ESCAPED_PEM;
import static io.mcpauth.token.ClientCertificates.HeaderFormat.RFC_9440;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proxy says of a client's certificate, and who is believed. */
class CertificateHeaderTest {
  private static final String NAME = "Client-Cert";

  /** Any bytes will do: they are hashed, and not looked at. In base64 these have a slash. */
  private static final byte[] DER =
      "\u00fb\u00ef\u00ff a certificate in DER, or so".getBytes(UTF_8);

  private static final String BASE64 = Base64.getEncoder().encodeToString(DER);
  private static final String HASH = HexFormat.of().formatHex(Opaque.sha256(DER));
  private static final String OTHER = "0".repeat(64);

  private static String pem(String lineEnd) {
    return "-----BEGIN CERTIFICATE-----"
        + lineEnd
        + BASE64.substring(0, 16)
        + lineEnd
        + BASE64.substring(16)
        + lineEnd
        + "-----END CERTIFICATE-----"
        + lineEnd;
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20"); // as nginx escapes
  }

  static Stream<Arguments> goodLines() {
    return Stream.of(
        Arguments.of(RFC_9440, ":" + BASE64 + ":"),
        Arguments.of(RFC_9440, "  :" + BASE64 + ":\t"),
        Arguments.of(RFC_9440, ":" + BASE64.replace("=", "") + ":"), // RFC 8941 section 4.2.7
        Arguments.of(ESCAPED_PEM, escaped(pem("\n"))),
        Arguments.of(ESCAPED_PEM, escaped(pem("\r\n"))),
        Arguments.of(ESCAPED_PEM, escaped(pem("\n")).replace("%2B", "+").replace("%2F", "/")),
        Arguments.of(ENVOY, "Hash=" + HASH),
        Arguments.of(ENVOY, "By=spiffe://a/b;Hash=" + HASH + ";URI=spiffe://c/d"),
        Arguments.of(ENVOY, "By=u;Hash=" + HASH.toUpperCase(java.util.Locale.ROOT) + ";"),
        Arguments.of(
            ENVOY,
            "Subject=\"CN=one,O=\\\"a\\\";Hash=" + OTHER + "\";Hash=" + HASH + ";DNS=a.example"));
  }

  @ParameterizedTest
  @MethodSource("goodLines")
  void lineOfATrustedProxy_isTheCertificate(HeaderFormat format, String line) {
    assertThat(thumbprint(format, "10.0.0.7", line)).isEqualTo(CertificateSource.thumbprint(DER));
  }

  static Stream<Arguments> doubtfulLines() {
    String byteSequence = ":" + BASE64 + ":";
    String pem = escaped(pem("\n"));
    return Stream.of(
        Arguments.of(RFC_9440, List.of()),
        Arguments.of(RFC_9440, List.of("")),
        Arguments.of(RFC_9440, List.of(":")),
        Arguments.of(RFC_9440, List.of("::")),
        Arguments.of(RFC_9440, List.of(BASE64)),
        Arguments.of(RFC_9440, List.of(":" + BASE64)),
        Arguments.of(RFC_9440, List.of(byteSequence, byteSequence)),
        Arguments.of(RFC_9440, List.of(byteSequence + ", " + byteSequence)),
        Arguments.of(RFC_9440, List.of(byteSequence + ";a=b")),
        Arguments.of(RFC_9440, List.of(":" + BASE64.replace('/', '_') + ":")),
        Arguments.of(RFC_9440, List.of(":" + "A".repeat(16 * 1024) + ":")),
        Arguments.of(RFC_9440, List.of(pem)),
        Arguments.of(ESCAPED_PEM, List.of(byteSequence)),
        Arguments.of(ESCAPED_PEM, List.of(pem + pem)),
        Arguments.of(ESCAPED_PEM, List.of(pem, pem)),
        Arguments.of(ESCAPED_PEM, List.of(pem + "," + pem)),
        Arguments.of(ESCAPED_PEM, List.of(pem + "%0Ax")),
        Arguments.of(ESCAPED_PEM, List.of("x" + pem)),
        Arguments.of(ESCAPED_PEM, List.of(pem + "%")),
        Arguments.of(ESCAPED_PEM, List.of(pem + "%0")),
        Arguments.of(ESCAPED_PEM, List.of(pem + "%zz")),
        Arguments.of(ESCAPED_PEM, List.of(pem.replace("A", "\u0141"))),
        Arguments.of(ESCAPED_PEM, List.of("-----BEGIN CERTIFICATE-----")),
        Arguments.of(ESCAPED_PEM, List.of("-----BEGIN CERTIFICATE----------END CERTIFICATE-----")),
        Arguments.of(ENVOY, List.of("By=u")),
        Arguments.of(ENVOY, List.of("Hash")),
        Arguments.of(ENVOY, List.of("Hash=")),
        Arguments.of(ENVOY, List.of("Hash=" + HASH.substring(2))),
        Arguments.of(ENVOY, List.of("Hash=" + HASH + "00")),
        Arguments.of(ENVOY, List.of("Hash=" + "g".repeat(64))),
        Arguments.of(ENVOY, List.of("Hash=" + OTHER + ";Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Hash=" + OTHER + ";hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Hash=" + HASH + ",Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Hash=" + OTHER + ",By=u;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Subject=\"a\",Hash=" + HASH)),
        Arguments.of(ENVOY, List.of(",By=u;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("By=u;,By=v;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("By=u;;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("=u;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("By=u;\"=v;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("By=u; Hash=" + OTHER + ";Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Subject=\"a;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Subject=\"a\\\";Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Subject=\"a\"b;Hash=" + HASH)),
        Arguments.of(ENVOY, List.of("Hash=" + HASH, "Hash=" + HASH)));
  }

  @ParameterizedTest
  @MethodSource("doubtfulLines")
  void doubtfulHeader_isNoCertificate(HeaderFormat format, List<String> lines) {
    assertNone(format, "10.0.0.7", lines.toArray(String[]::new));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "10.0.1.7",
        "10.0.0.70, 10.0.0.7",
        "192.168.1.10",
        "fd00:1::1",
        "::1",
        "127.0.0.1",
        "unknown",
        "localhost",
        "/run/proxy.sock",
        ""
      })
  void headerOfAPeerThatIsNoProxy_isIgnored(@Nullable String peer) {
    assertNone(RFC_9440, peer, ":" + BASE64 + ":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.7",
        "::ffff:10.0.0.7",
        "[fd00::1]",
        "fd00::1%eth0",
        "192.168.1.1",
        "10.0.0.7:41234"
      })
  void addressOfAProxy_isKnownInEverySpelling(String peer) {
    assertThat(thumbprint(RFC_9440, peer, ":" + BASE64 + ":"))
        .isEqualTo(CertificateSource.thumbprint(DER));
  }

  /** What a client writes beside the proxy's line is another header to every container. */
  @Test
  void headerInAnotherSpelling_isNone() {
    RequestStub request =
        RequestStub.of("GET").address("10.0.0.7").header("Client_Cert", ":" + BASE64 + ":");

    assertThat(refusal(source(RFC_9440), request).reason())
        .isEqualTo(ReasonCode.PROOF_OF_POSSESSION_MISSING);
    request.header("client-CERT", ":" + BASE64 + ":");
    assertThat(source(RFC_9440).thumbprint(request)).isEqualTo(CertificateSource.thumbprint(DER));
  }

  @Test
  void operator_learnsWhyThereIsNone() {
    RequestStub request = RequestStub.of("GET").address("10.0.0.7");

    assertThat(refusal(source(RFC_9440), request).facts()).containsValue("the header is missing");
    request.header(NAME, "a", "b");
    assertThat(refusal(source(RFC_9440), request).facts())
        .containsValue("the header is there several times");
    request.header(NAME, "s3cr3t");
    assertThat(refusal(source(RFC_9440), request).facts())
        .containsValue("the header cannot be read as rfc-9440");
    request.address("10.9.9.9");
    assertThat(refusal(source(RFC_9440), request).facts())
        .containsValue("the request is from no trusted proxy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Client_Cert", "Client Cert", "", "Authorization", "cookie", "Mcp-Cert"})
  void nameThatCannotBe_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificates.fromHeader(name, RFC_9440, "10.0.0.7"))
        .withMessageContaining("'Client-Cert'");
  }

  /** The one name that Envoy has for it, though others that begin so are taken. */
  @Test
  void headerOfEnvoy_isTakenInItsFormAlone() {
    String name = "X-Forwarded-Client-Cert";
    CertificateSource source = ForwardedCertificate.of(name, ENVOY, "10.0.0.7");
    RequestStub request =
        RequestStub.of("GET").address("10.0.0.7").header(name, "By=u;Hash=" + HASH);

    assertThat(source.thumbprint(request)).isEqualTo(CertificateSource.thumbprint(DER));
    assertThat(source.headers()).containsExactly("x-forwarded-client-cert");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificates.fromHeader(name, RFC_9440, "10.0.0.7"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificates.fromHeader("X-Forwarded-For", ENVOY, "10.0.0.7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "::/0", "proxy.example.com", "10.0.0.0/33", "*", ""})
  void everybodyOrNobody_isNoTrustedProxy(String proxy) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificates.fromHeader(NAME, RFC_9440, proxy))
        .withMessageContaining("'" + proxy + "'");
  }

  @Test
  void noTrustedProxy_isToldWhatToWrite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificates.fromHeader(NAME, RFC_9440))
        .withMessageContaining("would be believed from nobody");
  }

  private static void assertNone(HeaderFormat format, @Nullable String peer, String... lines) {
    RequestStub request = RequestStub.of("GET").address(peer).header(NAME, lines);
    AuthException refusal = refusal(source(format), request);
    assertThat(refusal.reason()).isEqualTo(ReasonCode.PROOF_OF_POSSESSION_MISSING);
    assertThat(refusal.facts().toString()).doesNotContain(BASE64).doesNotContain(HASH);
  }

  private static AuthException refusal(CertificateSource source, RequestStub request) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> source.thumbprint(request));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static String thumbprint(HeaderFormat format, String peer, String line) {
    return source(format).thumbprint(RequestStub.of("GET").address(peer).header(NAME, line));
  }

  private static CertificateSource source(HeaderFormat format) {
    return ForwardedCertificate.of(NAME, format, "10.0.0.0/24", "192.168.1.1", "fd00::/32");
  }
}
