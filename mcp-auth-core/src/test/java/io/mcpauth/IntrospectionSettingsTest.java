package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static io.mcpauth.AskedServer.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of asking about tokens. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IntrospectionSettingsTest {
  private static final String TOKEN = "opaque-1";
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t").build();

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();
  @TempDir Path directory;

  private ResourceServer server(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", ProtectedServer.RESOURCE);
    environment.put("MCP_AUTH_ISSUER", asked.issuer());
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return ConfiguredServer.builder(
            Settings.of(List.of(Setting.values()), SettingSource.environment(environment)), POLICY)
        .clock(clock)
        .build();
  }

  private LoggedRequest question() {
    return asked.requests().get(asked.requests().size() - 1);
  }

  @Test
  void secretInAFile_isThatOfTheClient() throws IOException {
    asked.metadata("");
    asked.says(active());
    Path secret = Files.writeString(directory.resolve("secret"), "s3cr3t\n");
    try (ResourceServer server =
        server(
            "INTROSPECTION", "true",
            "INTROSPECTION_CLIENT_ID", "files",
            "INTROSPECTION_CLIENT_SECRET_FILE", secret.toString())) {
      assertGranted(decide(server, TOKEN));
      assertThat(question().getHeader("Authorization")).isEqualTo("Basic ZmlsZXM6czNjcjN0");
    }
  }

  @Test
  void endpointMethodAndBound_areAsTheyAreSaid() {
    asked.says(active());
    try (ResourceServer server =
        server(
            "INTROSPECTION", "true",
            "INTROSPECTION_CLIENT_ID", "files",
            "INTROSPECTION_CLIENT_SECRET", "s3cr3t",
            "INTROSPECTION_METHOD", "client_secret_post",
            "INTROSPECTION_ENDPOINT", asked.endpoint(),
            "INTROSPECTION_KEPT_SECONDS", "7")) {
      assertGranted(decide(server, TOKEN));
      assertThat(form(question())).containsEntry("client_secret", "s3cr3t");
      clock.advance(Duration.ofSeconds(6));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(1);
      clock.advance(Duration.ofSeconds(1));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(2);
    }
  }

  @Test
  void keyOfTheClient_signsAndPlainHttpIsSaidByItsName() throws JOSEException {
    asked.says(active());
    String key = new ECKeyGenerator(Curve.P_256).keyID("k").generate().toJSONString();
    try (ResourceServer server =
        server(
            "INTROSPECTION", "true",
            "INTROSPECTION_CLIENT_ID", "files",
            "INTROSPECTION_CLIENT_KEY", key,
            "INTROSPECTION_METHOD", "private_key_jwt",
            "INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER", asked.endpoint())) {
      assertGranted(decide(server, TOKEN));
      assertThat(form(question())).containsKey("client_assertion");
    }
  }

  @Test
  void also_verifiesJwtsAsEver() {
    try (ResourceServer server =
        server(
            "INTROSPECTION", "also",
            "INTROSPECTION_CLIENT_ID", "files",
            "INTROSPECTION_CLIENT_SECRET", "s3cr3t")) {
      assertRefused(decide(server, TOKEN), 401, ReasonCode.TOKEN_OPAQUE);
      assertThat(asked.asked()).isEmpty();
    }
  }

  @Test
  void profile_saysHowGithubAndGoogleAreAsked() {
    asked.says(Map.of("active", true)); // which is no answer of either
    try (ResourceServer github =
            server(
                "PROFILE", "github",
                "TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE", "Iv1.1",
                "INTROSPECTION", "true",
                "INTROSPECTION_CLIENT_ID", "Iv1.1",
                "INTROSPECTION_CLIENT_SECRET", "s3cr3t",
                "INTROSPECTION_ENDPOINT", asked.endpoint());
        ResourceServer google =
            server(
                "PROFILE", "google",
                "TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE", "g",
                "INTROSPECTION", "true",
                "INTROSPECTION_ENDPOINT", asked.endpoint())) {
      assertRefused(decide(github, TOKEN), 401, ReasonCode.CLAIM_INVALID);
      assertThat(question().getBodyAsString()).isEqualTo("{\"access_token\":\"opaque-1\"}");
      assertRefused(decide(google, TOKEN), 401, ReasonCode.CLAIM_INVALID);
      assertThat(question().getBodyAsString()).isEqualTo("access_token=opaque-1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INTROSPECTION_CLIENT_ID=a | MCP_AUTH_INTROSPECTION_CLIENT_ID (environment) means nothing here: there is no MCP_AUTH_INTROSPECTION.
          INTROSPECTION=false;INTROSPECTION_KEPT_SECONDS=1 | MCP_AUTH_INTROSPECTION_KEPT_SECONDS (environment) means nothing here
          INTROSPECTION=yes | MCP_AUTH_INTROSPECTION (environment) is 'yes', which says nothing. Write 'true', 'also' or 'false'.
          INTROSPECTION=true | MCP_AUTH_INTROSPECTION_CLIENT_ID is not set.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a | MCP_AUTH_INTROSPECTION_CLIENT_SECRET is not set. Write it as variable of the environment, or its path as MCP_AUTH_INTROSPECTION_CLIENT_SECRET_FILE.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_METHOD=basic | MCP_AUTH_INTROSPECTION_METHOD (environment) is 'basic', which is no method.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_METHOD=private_key_jwt | MCP_AUTH_INTROSPECTION_CLIENT_KEY is not set.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_METHOD=private_key_jwt;INTROSPECTION_CLIENT_KEY={} | MCP_AUTH_INTROSPECTION_CLIENT_KEY (environment):
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_CLIENT_KEY={};INTROSPECTION_CLIENT_SECRET=s | MCP_AUTH_INTROSPECTION_CLIENT_KEY (environment) means nothing here: MCP_AUTH_INTROSPECTION_METHOD is client_secret_basic.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_CLIENT_SECRET=s;INTROSPECTION_ENDPOINT=http://kc:8080/i | MCP_AUTH_INTROSPECTION_ENDPOINT (environment): Introspection endpoint 'http://kc:8080/i': plain http is only for loopback hosts.
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_CLIENT_SECRET=s;INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER=https://kc/i | MCP_AUTH_INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER (environment): Introspection endpoint 'https://kc/i': it is no plain http URL
          INTROSPECTION=true;INTROSPECTION_CLIENT_ID=a;INTROSPECTION_CLIENT_SECRET=s;INTROSPECTION_KEPT_SECONDS=301 | MCP_AUTH_INTROSPECTION_KEPT_SECONDS (environment) is '301', which is no whole number from 0 to 300.
          INTROSPECTION=true;PROFILE=google;INTROSPECTION_CLIENT_ID=a | MCP_AUTH_INTROSPECTION_CLIENT_ID (environment) means nothing here: Google asks nobody who he is.
          INTROSPECTION=true;PROFILE=google | Register
          """)
  void wrongSetting_stopsTheStartAndNamesItsKey(String changes, String message) {
    String[] pairs =
        List.of(changes.split(";", -1)).stream()
            .flatMap(change -> List.of(change.split("=", 2)).stream())
            .toArray(String[]::new);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server(pairs).close())
        .withMessageContaining(message);
  }
}
