package io.mcpauth.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static io.mcpauth.error.ClientException.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.ClientException;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import io.mcpauth.store.WatchedStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ProviderRegistrationsTest {
  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final RegistrationServer server = new RegistrationServer();
  private final RegistrationServer elsewhere = new RegistrationServer();
  private final SealKeys keys = SealKeys.generated();
  private final ProviderRegistrations registrations = registrations(keys);

  @AfterEach
  void stop() {
    registrations.close();
    server.close();
    elsewhere.close();
  }

  @Test
  void registration_isMadeOnceAndOutlivesTheProcess() throws Exception {
    server.answers(201, answer("abc", 0));
    ClientInformation first = registrations.at(server.metadata(), wanted());
    ClientInformation second = registrations.at(server.metadata(), wanted());
    try (ProviderRegistrations restarted = registrations(keys)) {
      ClientInformation third = restarted.at(server.metadata(), wanted());
      assertThat(List.of(first.clientId(), second.clientId(), third.clientId()))
          .containsOnly("abc");
      assertThat(third.clientSecret()).isEqualTo("secret-of-abc");
      assertThat(third.metadata()).isEqualTo(first.metadata());
      assertThat(third.registrationAccessToken()).isEqualTo("token-of-abc");
    }
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void anotherIssuer_getsARegistrationOfItsOwn() throws Exception {
    server.answers(201, answer("abc", 0));
    elsewhere.answers(201, answer("xyz", 0));

    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("abc");
    assertThat(registrations.at(elsewhere.metadata(), wanted()).clientId()).isEqualTo("xyz");
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("abc");
  }

  @Test
  void entryMovedToAnotherIssuer_isNotUsed() throws Exception {
    server.answers(201, answer("abc", 0));
    elsewhere.answers(201, answer("xyz", 0));
    ClientInformation unused = registrations.at(server.metadata(), wanted());
    store.copy(
        ProviderRegistrations.COLLECTION,
        StoreKey.hash(server.issuer()),
        StoreKey.hash(elsewhere.issuer()));

    assertThat(registrations.at(elsewhere.metadata(), wanted()).clientId()).isEqualTo("xyz");
  }

  @Test
  void secrets_areSealedInTheStore() throws Exception {
    server.answers(201, answer("abc", 0));
    ClientInformation made = registrations.at(server.metadata(), wanted());

    assertThat(store.dump()).doesNotContain("secret-of-abc", "token-of-abc", server.issuer());
    assertThat(made.toString()).doesNotContain("secret-of-abc", "token-of-abc");
  }

  @Test
  void entryThatDoesNotOpen_isMadeAnew() throws Exception {
    server.answers(201, answer("abc", 0));
    ClientInformation unused = registrations.at(server.metadata(), wanted());
    server.answers(201, answer("next", 0));
    try (ProviderRegistrations rotated = registrations(SealKeys.generated())) {
      assertThat(rotated.at(server.metadata(), wanted()).clientId()).isEqualTo("next");
      assertThat(rotated.at(server.metadata(), wanted()).clientId()).isEqualTo("next");
    }
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void secretAboutToExpire_isReplacedByAnotherRegistration() throws Exception {
    Instant end = clock.instant().plus(Duration.ofHours(1));
    server.answers(201, answer("abc", end.getEpochSecond()));
    ClientInformation unused = registrations.at(server.metadata(), wanted());
    server.answers(201, answer("next", 0));

    clock.advance(Duration.ofMinutes(58));
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("abc");
    clock.advance(Duration.ofMinutes(1));
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("next");
  }

  @Test
  void otherMetadata_isRegisteredAnew() throws Exception {
    server.answers(201, answer("abc", 0));
    ClientInformation unused = registrations.at(server.metadata(), wanted());
    server.answers(201, answer("next", 0).replace("http://localhost/cb", "http://localhost/other"));
    ClientMetadata other = ClientMetadata.builder().redirectUris("http://localhost/other").build();

    assertThat(registrations.at(server.metadata(), other).clientId()).isEqualTo("next");
  }

  @Test
  void forgottenRegistration_isMadeAnewOnlyIfItIsTheOneKept() throws Exception {
    server.answers(201, answer("abc", 0));
    ClientInformation old = registrations.at(server.metadata(), wanted());
    server.answers(201, answer("next", 0));
    registrations.forget(server.issuer(), old);
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("next");

    registrations.forget(server.issuer(), old); // a late caller with the old one
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("next");
    assertThat(server.requests()).hasSize(2);

    registrations.forget(server.issuer());
    registrations.forget(server.issuer());
    assertThat(store.count(ProviderRegistrations.COLLECTION)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "client_secret_basic, 'ClientAuthentication[client_secret_basic, abc]'",
    "client_secret_post, 'ClientAuthentication[client_secret_post, abc]'",
    "none, 'ClientAuthentication[none, abc]'"
  })
  void registeredClient_provesItselfAsItRegistered(String method, String expected)
      throws Exception {
    server.answers(
        201,
        "{'client_id':'abc','client_secret':'s','client_secret_expires_at':0,"
            + "'redirect_uris':['http://localhost/cb'],'token_endpoint_auth_method':'%s'}"
                .formatted(method));
    try (ProviderRegistrations now =
        ProviderRegistrations.in(Store.inMemory(), StoredSecrets.of(keys))) {
      ClientAuthentication found = now.at(server.metadata(), wanted()).authentication();
      assertThat(found).hasToString(expected);
    }
  }

  @Test
  void clientWithAKey_isToldToBringIt() {
    ClientMetadata metadata =
        ClientMetadata.builder()
            .redirectUris("http://localhost/cb")
            .tokenEndpointAuthMethod("private_key_jwt")
            .build();
    ClientInformation client =
        ClientInformation.of("abc", null, ClientInformation.Credentials.NONE, metadata);

    assertThatIllegalStateException()
        .isThrownBy(client::authentication)
        .withMessageContaining("ClientAuthentication.privateKeyJwt");
  }

  @Test
  void crowdOfThreads_registersOnce() throws Exception {
    server.answers(
        aResponse()
            .withStatus(201)
            .withHeader("Content-Type", "application/json")
            .withFixedDelay(200)
            .withBody(answer("abc", 0).replace('\'', '"').replace("{{base}}", server.issuer())));

    assertThat(crowd(() -> registrations.at(server.metadata(), wanted()).clientId()))
        .containsOnly("abc");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void failure_isToldToAllWhoWaitedAndNotKept() throws Exception {
    server.answers(aResponse().withStatus(503).withFixedDelay(300));
    List<String> told =
        crowd(
            () ->
                catchThrowableOfType(
                        ClientException.class, () -> registrations.at(server.metadata(), wanted()))
                    .reason()
                    .name());
    assertThat(told).containsOnly(ENDPOINT_FAULT.name());
    assertThat(server.requests().size()).as("not one after the other").isLessThan(16);

    server.answers(201, answer("abc", 0));
    assertThat(registrations.at(server.metadata(), wanted()).clientId()).isEqualTo("abc");
  }

  @Test
  void nodeThatIsLate_usesWhatTheOtherMade() throws Exception {
    server.answers(201, answer("abc", 0));
    elsewhere.answers(201, answer("abc", 0));
    // The other node stores its answer while this one is asking: here, before it stores its own.
    store.beforeNextCreate(
        () -> {
          try {
            server.answers(201, answer("faster", 0));
            ClientInformation unused = registrations.at(server.metadata(), wanted());
          } catch (ClientException e) {
            throw new IllegalStateException(e);
          }
        });
    try (ProviderRegistrations node = registrations(keys)) {
      assertThat(node.at(server.metadata(), wanted()).clientId()).isEqualTo("faster");
    }
  }

  @Test
  void answerThatIsTooLargeToKeep_isRefused() {
    server.answers(201, answer("abc", 0).replace("'}", "','scope':'" + "s".repeat(40_000) + "'}"));
    ClientException problem = problem();

    assertThat(problem.reason()).isEqualTo(RESPONSE_INVALID);
    assertThat(problem).hasMessageContaining("too large");
  }

  @Test
  void brokenStore_isToldApart() {
    store.breakDown();

    assertThat(problem().reason()).isEqualTo(STORE_UNAVAILABLE);
    assertThat(
            catchThrowableOfType(ClientException.class, () -> registrations.forget(server.issuer()))
                .reason())
        .isEqualTo(STORE_UNAVAILABLE);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void closed_saysSo() {
    registrations.close();

    assertThat(problem().reason()).isEqualTo(CLOSED);
  }

  private ClientException problem() {
    return catchThrowableOfType(
        ClientException.class, () -> registrations.at(server.metadata(), wanted()));
  }

  private ProviderRegistrations registrations(SealKeys keys) {
    return ProviderRegistrations.in(store, StoredSecrets.of(keys), clock);
  }

  private static List<String> crowd(Callable<String> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<String> results = new ArrayList<>();
      for (Future<String> done : threads.invokeAll(Collections.nCopies(16, work))) {
        results.add(done.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static String answer(String id, long end) {
    return "{'client_id':'%1$s','client_secret':'secret-of-%1$s','client_secret_expires_at':%2$d,"
            .formatted(id, end)
        + "'redirect_uris':['http://localhost/cb'],"
        + "'token_endpoint_auth_method':'client_secret_basic',"
        + "'registration_access_token':'token-of-"
        + id
        + "','registration_client_uri':'{{base}}/register/"
        + id
        + "'}";
  }

  private static ClientMetadata wanted() {
    return ClientMetadata.builder().redirectUris("http://localhost/cb").build();
  }
}
