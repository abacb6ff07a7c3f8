package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of API keys. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ApiKeySettingsTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of(ProtectedServer.RESOURCE);
  private static final ToolPolicy POLICY =
      ToolPolicy.builder().initialScopes("s").tool("list_files", "s").build();

  @TempDir private Path directory = Path.of("");

  private static Settings settings(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", ProtectedServer.RESOURCE);
    environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }

  private static ResourceServer server(String... pairs) {
    return ConfiguredServer.builder(settings(pairs), POLICY).build();
  }

  private static RequestStub call() {
    return RequestStub.post(Guarded.call("7", "list_files"));
  }

  @Test
  void withoutSettings_noKeyIsAccepted() {
    try (ResourceServer server = server("API_KEYS", "false")) {
      assertThat(server.credentialHeaders()).containsExactly("authorization");
      Answers.assertInvalidToken(server.decide(call().bearer("mcp_x")), ReasonCode.TOKEN_OPAQUE);
    }
  }

  @Test
  void keysOfTheStore_areAccepted() throws Exception {
    String[] pairs = {"API_KEYS", "true", "STORE_URL", "file:" + directory.resolve("store")};
    try (ResourceServer server = server(pairs);
        OpenStore beside = ConfiguredServer.store(settings(pairs))) {
      CreatedKey key =
          KeyControl.on(beside.store(), RESOURCE).create(NewKey.named("ci").scopes("s"));
      server.access().open(); // has it read what is new

      Answers.assertGranted(server.decide(call().bearer(key.secret())));
    }
  }

  @Test
  void fileHeaderAndPrefix_areTheServers() {
    Path file = directory.resolve("keys.json");
    CreatedKey key =
        KeyControl.inFile(file, RESOURCE).prefix("acme").create(NewKey.named("ci").scopes("s"));
    try (ResourceServer server =
        server(
            "API_KEYS_FILE", file.toString(),
            "API_KEY_HEADER", "X-Acme-Key",
            "API_KEY_PREFIX", "acme")) {
      Answers.assertGranted(server.decide(call().header("X-Acme-Key", key.secret())));
      Answers.assertGranted(server.decide(call().bearer(key.secret())));
    }
  }

  /** What the page says of the defaults. */
  @Test
  void prefixThatIsTheDefault_changesNothing() {
    Path file = directory.resolve("keys.json");
    CreatedKey key = KeyControl.inFile(file, RESOURCE).create(NewKey.named("ci").scopes("s"));
    for (String[] more : List.of(new String[0], new String[] {"API_KEY_PREFIX", "mcp"})) {
      String[] pairs = {"API_KEYS_FILE", file.toString()};
      String[] all = new String[pairs.length + more.length];
      System.arraycopy(pairs, 0, all, 0, pairs.length);
      System.arraycopy(more, 0, all, pairs.length, more.length);
      try (ResourceServer server = server(all)) {
        Answers.assertGranted(server.decide(call().bearer(key.secret())));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "API_KEYS=true| MCP_AUTH_API_KEYS (environment) is 'true', but MCP_AUTH_STORE_URL names no",
        "API_KEYS=true,STORE_URL=memory| MCP_AUTH_API_KEYS (environment) is 'true', but",
        "API_KEYS=yes| MCP_AUTH_API_KEYS (environment) is 'yes'",
        "API_KEY_HEADER=X-API-Key| MCP_AUTH_API_KEY_HEADER (environment)",
        "API_KEY_PREFIX=acme| MCP_AUTH_API_KEY_PREFIX (environment)",
        "API_KEYS=true,API_KEYS_FILE=k| MCP_AUTH_API_KEYS (environment) and MCP_AUTH_API_KEYS_FILE",
        "API_KEYS_FILE=k,API_KEY_HEADER=Cookie| MCP_AUTH_API_KEY_HEADER (environment): The header",
        "API_KEYS_FILE=k,API_KEY_PREFIX=a-b| MCP_AUTH_API_KEY_PREFIX (environment): The prefix"
      })
  void whatCannotBe_stopsTheStart(String pairs, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server(pairs.split("[=,]")))
        .withMessageStartingWith(message);
  }

  @Test
  void missingFile_stopsTheStart() {
    Path file = directory.resolve("none.json");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server("API_KEYS_FILE", file.toString()))
        .withMessageStartingWith("Key file '" + file + "' does not exist. Make the first key with");
  }

  /** Without a store, and without the file. */
  @Test
  void policyThatNamesTheScheme_isCheckedWithTheSettings() throws IOException {
    Path policy =
        Files.writeString(
            directory.resolve("policy.json"),
            "{\"tools\": {\"t\": {\"scopes\": [\"s\"], \"schemes\": [\"ApiKey\"]}}}");
    PolicyFile file = PolicyFile.at(policy);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.checkPolicy(settings(), file))
        .withMessageContaining("ApiKey");
    String missing = directory.resolve("none.json").toString();

    assertThat(ConfiguredServer.checkPolicy(settings("API_KEYS_FILE", missing), file)).isEmpty();
    assertThat(
            ConfiguredServer.checkPolicy(
                settings("API_KEYS", "true", "STORE_URL", "file:/nowhere/at/all"), file))
        .isEmpty();
  }

  @Test
  void issuerOfKeys_isApartFromThoseOfTokens() {
    assertThat(ConfiguredServer.acceptedIssuers(settings("API_KEYS_FILE", "keys.json")))
        .containsExactly(Set.of("https://login.example.com"));
  }
}
