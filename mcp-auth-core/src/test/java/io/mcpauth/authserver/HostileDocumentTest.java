package io.mcpauth.authserver;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.TestOutbound;
import io.mcpauth.outbound.OutboundConnections;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that lie, stall and lead inside the network. */
class HostileDocumentTest {
  private static final String PATH = "/client.json";

  private final DocumentHost host = new DocumentHost();
  private final ClientIdMetadataDocuments documents =
      ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
          .allowLoopbackDocumentsForDevelopment()
          .build();

  @AfterEach
  void close() {
    documents.close();
    host.close();
  }

  /** CVE-2026-45609 and its kin: what a public name may resolve to. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7f000001", // loopback
        "00000000", // this host
        "0a000001", // private
        "ac100001",
        "c0a80001",
        "64400001", // shared address space
        "a9fea9fe", // instance metadata
        "e0000001", // multicast
        "00000000000000000000000000000001", // loopback
        "fe800000000000000000000000000001", // link-local
        "fd000ec2000000000000000000000254", // unique local
        "00000000000000000000ffff7f000001", // IPv4-mapped
        "00000000000000000000ffffa9fea9fe",
        "0000000000000000000000007f000001", // IPv4-compatible
        "0064ff9b0000000000000000a9fea9fe", // NAT64
        "0064ff9b00010000000000000a000001", // NAT64 of local use
        "20027f00000100000000000000000001", // 6to4
        "2002a9fea9fe00000000000000000001",
        "2001000008080808000000008000fffe" // Teredo
      })
  void nameOfAnInnerAddress_isNotConnectedTo(String address) {
    TestOutbound outbound = TestOutbound.resolvingTo(address);
    try (ClientIdMetadataDocuments outside = outside(outbound)) {
      AuthException refusal =
          Refusals.refusal(() -> outside.document("https://inner.example/client"));

      assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
      assertThat(refusal.facts()).containsEntry("problem", "ADDRESS_REFUSED");
      assertThat(outbound.lookups()).isEqualTo(1);
    }
  }

  @Test
  void innerAddressAmongPublicOnes_refusesAll() {
    for (String[] addresses : new String[][] {{"08080808", "7f000001"}, {"7f000001", "08080808"}}) {
      try (ClientIdMetadataDocuments outside = outside(TestOutbound.resolvingTo(addresses))) {
        assertThat(Refusals.refusal(() -> outside.document("https://mixed.example/client")).facts())
            .containsEntry("problem", "ADDRESS_REFUSED");
      }
    }
  }

  @Test
  void nameThatChangesItsAnswer_isJudgedByTheOneThatWouldBeConnectedTo() {
    // Public for whoever looks twice; the connection is judged by what it resolved itself.
    TestOutbound fickle =
        TestOutbound.changing(lookup -> new String[] {lookup == 1 ? "7f000001" : "08080808"});
    try (ClientIdMetadataDocuments outside = outside(fickle)) {
      assertThat(Refusals.refusal(() -> outside.document("https://fickle.example/client")).facts())
          .containsEntry("problem", "ADDRESS_REFUSED");
      assertThat(fickle.lookups()).isEqualTo(1);
    }
  }

  @Test
  void switchForLoopback_opensNothingToOtherNames() {
    TestOutbound outbound = TestOutbound.resolvingTo("7f000001");
    try (ClientIdMetadataDocuments development =
        ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
            .allowLoopbackDocumentsForDevelopment()
            .build(outbound.http())) {
      assertThat(
              Refusals.refusal(() -> development.document("https://rebound.example/client"))
                  .facts())
          .containsEntry("problem", "ADDRESS_REFUSED");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_isNotFollowed(int status) {
    host.publish("/elsewhere.json", "Elsewhere");
    host.answer(
        PATH, aResponse().withStatus(status).withHeader("Location", host.url("/elsewhere.json")));

    assertUnavailable("REDIRECT");
    assertThat(host.requests("/elsewhere.json")).isZero();
  }

  @Test
  void redirectToAPrivateAddress_isNotFollowed() {
    host.answer(
        PATH, aResponse().withStatus(302).withHeader("Location", "http://169.254.169.254/latest"));

    assertUnavailable("REDIRECT");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 203, 206, 400, 401, 403, 404, 410, 429, 500, 503})
  void otherStatus_isRefused(int status) {
    host.answer(PATH, DocumentHost.json(document("Example")).withStatus(status));

    assertUnavailable("status " + status);
  }

  @Test
  void largestDocument_isAcceptedAndOneByteMoreIsNot() {
    String empty = document("Example", "");
    int room = 5 * 1024 - empty.getBytes(StandardCharsets.UTF_8).length;
    host.answer(PATH, DocumentHost.json(document("Example", "x".repeat(room))));
    assertThat(documents.document(host.url(PATH)).clientName()).isEqualTo("Example");

    documents.forget(host.url(PATH));
    host.answer(PATH, DocumentHost.json(document("Example", "x".repeat(room + 1))));
    AuthException refusal = Refusals.refusal(() -> documents.document(host.url(PATH)));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_DOCUMENT_INVALID);
    assertThat(refusal.facts()).containsEntry("problem", "TOO_LARGE");
  }

  @Test
  void slowDrip_endsAtTheDeadlineAndIsNotAskedAgainAtOnce() {
    host.answer(PATH, DocumentHost.json(document("Example")).withChunkedDribbleDelay(50, 60_000));
    try (ClientIdMetadataDocuments hasty =
        ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
            .allowLoopbackDocumentsForDevelopment()
            .build(
                new OutboundHttp(
                    OutboundConnections.defaults(),
                    new OutboundHttp.Limits(Duration.ofSeconds(5), 5 * 1024, 2)))) {
      for (int i = 0; i < 3; i++) {
        assertThat(Refusals.refusal(() -> hasty.document(host.url(PATH))).facts())
            .containsEntry("problem", "TIMEOUT");
      }
      host.publish("/other.json", "Other");
      assertThat(hasty.document(host.url("/other.json")).clientName()).isEqualTo("Other");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "text/plain",
        "application/octet-stream",
        "text/json",
        "jsonx",
        "+json"
      })
  void otherMediaType_isRefused(String type) {
    host.answer(PATH, aResponse().withHeader("Content-Type", type).withBody(document("Example")));

    assertInvalid("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON; charset=utf-8",
        "application/example-client+json"
      })
  void jsonMediaType_isAccepted(String type) {
    host.answer(PATH, aResponse().withHeader("Content-Type", type).withBody(document("Example")));

    assertThat(documents.document(host.url(PATH)).clientName()).isEqualTo("Example");
  }

  @Test
  void mediaTypeThatIsMissing_isRefused() {
    host.answer(PATH, aResponse().withBody(document("Example")));

    assertInvalid("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"x\"",
        "<html>",
        "{} {}",
        "{\"client_id\":\"URL\",\"client_id\":\"URL\"}",
        "{\"client_id\":\"URL\",\"client\\u005fid\":\"URL\"}",
        "{\"client_id\":\"URL\",}",
        "{'client_id':'URL'}",
        "\uFEFF{}"
      })
  void bodyThatIsNoStrictObject_isRefused(String body) {
    host.answer(PATH, DocumentHost.json(body.replace("URL", host.url(PATH))));

    assertInvalid("strict JSON object");
  }

  @Test
  void documentOfAnotherClient_isRefused() {
    host.answer(PATH, DocumentHost.json(Documents.named(host.url("/other.json"), "Other")));

    assertInvalid("client_id must be the URL");
  }

  @Test
  void brokenConnection_isRefused() {
    host.answer(PATH, aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE));

    assertThat(Refusals.reason(() -> documents.document(host.url(PATH))))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
  }

  @Test
  void encodedBody_isRefused() {
    ResponseDefinitionBuilder gzip =
        DocumentHost.json(document("Example")).withHeader("Content-Encoding", "gzip");
    host.answer(PATH, gzip);

    assertThat(Refusals.reason(() -> documents.document(host.url(PATH))))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
  }

  @Test
  void reasonOfAFailedFetch_isNotToldToTheClient() {
    host.answer(PATH, aResponse().withStatus(418));
    AuthException status = Refusals.refusal(() -> documents.document(host.url(PATH)));
    try (ClientIdMetadataDocuments outside = outside(TestOutbound.resolvingTo("0a000001"))) {
      AuthException address =
          Refusals.refusal(() -> outside.document("https://inner.example/client"));

      assertThat(status.description()).isEqualTo(address.description());
    }
  }

  private void assertUnavailable(String problem) {
    AuthException refusal = Refusals.refusal(() -> documents.document(host.url(PATH)));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
    assertThat(refusal.facts()).containsEntry("problem", problem);
  }

  private void assertInvalid(String rule) {
    AuthException refusal = Refusals.refusal(() -> documents.document(host.url(PATH)));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.CLIENT_DOCUMENT_INVALID);
    assertThat(refusal.description()).contains(rule);
  }

  private String document(String name) {
    return Documents.named(host.url(PATH), name);
  }

  private String document(String name, String padding) {
    var document = Documents.minimal(host.url(PATH));
    document.put("client_name", name);
    document.put("padding", padding);
    return Documents.json(document);
  }

  private static ClientIdMetadataDocuments outside(TestOutbound outbound) {
    return ClientIdMetadataDocuments.builder(DomainTrust.anyDomain()).build(outbound.http());
  }
}
