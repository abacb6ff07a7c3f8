package io.mcpauth.authserver;

import static io.mcpauth.authserver.ClientRegistrationsTest.reason;
import static io.mcpauth.authserver.ClientRegistrationsTest.secretClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.WatchedStore;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7592. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ClientConfigurationTest {
  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final ClientRegistrations registrations =
      ClientRegistrations.builder(store, RegistrationPolicy.builder().build())
          .clock(clock)
          .configurationEndpoint(URI.create("https://as.example/register/"))
          .build();
  private final ClientInformation client = registrations.register(secretClient());
  private final String id = client.clientId();
  private final String token = Objects.requireNonNull(client.registrationAccessToken());
  private final String secret = Objects.requireNonNull(client.clientSecret());

  @Test
  void answer_namesTheEndpointAndTheToken() throws Exception {
    assertThat(Json.object(client.toJson()))
        .containsEntry("registration_client_uri", "https://as.example/register/" + id)
        .containsEntry("registration_access_token", token);
    assertThat(token).hasSize(43).isNotEqualTo(secret);
  }

  @Test
  void ownToken_readsTheRegistrationWithoutTheSecret() throws Exception {
    assertThat(Json.object(registrations.read(id, token).toJson()))
        .containsEntry("client_id", id)
        .containsEntry("registration_access_token", token)
        .containsEntry("redirect_uris", List.of("https://a.example/cb"))
        .doesNotContainKeys("client_secret", "client_secret_expires_at");
  }

  @Test
  void otherToken_isRefusedEverywhere() {
    ClientInformation other = registrations.register(secretClient());
    for (String bad :
        List.of("", secret, token + "x", Objects.requireNonNull(other.registrationAccessToken()))) {
      assertThat(reason(() -> registrations.read(id, bad)))
          .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
      assertThat(reason(() -> registrations.update(id, bad, update(Map.of()))))
          .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
      assertThat(reason(() -> registrations.delete(id, bad)))
          .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
    }
    assertThat(reason(() -> registrations.read("unknown", token)))
        .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
  }

  @Test
  void sharedClient_isManagedByNobody() {
    ClientInformation shared =
        registrations.register(ClientRegistrationsTest.publicClient("Files"));

    assertThat(reason(() -> registrations.read(shared.clientId(), "")))
        .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
  }

  @Test
  void withoutTheEndpoint_noTokenIsGood() {
    ClientRegistrations off =
        ClientRegistrations.builder(store, RegistrationPolicy.builder().build())
            .clock(clock)
            .build();

    assertThat(off.register(secretClient()).registrationAccessToken()).isNull();
    assertThat(reason(() -> off.read(id, token))).isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
  }

  @Test
  void update_replacesEverythingAndKeepsTheSecret() {
    ClientInformation changed =
        registrations.update(
            id,
            token,
            update(
                Map.of("redirect_uris", List.of("https://b.example/cb"), "client_secret", secret)));

    assertThat(changed.metadata().redirectUris()).containsExactly("https://b.example/cb");
    assertThat(changed.clientSecret()).isNull();
    assertThat(registrations.authenticate(id, secret)).isNotNull();
    assertThat(Objects.requireNonNull(registrations.find(id)).metadata())
        .isEqualTo(changed.metadata());
    assertThat(registrations.read(id, token).metadata()).isEqualTo(changed.metadata());
  }

  @Test
  void update_toAPublicClientAndBack_makesAnotherSecret() {
    ClientInformation open =
        registrations.update(id, token, update(Map.of("token_endpoint_auth_method", "none")));
    assertThat(open.clientSecret()).isNull();
    assertThat(registrations.authenticate(id, secret)).isNull();

    ClientInformation closed = registrations.update(id, token, update(Map.of()));
    assertThat(closed.clientSecret()).isNotNull().isNotEqualTo(secret);
    assertThat(registrations.authenticate(id, secret)).isNull();
    assertThat(registrations.authenticate(id, Objects.requireNonNull(closed.clientSecret())))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client_id",
        "client_secret",
        "registration_access_token",
        "registration_client_uri",
        "client_id_issued_at",
        "client_secret_expires_at"
      })
  void update_ofWhatTheServerSays_isRefused(String name) {
    assertThat(reason(() -> registrations.update(id, token, update(Map.of(name, "chosen")))))
        .isEqualTo(ReasonCode.CLIENT_METADATA_INVALID);
    assertThat(registrations.authenticate(id, secret)).isNotNull();
  }

  @Test
  void update_goesThroughThePolicy() {
    assertThat(
            reason(
                () ->
                    registrations.update(
                        id, token, update(Map.of("redirect_uris", List.of("javascript:x"))))))
        .isEqualTo(ReasonCode.REDIRECT_URI_NOT_ACCEPTED);
    assertThat(reason(() -> registrations.update(id, token, secretClient())))
        .as("without client_id")
        .isEqualTo(ReasonCode.CLIENT_METADATA_INVALID);
  }

  @Test
  void deletedClient_isGone() {
    registrations.delete(id, token);

    assertThat(registrations.find(id)).isNull();
    assertThat(reason(() -> registrations.read(id, token)))
        .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
    assertThat(reason(() -> registrations.delete(id, token)))
        .isEqualTo(ReasonCode.REGISTRATION_TOKEN_INVALID);
  }

  private ClientMetadata update(Map<String, Object> changes) {
    Map<String, Object> members = new LinkedHashMap<>(secretClient().members());
    members.put("client_id", id);
    members.putAll(changes);
    return ClientMetadata.of(members);
  }
}
