package io.mcpauth.authserver;

import static io.mcpauth.client.ClientMetadataTest.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.WatchedStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ClientRegistrationsTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final ClientRegistrations registrations = builder().build();

  @Test
  void publicClient_isRegisteredOnceForTheSameMetadata() {
    ClientInformation first = registrations.register(publicClient("Files"));
    ClientInformation again =
        registrations.register(
            parse(
                "{\"client_name\":\"Files\",\"token_endpoint_auth_method\":\"none\","
                    + "\"redirect_uris\":[\"http://localhost/cb\"],\"ignored\":1}"));

    assertThat(again.clientId()).isEqualTo(first.clientId());
    assertThat(first.clientId()).matches("[A-Za-z0-9_-]{24}");
    assertThat(registrations.register(publicClient("Other")).clientId())
        .isNotEqualTo(first.clientId());
    assertThat(store.count("registration")).isEqualTo(2);
  }

  @Test
  void publicClient_hasNothingSecretInItsAnswer() throws Exception {
    ClientInformation answer =
        builder()
            .configurationEndpoint(URI.create("https://as.example/register"))
            .build()
            .register(publicClient("Files"));

    assertThat(Json.object(answer.toJson()))
        .containsOnlyKeys(
            "client_id",
            "client_id_issued_at",
            "redirect_uris",
            "application_type",
            "grant_types",
            "response_types",
            "token_endpoint_auth_method",
            "client_name")
        .containsEntry("client_id_issued_at", clock.instant().getEpochSecond());
    assertThat(answer.registrationAccessToken())
        .as("whoever registers the same could delete the client for all others")
        .isNull();
  }

  @Test
  void confidentialClient_getsASecretOfItsOwnEachTime() throws Exception {
    ClientInformation one = registrations.register(secretClient());
    ClientInformation other = registrations.register(secretClient());

    assertThat(other.clientId()).isNotEqualTo(one.clientId());
    assertThat(other.clientSecret()).isNotEqualTo(one.clientSecret()).hasSize(43);
    assertThat(Json.object(one.toJson()))
        .containsEntry("client_secret", one.clientSecret())
        .containsEntry("client_secret_expires_at", 0L);
    assertThat(one.clientSecretExpiresAt()).isNull();
  }

  /**
   * python-sdk#3256, freee-mcp#519: a secret that was said to end after a day, and was accepted for
   * 83, had clients register anew each day.
   */
  @Test
  void secret_endsAsItWasToldWithItsRegistrationAlone() {
    ClientRegistrations shortLived =
        ClientRegistrations.builder(store, RegistrationPolicy.builder().build())
            .clock(clock)
            .unusedLifetime(Duration.ofDays(1))
            .build();
    ClientInformation used = shortLived.register(secretClient());
    ClientInformation unused = shortLived.register(secretClient());
    assertThat(List.of(used, unused)).allMatch(told -> told.clientSecretExpiresAt() == null);
    assertThat(shortLived.touch(used.clientId())).isTrue();

    clock.advance(Duration.ofDays(83));

    assertThat(shortLived.authenticate(used.clientId(), secretOf(used))).isNotNull();
    assertThat(shortLived.find(unused.clientId())).as("gone, with its id").isNull();
  }

  private static String secretOf(ClientInformation client) {
    return Objects.requireNonNull(client.clientSecret());
  }

  @Test
  void secrets_areNeitherStoredNorPrinted() {
    ClientInformation answer = managed().register(secretClient());
    String secret = Objects.requireNonNull(answer.clientSecret());
    String token = Objects.requireNonNull(answer.registrationAccessToken());

    assertThat(store.dump()).contains(answer.clientId()).doesNotContain(secret, token);
    assertThat(answer.toString() + answer.metadata() + found(answer) + registrations)
        .doesNotContain(secret, token, Secrets.hash(secret), Secrets.hash(token));
  }

  @Test
  void secret_provesTheClient() {
    ClientInformation answer = registrations.register(secretClient());
    ClientInformation other = registrations.register(secretClient());
    String secret = Objects.requireNonNull(answer.clientSecret());

    assertThat(registrations.authenticate(answer.clientId(), secret)).isNotNull();
    assertThat(registrations.authenticate(answer.clientId(), secret + "x")).isNull();
    assertThat(registrations.authenticate(answer.clientId(), "")).isNull();
    assertThat(registrations.authenticate(answer.clientId(), Secrets.hash(secret))).isNull();
    assertThat(registrations.authenticate(other.clientId(), secret)).isNull();
    assertThat(registrations.authenticate("unknown", secret)).isNull();
  }

  @Test
  void publicClient_isNotProvenByAnySecret() {
    ClientInformation answer = registrations.register(publicClient("Files"));

    assertThat(registrations.authenticate(answer.clientId(), "")).isNull();
    assertThat(registrations.authenticate(answer.clientId(), "null")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "../registration", "\u0000", "https://a.example/client.json"})
  void foreignId_isUnknownWithoutAskingTheStore(String id) {
    store.breakDown();

    assertThat(registrations.find(id)).isNull();
    assertThat(registrations.find(id + "x".repeat(300))).isNull();
  }

  @Test
  void registration_endsAfterNinetyDaysWithoutUse() {
    ClientInformation unused = registrations.register(publicClient("Files"));
    ClientInformation used = registrations.register(secretClient());
    clock.advance(DAY.multipliedBy(60));
    assertThat(registrations.touch(used.clientId())).isTrue();
    clock.advance(DAY.multipliedBy(30));

    assertThat(registrations.find(unused.clientId())).isNull();
    assertThat(registrations.touch(unused.clientId())).isFalse();
    assertThat(registrations.find(used.clientId())).isNotNull();
    assertThat(registrations.register(publicClient("Files")).clientId())
        .as("another client, since the first is gone")
        .isNotEqualTo(unused.clientId());
  }

  @Test
  void authentication_countsAsUse() {
    ClientInformation answer = registrations.register(secretClient());
    assertThat(registrations.touch(answer.clientId())).isTrue();
    for (int i = 0; i < 4; i++) {
      clock.advance(DAY.multipliedBy(60));
      assertThat(
              registrations.authenticate(
                  answer.clientId(), Objects.requireNonNull(answer.clientSecret())))
          .isNotNull();
    }
  }

  @Test
  void sharedClient_staysTheSameWhileItIsUsed() {
    String id = registrations.register(publicClient("Files")).clientId();
    for (int i = 0; i < 4; i++) {
      clock.advance(DAY.multipliedBy(60));
      assertThat(registrations.touch(id)).isTrue();
      assertThat(registrations.register(publicClient("Files")).clientId()).isEqualTo(id);
    }
  }

  @Test
  void sameRegistration_countsAsUse() {
    String id = registrations.register(publicClient("Files")).clientId();
    clock.advance(DAY.multipliedBy(60));
    assertThat(registrations.register(publicClient("Files")).clientId()).isEqualTo(id);
    clock.advance(DAY.multipliedBy(60));

    assertThat(registrations.find(id)).isNotNull();
  }

  @Test
  void registrationThatIsNeverUsed_endsSoonerWhereSoConfigured() {
    ClientRegistrations brief = builder().unusedLifetime(DAY).build();
    String unused = brief.register(publicClient("Files")).clientId();
    String used = brief.register(publicClient("Other")).clientId();
    assertThat(brief.touch(used)).isTrue();
    clock.advance(DAY);

    assertThat(brief.find(unused)).isNull();
    assertThat(brief.find(used)).isNotNull();
  }

  @Test
  void registeringTwice_isNoUse() {
    ClientRegistrations brief = builder().unusedLifetime(DAY).build();
    String flood = brief.register(publicClient("Flood")).clientId();
    assertThat(brief.register(publicClient("Flood")).clientId()).isEqualTo(flood);
    clock.advance(DAY);

    assertThat(brief.find(flood)).isNull();
  }

  @Test
  void roomThatIsFullOfUsedClients_isA429UntilSomeHaveEnded() {
    ClientRegistrations few = builder().capacity(3).build();
    for (int i = 0; i < 3; i++) {
      assertThat(few.touch(few.register(secretClient()).clientId())).isTrue();
    }
    assertThat(reason(() -> few.register(publicClient("Late"))))
        .isEqualTo(ReasonCode.REGISTRATIONS_FULL);
    assertThat(reason(() -> few.register(secretClient()))).isEqualTo(ReasonCode.REGISTRATIONS_FULL);
    clock.advance(DAY.multipliedBy(90));

    assertThat(few.register(publicClient("Late")).clientId()).isNotBlank();
  }

  @Test
  void knownPublicClient_isAnsweredAlsoWhenFull() {
    ClientRegistrations few = builder().capacity(1).build();
    String id = few.register(publicClient("Files")).clientId();

    assertThat(few.register(publicClient("Files")).clientId()).isEqualTo(id);
  }

  @Test
  void refusedMetadata_takesNoRoom() {
    assertThat(
            reason(
                () ->
                    registrations.register(
                        ClientMetadata.builder().redirectUris("javascript:alert(1)").build())))
        .isEqualTo(ReasonCode.REDIRECT_URI_NOT_ACCEPTED);
    assertThat(store.dump()).isEmpty();
  }

  @Test
  void removedClient_isGoneAndMayRegisterAgain() {
    String id = registrations.register(publicClient("Files")).clientId();

    assertThat(registrations.remove(id)).isTrue();
    assertThat(registrations.remove(id)).isFalse();
    assertThat(registrations.find(id)).isNull();
    assertThat(registrations.register(publicClient("Files")).clientId()).isNotEqualTo(id);
  }

  @Test
  void pointerToALostClient_isReplaced() {
    String id = registrations.register(publicClient("Files")).clientId();
    assertThat(store.remove("registration", id)).isTrue();
    String next = registrations.register(publicClient("Files")).clientId();

    assertThat(next).isNotEqualTo(id);
    assertThat(registrations.register(publicClient("Files")).clientId()).isEqualTo(next);
  }

  @Test
  void separatePublicClients_areToldApart() {
    ClientRegistrations separate =
        builder()
            .configurationEndpoint(URI.create("https://as.example/register"))
            .registerPublicClientsSeparately()
            .build();
    ClientInformation one = separate.register(publicClient("Files"));
    ClientInformation other = separate.register(publicClient("Files"));

    assertThat(one.clientId()).isNotEqualTo(other.clientId());
    assertThat(one.registrationAccessToken()).isNotNull();
  }

  @Test
  void crowdOfThreads_registersOneClientAndKeepsTheLimit() throws Exception {
    ClientRegistrations few = builder().capacity(5).build();
    List<@Nullable String> same = crowd(() -> idOf(few, publicClient("Files")));
    assertThat(new HashSet<>(same)).hasSize(1).doesNotContainNull();

    List<@Nullable String> apart = crowd(() -> idOf(few, secretClient()));
    assertThat(store.count("registration")).isBetween(1L, 5L);
    assertThat(store.count("registration-unused")).isBetween(1L, 5L);
    assertThat(apart).as("an older one gives way").hasSize(64);
  }

  @Test
  void hasRedirectUri_comparesAsTheRulesSay() {
    RegisteredClient client = found(registrations.register(publicClient("Files")));

    assertThat(client.hasRedirectUri("http://localhost:1234/cb")).isTrue();
    assertThat(client.hasRedirectUri("http://localhost:1234/cb2")).isFalse();
    assertThat(client.metadata().hasOnlyLoopbackRedirects()).isTrue();
  }

  @Test
  void brokenStore_isA503AndNotAnUnknownClient() {
    ClientInformation answer = registrations.register(secretClient());
    store.breakDown();

    assertThat(reason(() -> registrations.find(answer.clientId())))
        .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
    assertThat(reason(() -> registrations.authenticate(answer.clientId(), "x")))
        .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
    assertThat(reason(() -> registrations.register(secretClient())))
        .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
  }

  @Test
  void badSetting_stopsTheStart() {
    assertThatIllegalArgumentException().isThrownBy(() -> builder().capacity(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().lifetime(Duration.ZERO));
    for (String uri :
        List.of("http://as.example/", "https://u@as.example/", "https://as.example/?x", "/x")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().configurationEndpoint(URI.create(uri)))
          .withMessageContaining("https://login.example.com/register");
    }
  }

  @Test
  void ids_areNotRepeated() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(ids.add(Secrets.newClientId())).isTrue();
    }
  }

  @Test
  void settingSetTwice_stopsTheStart() {
    for (UnaryOperator<ClientRegistrations.Builder> set :
        List.<UnaryOperator<ClientRegistrations.Builder>>of(
            to -> to.lifetime(DAY),
            to -> to.unusedLifetime(DAY),
            to -> to.capacity(1),
            to -> to.configurationEndpoint(URI.create("https://as.example/register")))) {
      ClientRegistrations.Builder once = set.apply(builder());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> set.apply(once))
          .withMessageEndingWith("is set twice. Set it once.");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().clock(clock))
        .withMessage("The clock is set twice. Set it once.");
  }

  private ClientRegistrations.Builder builder() {
    return ClientRegistrations.builder(store, RegistrationPolicy.builder().build()).clock(clock);
  }

  private ClientRegistrations managed() {
    return builder().configurationEndpoint(URI.create("https://as.example/register")).build();
  }

  private RegisteredClient found(ClientInformation answer) {
    return Objects.requireNonNull(registrations.find(answer.clientId()));
  }

  private static @Nullable String idOf(ClientRegistrations registrations, ClientMetadata asked) {
    try {
      return registrations.register(asked).clientId();
    } catch (AuthException e) {
      assertThat(e.reason()).isEqualTo(ReasonCode.REGISTRATIONS_FULL);
      return null;
    }
  }

  private static List<@Nullable String> crowd(Callable<@Nullable String> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<@Nullable String> results = new ArrayList<>();
      for (Future<@Nullable String> done : threads.invokeAll(Collections.nCopies(64, work))) {
        results.add(done.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  static ReasonCode reason(Runnable refused) {
    return catchThrowableOfType(AuthException.class, refused::run).reason();
  }

  static ClientMetadata publicClient(String name) {
    return ClientMetadata.builder()
        .clientName(name)
        .redirectUris("http://localhost/cb")
        .tokenEndpointAuthMethod("none")
        .build();
  }

  static ClientMetadata secretClient() {
    return ClientMetadata.of(
        Map.of(
            "redirect_uris",
            List.of("https://a.example/cb"),
            "token_endpoint_auth_method",
            "client_secret_basic"));
  }
}
