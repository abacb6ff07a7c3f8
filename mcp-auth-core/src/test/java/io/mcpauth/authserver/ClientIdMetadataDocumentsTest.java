package io.mcpauth.authserver;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.TestOutbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdMetadataDocumentsTest {
  private static final String PATH = "/client.json";

  private final MutableClock clock = new MutableClock();
  private final DocumentHost host = new DocumentHost();
  private final ClientIdMetadataDocuments documents = builder().build();

  @AfterEach
  void close() {
    documents.close();
    host.close();
  }

  @Test
  void document_isFetchedOnceAndKept() {
    String clientId = host.publish(PATH, "Kept");

    assertThat(documents.document(clientId).clientName()).isEqualTo("Kept");
    assertThat(documents.document(clientId).clientId().value()).isEqualTo(clientId);
    assertThat(host.requests(PATH)).isEqualTo(1);
    assertThat(host.header(PATH, "Accept")).containsExactly("application/json");
  }

  /** Claude Code 2.1 and Codex 0.171, where the server cannot reach the web. */
  @Test
  void documentThatCannotBeHad_isAWarningWithHostAndCause() {
    RecordedLog log = new RecordedLog();
    try (ClientIdMetadataDocuments logged = builder().log(log.logger()).build()) {
      String clientId = "https://client.invalid/secret-path.json";
      assertThat(Refusals.reason(() -> logged.document(clientId)))
          .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith("WARN")
          .contains("client.invalid", "CONNECT", "client_id_metadata_document_supported: false")
          .doesNotContain("secret-path");
      assertThat(Refusals.reason(() -> logged.document(clientId)))
          .as("left alone for ten seconds")
          .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void documentWithAnotherStatusOrAWrongMember_isAWarningWithTheCause() {
    RecordedLog log = new RecordedLog();
    host.answer(PATH, aResponse().withStatus(502));
    host.answer("/other", DocumentHost.json(Documents.named(host.url("/elsewhere"), "x")));
    try (ClientIdMetadataDocuments logged = builder().log(log.logger()).build()) {
      Refusals.reason(() -> logged.document(host.url(PATH)));
      Refusals.reason(() -> logged.document(host.url("/other")));
    }
    assertThat(log.lines()).hasSize(2);
    assertThat(log.lines().get(0)).startsWith("WARN").contains("127.0.0.1", "status 502");
    assertThat(log.lines().get(1)).startsWith("WARN").contains("client_id must be the URL");
  }

  /** Whoever may name a client id may not fill the log with them. */
  @Test
  void manyDocumentsThatCannotBeHad_areTenWarningsAMinute() {
    RecordedLog log = new RecordedLog();
    host.answer(PATH, aResponse().withStatus(404));
    try (ClientIdMetadataDocuments logged = builder().log(log.logger()).build()) {
      for (int i = 0; i < 30; i++) {
        Refusals.reason(() -> logged.document(host.url(PATH)));
      }
      assertThat(log.lines()).hasSize(10);
      clock.advance(Duration.ofMinutes(1));
      Refusals.reason(() -> logged.document(host.url(PATH)));
      assertThat(log.lines()).hasSize(12);
      assertThat(log.lines().get(10)).contains("20 more client metadata documents");
    }
  }

  /** What strangers can make happen changes nothing for others. */
  @Test
  void failedFetch_changesNothingForOtherDocuments() {
    host.answer(PATH, aResponse().withStatus(500));
    for (int i = 0; i < 30; i++) {
      Refusals.reason(() -> documents.document(host.url(PATH)));
    }
    assertThat(documents.document(host.publish("/good", "Good")).clientName()).isEqualTo("Good");
  }

  @Test
  void redirectToAnotherOrigin_isRefusedOnlyWhereTheServerSaysSo() {
    String clientId = host.url(PATH);
    Map<String, @Nullable Object> document = Documents.minimal(clientId);
    document.put("redirect_uris", List.of("https://other.example/callback"));
    host.answer(PATH, DocumentHost.json(Documents.json(document)));

    assertThat(documents.document(clientId).redirectUris())
        .containsExactly("https://other.example/callback");
    try (ClientIdMetadataDocuments strict = builder().requireSameOriginRedirects().build()) {
      assertThat(Refusals.reason(() -> strict.document(clientId)))
          .isEqualTo(ReasonCode.CLIENT_DOCUMENT_INVALID);
    }
  }

  /** 100 headers of 8 KB for each of 1000 documents would be the memory of the process. */
  @Test
  void documentWithMoreHeadersThanText_isUsedAndNotKept() {
    String padded = host.publish(PATH, "Padded", "Cache-Control: " + "x".repeat(4_000));
    String other = host.publish("/other", "Other", "X-Padding: " + "x".repeat(4_000));

    assertThat(documents.document(padded).clientName()).isEqualTo("Padded");
    assertThat(documents.document(padded).clientName()).isEqualTo("Padded");
    assertThat(host.requests(PATH)).isEqualTo(2);
    assertThat(documents.document(other).clientName()).isEqualTo("Other");
    assertThat(documents.document(other).clientName()).isEqualTo("Other");
    assertThat(host.requests("/other")).isEqualTo(1);
  }

  /** Seconds after the first request, and whether the second one asks the host. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Nothing: said | 299 | false",
        "X-Nothing: said | 300 | true",
        "Cache-Control: max-age=60 | 59 | false",
        "Cache-Control: max-age=60 | 60 | true",
        "Cache-Control: max-age=60 | -59 | false",
        "Cache-Control: max-age=60 | -60 | true",
        "Cache-Control: no-store | 0 | true",
        "Cache-Control: no-cache | 0 | true",
        "Cache-Control: max-age=31536000 | 86399 | false",
        "Cache-Control: max-age=31536000 | 86400 | true",
        "Expires: Mon, 23 Nov 2026 12:01:00 GMT | 59 | false",
        "Expires: Mon, 23 Nov 2026 12:01:00 GMT | 61 | true"
      })
  void keptDocument_servesAsLongAsItsHeadersSay(String header, int seconds, boolean asked) {
    String clientId = host.publish(PATH, "First", header);
    assertThat(documents.document(clientId).clientName()).isEqualTo("First");

    host.publish(PATH, "Second", header);
    clock.advance(Duration.ofSeconds(seconds));

    assertThat(documents.document(clientId).clientName()).isEqualTo(asked ? "Second" : "First");
    assertThat(host.requests(PATH)).isEqualTo(asked ? 2 : 1);
  }

  @Test
  void keptDocument_isHadWithoutAFetch() {
    String clientId = host.publish(PATH, "First", "Cache-Control: max-age=60");
    assertThat(documents.kept(clientId)).isNull();
    assertThat(host.requests(PATH)).isZero();
    documents.document(clientId);
    assertThat(documents.kept(clientId)).isNotNull();
    clock.advance(Duration.ofSeconds(60));

    assertThat(documents.kept(clientId)).isNull();
    assertThat(host.requests(PATH)).isEqualTo(1);
  }

  @Test
  void unchangedDocument_isRevalidatedAndKeptAgain() {
    String clientId = host.publish(PATH, "First", "ETag: \"v1\"", "Cache-Control: max-age=60");
    documents.document(clientId);
    host.answer(PATH, aResponse().withStatus(304).withHeader("Cache-Control", "max-age=600"));

    clock.advance(Duration.ofSeconds(60));
    assertThat(documents.document(clientId).clientName()).isEqualTo("First");
    clock.advance(Duration.ofSeconds(599));
    assertThat(documents.document(clientId).clientName()).isEqualTo("First");
    assertThat(host.header(PATH, "If-None-Match")).containsExactly(null, "\"v1\"");

    clock.advance(Duration.ofSeconds(1));
    documents.document(clientId);
    assertThat(host.header(PATH, "If-None-Match")).containsExactly(null, "\"v1\"", "\"v1\"");
  }

  @Test
  void unchangedDocumentWithoutHeaders_keepsTheOldLifetime() {
    String clientId = host.publish(PATH, "First", "ETag: W/\"v1\"", "Cache-Control: max-age=60");
    documents.document(clientId);
    host.answer(PATH, aResponse().withStatus(304));

    clock.advance(Duration.ofSeconds(60));
    documents.document(clientId);
    clock.advance(Duration.ofSeconds(59));
    documents.document(clientId);
    assertThat(host.requests(PATH)).isEqualTo(2);
  }

  @Test
  void tagThatIsNone_isNotSentBack() {
    String clientId =
        host.publish(PATH, "First", "ETag: v1 without quotes", "Cache-Control: no-cache");
    documents.document(clientId);
    documents.document(clientId);

    assertThat(host.header(PATH, "If-None-Match")).containsExactly(null, null);
  }

  @Test
  void documentThatMayNotBeStored_isNotAskedForByItsTag() {
    String clientId = host.publish(PATH, "First", "ETag: \"v1\"", "Cache-Control: no-store");
    documents.document(clientId);
    documents.document(clientId);

    assertThat(host.header(PATH, "If-None-Match")).containsExactly(null, null);
  }

  @Test
  void notModifiedWithoutACopy_isRefused() {
    host.answer(PATH, aResponse().withStatus(304));

    assertThat(Refusals.reason(() -> documents.document(host.url(PATH))))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
  }

  @Test
  void staleDocument_isNotServedWhereTheHostFails() {
    String clientId = host.publish(PATH, "First", "Cache-Control: max-age=60");
    documents.document(clientId);
    host.answer(PATH, aResponse().withStatus(500));

    clock.advance(Duration.ofSeconds(59));
    assertThat(documents.document(clientId).clientName()).isEqualTo("First");
    clock.advance(Duration.ofSeconds(1));
    assertThat(Refusals.reason(() -> documents.document(clientId)))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
  }

  /** Section 5.2 of the draft: neither may be cached. */
  @ParameterizedTest
  @ValueSource(strings = {"error", "invalid"})
  void failure_isNotRemembered(String kind) {
    host.answer(
        PATH,
        kind.equals("error")
            ? aResponse().withStatus(404).withHeader("Cache-Control", "max-age=600")
            : DocumentHost.json("{}").withHeader("Cache-Control", "max-age=600"));
    String clientId = host.url(PATH);
    Refusals.refusal(() -> documents.document(clientId));

    host.publish(PATH, "Mended");
    assertThat(documents.document(clientId).clientName()).isEqualTo("Mended");
  }

  @Test
  void hostWithoutAnAnswer_isLeftAloneForTenSeconds() {
    TestOutbound dead = TestOutbound.resolvingTo("0a000001");
    try (ClientIdMetadataDocuments outside = builder().build(dead.http())) {
      String refused = "https://dead.example/one";
      assertThat(Refusals.reason(() -> outside.document(refused)))
          .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
      Refusals.refusal(() -> outside.document("https://dead.example/two"));
      clock.advance(Duration.ofSeconds(9));
      Refusals.refusal(() -> outside.document(refused));
      assertThat(dead.lookups()).isEqualTo(1);

      Refusals.refusal(() -> outside.document("https://dead.example:8443/one"));
      assertThat(dead.lookups()).isEqualTo(2);
      clock.advance(Duration.ofSeconds(1));
      Refusals.refusal(() -> outside.document(refused));
      assertThat(dead.lookups()).isEqualTo(3);
    }
  }

  @Test
  void crowd_makesOneFetch() throws Exception {
    String clientId = host.url(PATH);
    host.answer(PATH, DocumentHost.json(Documents.named(clientId, "Crowd")).withFixedDelay(300));
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(() -> documents.document(clientId).clientName());
    }
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      for (Future<String> name : threads.invokeAll(calls)) {
        assertThat(name.get()).isEqualTo("Crowd");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(host.requests(PATH)).isEqualTo(1);
  }

  @Test
  void newKeys_countFromTheNextFetch() {
    String clientId = host.url(PATH);
    host.answer(PATH, DocumentHost.json(withMethod(clientId, "none")));
    assertThat(documents.document(clientId).keys()).isNull();

    host.answer(PATH, DocumentHost.json(withMethod(clientId, "private_key_jwt")));
    clock.advance(Duration.ofMinutes(5));
    assertThat(documents.document(clientId).keys()).isNotNull();
  }

  @Test
  void forgottenDocument_isFetchedAgain() {
    String clientId = host.publish(PATH, "First");
    documents.document(clientId);
    documents.forget(clientId);
    documents.document(clientId);

    assertThat(host.requests(PATH)).isEqualTo(2);
  }

  @Test
  void untrustedHost_isRefusedBeforeAnythingIsLookedUp() {
    TestOutbound outbound = TestOutbound.resolvingTo("08080808");
    try (ClientIdMetadataDocuments few =
        ClientIdMetadataDocuments.builder(DomainTrust.ofHosts("chatgpt.com"))
            .build(outbound.http())) {
      assertThat(Refusals.reason(() -> few.document("https://evil.example/client")))
          .isEqualTo(ReasonCode.CLIENT_DOMAIN_NOT_TRUSTED);
      assertThat(Refusals.reason(() -> few.document("https://evil.example/client#x")))
          .isEqualTo(ReasonCode.CLIENT_ID_URL_INVALID);
      assertThat(outbound.lookups()).isZero();
    }
  }

  @Test
  void loopbackWithoutTheSwitch_isRefused() {
    String clientId = host.publish(PATH, "Local");
    try (ClientIdMetadataDocuments strict =
        ClientIdMetadataDocuments.builder(DomainTrust.anyDomain()).build()) {
      assertThat(Refusals.reason(() -> strict.document(clientId)))
          .isEqualTo(ReasonCode.CLIENT_ID_URL_INVALID);
    }
    assertThat(host.requests(PATH)).isZero();
  }

  @Test
  void closedSource_refuses() {
    String clientId = host.publish(PATH, "Closed");
    documents.close();

    assertThat(Refusals.reason(() -> documents.document(clientId)))
        .isEqualTo(ReasonCode.CLIENT_DOCUMENT_UNAVAILABLE);
  }

  @Test
  void boundsOutOfOrder_stopTheStart() {
    Duration minute = Duration.ofMinutes(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().keepDocuments(minute, Duration.ZERO, minute))
        .withMessageContaining("PT1M, PT0S, PT1M");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().keepDocuments(Duration.ZERO, minute, Duration.ofHours(25)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().keepDocuments(minute.negated(), minute, minute));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().keepAtMost(0));
  }

  private static String withMethod(String clientId, String method) {
    var document = Documents.minimal(clientId);
    document.put("token_endpoint_auth_method", method);
    document.put("jwks", TestKey.set(TestKey.ec("one")));
    return Documents.json(document);
  }

  private ClientIdMetadataDocuments.Builder builder() {
    return ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
        .clock(clock)
        .allowLoopbackDocumentsForDevelopment();
  }
}
