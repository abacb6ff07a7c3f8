package io.mcpauth.examples.keycloak;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.keycloak.RealClient.Outcome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real client at a Keycloak with its experimental feature {@code resource-indicators}. */
class KeycloakResourceIndicatorsIT {
  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Keycloak keycloak;

  @TempDir @Nullable Path directory;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.start("resource-indicators");
  }

  @AfterAll
  static void stop() throws Exception {
    if (keycloak != null) {
      keycloak.close();
    }
  }

  /** "Included Client Audience" names a client whose attribute {@code resource_url} it is. */
  @Test
  void mapperOfAClientWithTheResource_clientThatRegistersItselfReadsAndStepsUp() throws Exception {
    try (RealClient client = in("indicated")) {
      Outcome read = client.call("read_file", KeycloakRegistrationIT.READ_FILE);
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");

      Outcome written = client.call("write_file", KeycloakRegistrationIT.WRITE_FILE);
      assertThat(written.status()).as(written.err()).isZero();
      assertThat(written.requests()).hasSize(2);
    }
  }

  /** The feature filters what mappers add, and knows clients alone in this version. */
  @Test
  void mapperOfACustomAudience_givesNoTokenOnceTheFeatureIsOn() throws Exception {
    try (RealClient client = in("registration")) {
      Outcome refused = client.call("read_file", KeycloakRegistrationIT.READ_FILE);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("invalid_target");
    }
  }

  private RealClient in(String realm) throws Exception {
    return RealClient.at(
        keycloak,
        realm,
        keycloak.resource(),
        KeycloakRegistrationIT.POLICY,
        requireNonNull(directory));
  }
}
