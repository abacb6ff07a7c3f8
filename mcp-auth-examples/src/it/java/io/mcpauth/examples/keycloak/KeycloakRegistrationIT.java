package io.mcpauth.examples.keycloak;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.keycloak.RealClient.Outcome;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real client that registers with a real Keycloak, and the audience by mappers. */
class KeycloakRegistrationIT {
  static final String READ_FILE = "{\"path\":\"known.txt\"}";
  static final String WRITE_FILE = "{\"path\":\"new.txt\",\"content\":\"x\"}";

  /** Writing is not among the first scopes. */
  static final String POLICY =
      """
      {
        "initial": ["files:list", "files:read"],
        "tools": {
          "about": "base",
          "list_files": ["files:list"],
          "read_file": ["files:read"],
          "write_file": ["files:write"],
          "delete_file": ["files:write"]
        }
      }
      """;

  private static final String ALL_AT_FIRST =
      POLICY.replace(
          "\"files:read\"],\n  \"tools\"", "\"files:read\", \"files:write\"],\n  \"tools\"");

  /** Whose scope has no mapper: the realm has it in a default scope instead. */
  private static final String NOTES =
      """
      { "tools": { "read_file": ["notes:read"], "*_file*": "denied", "about": "base" } }
      """;

  @SuppressWarnings("NullAway.Init") // started before all tests
  private static Keycloak keycloak;

  @TempDir @Nullable Path directory;

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (keycloak != null) {
      keycloak.close();
    }
  }

  @Test
  void mapperInEachScopeOfThePolicy_clientThatRegistersItselfReadsAndStepsUp() throws Exception {
    try (RealClient client = at(keycloak.resource(), POLICY)) {
      Outcome read = client.call("read_file", READ_FILE);
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");
      assertThat(read.requests()).hasSize(1);

      Outcome written = client.call("write_file", WRITE_FILE);
      assertThat(written.status()).as(written.err()).isZero();
      assertThat(written.requests()).hasSize(2);
      assertThat(written.requests().get(1).getQuery()).contains("files:write");
    }
  }

  /** As the TypeScript SDKs register: Keycloak holds the client to these scopes. */
  @Test
  void clientThatRegistersWithTheScopesOfTheChallenge_readsButItsStepUpIsRefused()
      throws Exception {
    try (RealClient client = at(keycloak.resource(), POLICY)) {
      Outcome read = client.call("read_file", READ_FILE, "files:list files:read offline_access");
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");

      Outcome written =
          client.call("write_file", WRITE_FILE, "files:list files:read offline_access");
      assertThat(written.status()).isEqualTo(1);
      assertThat(written.err()).contains("invalid_scope");
      assertThat(written.requests()).hasSize(2);
    }
  }

  @Test
  void allScopesAtFirst_clientThatRegistersWithThemWrites() throws Exception {
    try (RealClient client = at(keycloak.resource(), ALL_AT_FIRST)) {
      Outcome written =
          client.call("write_file", WRITE_FILE, "files:list files:read files:write offline_access");
      assertThat(written.status()).as(written.err()).isZero();
      assertThat(written.requests()).hasSize(1);
    }
  }

  /** The administrator has a mapper, in a default scope of the realm: this client loses it. */
  @Test
  void mapperInADefaultScopeAlone_clientThatRegistersWithScopesGetsTokensForNobody()
      throws Exception {
    try (RealClient client = at(keycloak.otherResource(), NOTES)) {
      Outcome refused = client.call("read_file", READ_FILE, "notes:read offline_access");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err()).contains("the server takes none of the tokens (401)");

      Outcome read = client.call("read_file", READ_FILE); // registers without, and keeps it
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");
    }
  }

  private RealClient at(URI resource, String policy) throws Exception {
    return RealClient.at(keycloak, "registration", resource, policy, requireNonNull(directory));
  }
}
