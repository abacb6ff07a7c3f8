package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of DPoP proofs. */
class DpopSettingsTest {
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t", "s").build();

  private static ResourceServerBuilder builder(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return ConfiguredServer.builder(
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment)), POLICY);
  }

  @Test
  void policyForTheScheme_isCheckedByTheSettings(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("policy.json");
    Files.writeString(file, "{\"tools\":{\"t\":{\"schemes\":[\"DPoP\"]}}}");
    Map<String, String> set =
        Map.of(
            "MCP_AUTH_DPOP", "accepted",
            "MCP_AUTH_DPOP_NONCE", "true",
            "MCP_AUTH_DPOP_NONCE_KEYS_FILE", "/etc/mcp/nonce-keys");
    Settings settings = Settings.of(List.of(Setting.values()), SettingSource.environment(set));

    assertThat(ConfiguredServer.checkPolicy(settings, PolicyFile.at(file))).isEmpty();
  }

  /** The answer to a request without a credential. */
  private static AccessDecision.Refused challenge(ResourceServer server) {
    return (AccessDecision.Refused) server.decide(RequestStub.post("{}"));
  }

  @Test
  void withoutSettings_proofsAreNotAccepted() {
    try (ResourceServer server = builder().build()) {
      assertThat(server.metadata().dpopSigningAlgValuesSupported()).isEmpty();
      assertThat(challenge(server).furtherChallenges()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"accepted,false", "required,true"})
  void word_isWhatTheMetadataSay(String word, boolean required) {
    try (ResourceServer server = builder("DPOP", word).build()) {
      assertThat(server.metadata().dpopBoundAccessTokensRequired()).isEqualTo(required);
      String algorithms = Setting.DPOP_SIGNING_ALGS.byDefault().replace("`", "");
      assertThat(server.metadata().dpopSigningAlgValuesSupported())
          .containsExactly(algorithms.split(","));
      assertThat(challenge(server).headers()).doesNotContainKey("DPoP-Nonce");
    }
  }

  @Test
  void signingAlgs_areThoseOfChallenges() {
    try (ResourceServer server =
        builder("DPOP", "accepted", "DPOP_SIGNING_ALGS", "PS256, ES256").build()) {
      assertThat(challenge(server).furtherChallenges().get(0)).endsWith("algs=\"PS256 ES256\"");
    }
  }

  @Test
  void nonceOfOneNode_needsNoKeys() {
    try (ResourceServer server = builder("DPOP", "accepted", "DPOP_NONCE", "true").build()) {
      assertThat(challenge(server).headers()).containsKey("DPoP-Nonce");
    }
  }

  @Test
  void nonceOfSeveralNodes_needsAFile(@TempDir Path directory) throws IOException {
    Path keys = directory.resolve("keys");
    Files.writeString(keys, "bXktMzItcmFuZG9tLWJ5dGVzLW9mLWEta2V5LTEyMyE=\n");
    try (ResourceServer server =
        builder(
                "DPOP", "accepted",
                "DPOP_NONCE", "true",
                "DPOP_NONCE_KEYS_FILE", keys.toString(),
                "NODES", "2")
            .build()) {
      assertThat(challenge(server).headers()).containsKey("DPoP-Nonce");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder("DPOP", "accepted", "DPOP_NONCE", "true", "NODES", "2"))
        .withMessageContaining("Write MCP_AUTH_DPOP_NONCE_KEYS_FILE");
  }

  @ParameterizedTest
  @CsvSource({
    "DPOP,yes,Write 'accepted' or 'required'",
    "DPOP_NONCE,true,there is no MCP_AUTH_DPOP",
    "DPOP_SIGNING_ALGS,ES256,there is no MCP_AUTH_DPOP",
    "DPOP_PROOF_LIFETIME_SECONDS,60,there is no MCP_AUTH_DPOP"
  })
  void wordThatMeansNothing_stopsTheStart(String key, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(key, value))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "DPOP_PROOF_LIFETIME_SECONDS,9,no whole number from 10 to 900",
    "DPOP_SIGNING_ALGS,HS256,signs no DPoP proof",
    "DPOP_NONCE_KEYS_FILE,/no/such/file,MCP_AUTH_DPOP_NONCE is not 'true'"
  })
  void wrongWord_stopsTheStart(String key, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder("DPOP", "accepted", key, value))
        .withMessageContaining(message);
  }
}
