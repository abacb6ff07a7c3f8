package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.testing.TestIssuer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
      assertThat(next().text()).contains("`initial`");
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

  @Test
  void providerThatHoldsClientsToTheirScopes_isToldAtStart() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        Authenticator authenticator = authenticator(server(issuer).withProfile("oidc-provider"))) {
      authenticator.checkSetup(notes::add);
      assertThat(next().text()).startsWith("profile oidc-provider.");
      Authenticator.SetupNote note = next();
      assertThat(note.warning()).isFalse();
      assertThat(note.text())
          .startsWith("A client that registers itself there gets no scope")
          .contains("`initial`");
    }
  }

  private Authenticator.SetupNote first(AuthorizationServer server) throws InterruptedException {
    BlockingQueue<Authenticator.SetupNote> own = new LinkedBlockingQueue<>(); // of no other server
    try (Authenticator authenticator = authenticator(server)) {
      authenticator.checkSetup(own::add);
      return next(own);
    }
  }

  /** A first line that speaks of refused tokens looks like a fault, where all is well. */
  @Test
  void goodSetupWithoutAProfile_hasNothingThatSoundsLikeAFault() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      Authenticator.SetupNote note = first(server(issuer));
      assertThat(note.warning()).isFalse();
      assertThat(note.text()).isEqualTo("profile generic");
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

  /** The advice is by what happened, not by words that a provider's answer may have too. */
  @Test
  void answerThatSpeaksOfTlsAndProxies_isNotTakenForOne() throws Exception {
    String issuer = "https://login.example.com";
    new SetupCheck(AuthorizationServer.of(issuer), notes::add)
        .keys(
            new AuthException(
                ReasonCode.DISCOVERY_FAILED, Map.of(issuer, "issuer is 'TLS (PROXY: x'")));
    assertThat(next().text()).contains("letter by letter").doesNotContain("MCP_AUTH_");
  }

  /** Its fetches fail because it was closed, which is no fault of the provider. */
  @Test
  void closed_saysNothingOfItsServers() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      Authenticator authenticator = authenticator(server(issuer).withProfile("entra-v2"));
      authenticator.close();

      authenticator.checkSetup(notes::add); // what cannot run is told of at once

      assertThat(notes).isEmpty();
    }
  }

  @Test
  void adviceWhereKeysAreMissing_isAboutWhereTheyAreLookedFor() throws Exception {
    AuthorizationServer server = AuthorizationServer.of("https://login.example.com");
    String key = new RSAKeyGenerator(2048).generate().toPublicJWK().toJSONString();
    Map<String, AuthorizationServer> servers =
        Map.of(
            " Check the issuer, letter by letter, against the provider's metadata.",
            server,
            " Check the jwks_uri.",
            server.withJwksUri("https://login.example.com/jwks"),
            " Check the key set.",
            server.withJwks("{\"keys\":[" + key + "]}"));
    for (Map.Entry<String, AuthorizationServer> row : servers.entrySet()) {
      new SetupCheck(row.getValue(), notes::add)
          .keys(new AuthException(ReasonCode.KEYS_UNAVAILABLE));
      assertThat(next().text()).endsWith("until they can." + row.getKey());
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
  void introspection_isToldWithItsBoundAndWhatIsLooseAboutIt() throws Exception {
    Introspection how =
        Introspection.with(ClientAuthentication.secretBasic("files", "s3cr3t"))
            .atOverPlainHttpInsideTheCluster("http://keycloak:8080/introspect")
            .keptFor(Duration.ofSeconds(20))
            .acceptTokensWithoutExpiryForAsLongAsTheyAreActive();
    new SetupCheck(
            AuthorizationServer.of("https://login.example.com").introspectedBy(how), notes::add)
        .configuration(0);
    assertThat(next().text()).isEqualTo("profile generic");
    assertThat(next().text()).contains("ends here within 20 seconds");
    Authenticator.SetupNote plain = next();
    assertThat(plain.warning()).isTrue();
    assertThat(plain.text()).contains("over plain http");
    Authenticator.SetupNote endless = next();
    assertThat(endless.warning()).isTrue();
    assertThat(endless.text()).contains("need no end");
    assertThat(notes).isEmpty();
  }

  @Test
  void metadataWithoutAnIntrospectionEndpoint_areAWarning() throws Exception {
    Introspection how = Introspection.with(ClientAuthentication.secretBasic("files", "s3cr3t"));
    try (TestIssuer issuer = TestIssuer.start();
        Authenticator authenticator = authenticator(server(issuer).introspectedBy(how))) {
      authenticator.checkSetup(notes::add);
      Authenticator.SetupNote note = next();
      while (!note.warning()) {
        note = next();
      }
      assertThat(note.text())
          .startsWith("Where it is asked about its tokens is not known yet: DISCOVERY_FAILED")
          .contains("MCP_AUTH_INTROSPECTION_ENDPOINT")
          .doesNotContain("s3cr3t");
    }
  }

  @Test
  void opaqueTokensThatAreAskedAbout_areNoWarning() throws Exception {
    AuthorizationServer server =
        AuthorizationServer.of("https://github.com/login/oauth")
            .withProfile("github")
            .introspectedBy(Introspection.byGitHub("app", "s3cr3t"));
    new SetupCheck(server, notes::add).configuration(0);
    assertThat(notes).noneMatch(note -> note.text().contains("accepted as a JWT"));
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
    return next(notes);
  }

  private static Authenticator.SetupNote next(BlockingQueue<Authenticator.SetupNote> from)
      throws InterruptedException {
    Authenticator.@Nullable SetupNote note = from.poll(60, TimeUnit.SECONDS);
    assertThat(note).as("a note").isNotNull();
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
            1_000_000),
        Clock.systemUTC());
  }
}
