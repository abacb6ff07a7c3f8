package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.testing.TestIssuer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SetupCheckTest {
  private final BlockingQueue<Authenticator.SetupNote> notes = new LinkedBlockingQueue<>();

  @Test
  void goodSetup_hasTheProfileWithItsRemedyAndFetchesTheKeys() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        Authenticator authenticator = authenticator(server(issuer).withProfile("keycloak"))) {
      authenticator.checkSetup(notes::add);
      Authenticator.SetupNote note = next();
      assertThat(note.issuer()).isEqualTo(issuer.issuer());
      assertThat(note.warning()).isFalse();
      assertThat(note.text())
          .startsWith("profile keycloak (some of its facts unverified). If its tokens are refused")
          .contains("for their audience: Client scopes >")
          .contains("Included Custom Audience");
      assertThat(next().text()).startsWith("Its metadata offers neither");
      assertThat(authenticator.keyStatus().get(0).keys()).isPositive();
      assertThat(notes).isEmpty();
      assertThat(issuer.requests("/.well-known/oauth-authorization-server")).isOne();
    }
  }

  @Test
  void ownProfile_isCalledUnverifiedUnlessItIsConfirmed() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      ProviderProfile.Builder own = ProviderProfile.builder("my-idp").remedy("Ask the desk.");
      assertThat(first(server(issuer).withProfile(own.build())).text())
          .isEqualTo(
              "profile my-idp (some of its facts unverified). If its tokens are refused for their"
                  + " audience: Ask the desk.");
      assertThat(first(server(issuer).withProfile(own.confirmed().build())).text())
          .startsWith("profile my-idp. If its tokens");
    }
  }

  private Authenticator.SetupNote first(AuthorizationServer server) throws InterruptedException {
    try (Authenticator authenticator = authenticator(server)) {
      notes.clear();
      authenticator.checkSetup(notes::add);
      return next();
    }
  }

  @Test
  void issuerDown_isAWarningWithTheReason() throws Exception {
    TestIssuer issuer = TestIssuer.start();
    issuer.close();
    try (Authenticator authenticator = authenticator(server(issuer))) {
      authenticator.checkSetup(notes::add);
      assertThat(next().warning()).isFalse();
      Authenticator.SetupNote note = next();
      assertThat(note.warning()).isTrue();
      assertThat(note.text())
          .startsWith("Its keys cannot be had yet: DISCOVERY_FAILED {" + issuer.issuer())
          .contains("letter by letter");
    }
  }

  @Test
  void audienceThatCannotBeTheResource_isAWarning() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        Authenticator authenticator = authenticator(server(issuer).withProfile("entra-v2"))) {
      authenticator.checkSetup(notes::add);
      assertThat(next().warning()).isFalse();
      Authenticator.SetupNote note = next();
      assertThat(note.warning()).isTrue();
      assertThat(note.text()).contains("cannot carry the resource in 'aud'", "expectAudience");
    }
  }

  @Test
  void opaqueTokens_areAWarning() throws Exception {
    try (Authenticator authenticator =
        authenticator(
            AuthorizationServer.of("https://github.com/login/oauth").withProfile("github"))) {
      authenticator.checkSetup(notes::add);
      Authenticator.SetupNote note = next();
      assertThat(note.warning()).isTrue();
      assertThat(note.text()).contains("No token of it can be accepted as a JWT.");
    }
  }

  @Test
  void trustedClients_areAWarning() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        Authenticator authenticator =
            authenticator(server(issuer).trustClientIdInsteadOfAudience("app-1"))) {
      authenticator.checkSetup(notes::add);
      assertThat(next().warning()).isFalse();
      Authenticator.SetupNote note = next();
      assertThat(note.warning()).isTrue();
      assertThat(note.text()).contains("accepted from the clients [app-1]");
    }
  }

  private Authenticator.SetupNote next() throws InterruptedException {
    Authenticator.@Nullable SetupNote note = notes.poll(10, TimeUnit.SECONDS);
    assertThat(note).as("a note within ten seconds").isNotNull();
    return note;
  }

  private static AuthorizationServer server(TestIssuer issuer) {
    return AuthorizationServer.of(issuer.issuer());
  }

  private static Authenticator authenticator(AuthorizationServer server) {
    return new Authenticator(
        new Authenticator.Expectations(
            List.of(server),
            ResourceIdentifier.of("https://mcp.example.com/mcp"),
            Duration.ofSeconds(60),
            Duration.ofDays(30),
            new Revocations(),
            1_000_000),
        Clock.systemUTC());
  }
}
