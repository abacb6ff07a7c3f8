package io.mcpauth.examples.access;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.Consent;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.issuer.OAuthAnswer;
import io.mcpauth.issuer.OAuthRequest;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.User;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Users who have logged in to an authorization server that has ended since, leaving its store. */
final class StoredLogins {
  private static final String PLACE = "https://notes.example/callback";

  private StoredLogins() {}

  /** Logs each in, one after the other, by the client {@code notes-app}. */
  static void of(Map<String, String> environment, String... users) {
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    try (OpenStore opened = ConfiguredServer.store(settings)) {
      var unused =
          ClientControl.on(opened.store())
              .add(
                  NewClient.withId("notes-app")
                      .authMethod("none")
                      .redirectUris(PLACE)
                      .firstParty());
      for (String user : users) {
        login(opened, user);
      }
    }
  }

  private static void login(OpenStore opened, String user) {
    try (OAuthServer server =
        OAuthServer.builder(
                "https://login.example",
                opened.store(),
                request -> new Login.LoginResult.LoggedIn(User.of(user, user, List.of())))
            .resource(
                "https://mcp.example/mcp", ToolPolicy.builder().tool("a", "files:list").build())
            .consent(Consent.NEVER_FOR_FIRST_PARTIES)
            .build()) {
      CodeVerifier verifier = CodeVerifier.generate();
      OAuthAnswer asked =
          server.answer(
              new Sent(
                  "GET",
                  "/oauth/authorize",
                  form(
                      "response_type",
                      "code",
                      "client_id",
                      "notes-app",
                      "code_challenge",
                      verifier.challenge().value(),
                      "code_challenge_method",
                      "S256"),
                  ""));
      String location = Objects.requireNonNull(asked.headers().get("Location")).get(0);
      String code = location.replaceAll(".*[?&]code=([^&]+).*", "$1");
      OAuthAnswer tokens =
          server.answer(
              new Sent(
                  "POST",
                  "/oauth/token",
                  null,
                  form(
                      "grant_type",
                      "authorization_code",
                      "client_id",
                      "notes-app",
                      "code",
                      code,
                      "code_verifier",
                      verifier.value())));
      if (tokens.status() != 200) {
        throw new IllegalStateException(new String(tokens.body(), StandardCharsets.UTF_8));
      }
    }
  }

  private static String form(String... pairs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(text.isEmpty() ? "" : "&")
          .append(pairs[i])
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private record Sent(String method, String path, @Nullable String query, String content)
      implements OAuthRequest {
    @Override
    public List<String> headers(String name) {
      return name.equalsIgnoreCase("Content-Type")
          ? List.of("application/x-www-form-urlencoded")
          : List.of();
    }

    @Override
    public String remoteAddress() {
      return "192.0.2.1";
    }

    @Override
    public byte[] body(int mostBytes) {
      return content.getBytes(StandardCharsets.UTF_8);
    }
  }
}
