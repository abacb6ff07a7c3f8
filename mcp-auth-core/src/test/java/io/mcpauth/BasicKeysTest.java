package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Scheme;
import io.mcpauth.store.Store;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.DpopProofs;
import io.mcpauth.token.McpPrincipal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Service accounts with a key that was issued for them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BasicKeysTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of(ProtectedServer.RESOURCE);
  private static final String LOCAL = ProtectedServer.RESOURCE + "#local";

  @TempDir Path directory;

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final String ci = secret(RESOURCE, "ci", IssuedKey.Use.BASIC);
  private final String other = secret(RESOURCE, "other", IssuedKey.Use.BASIC);
  private final String bearer = secret(RESOURCE, "build", IssuedKey.Use.KEY);
  private final String elsewhere =
      secret(ResourceIdentifier.of("https://other.example/mcp"), "far", IssuedKey.Use.BASIC);
  private final ResourceServer server =
      builder().accept(BasicCredentials.ofIssuedKeys()).accept(ApiKeys.shared()).build();

  private ResourceServerBuilder builder() {
    return ProtectedServer.of(AuthorizationServer.of("https://login.example.com"), clock)
        .store(store);
  }

  private String secret(ResourceIdentifier resource, String name, IssuedKey.Use use) {
    return KeyControl.on(store, resource).create(key(name, use)).secret();
  }

  private static NewKey key(String name, IssuedKey.Use use) {
    return NewKey.named(name)
        .scopes("mcp", "files:list")
        .owner("alice")
        .lasting(Duration.ofDays(1))
        .use(use);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void issuedKey_isACallerOfTheSchemeBasic() {
    McpPrincipal caller = caller(server.decide(basic("ci", ci)));

    assertThat(caller.scheme()).isEqualTo(Scheme.BASIC);
    assertThat(caller.issuer()).isEqualTo(LOCAL);
    assertThat(caller.clientId()).isEqualTo("ci");
    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.scopes()).containsExactlyInAnyOrder("mcp", "files:list");
  }

  /** The use decides, and not who knows the text. */
  @Test
  void keyForTheOtherUse_isNone() {
    assertInvalidToken(server.decide(basic("build", bearer)), ReasonCode.API_KEY_UNKNOWN);
    assertInvalidToken(server.decide(FakeRequest.get().bearer(ci)), ReasonCode.API_KEY_UNKNOWN);
    assertGranted(server.decide(FakeRequest.get().bearer(bearer)));
  }

  @Test
  void secretAsABearerTokenWhereKeysAreNotAccepted_isShownToNobody() {
    try (AskedServer asked = new AskedServer();
        ResourceServer accounts =
            ProtectedServer.of(asked.server(), clock)
                .store(store)
                .accept(BasicCredentials.ofIssuedKeys())
                .accept(DpopProofs.accepted())
                .build()) {
      assertInvalidToken(accounts.decide(FakeRequest.get().bearer(ci)), ReasonCode.API_KEY_UNKNOWN);
      assertInvalidToken(
          accounts.decide(FakeRequest.get().header("Authorization", "DPoP " + ci)),
          ReasonCode.API_KEY_UNKNOWN);
      assertThat(asked.asked()).isEmpty();
    }
  }

  @Test
  void nameOfAnotherAccountOrOfNone_isRefusedAlike() {
    for (String name : List.of("other", "Ci", "ci ", "nobody", "build")) {
      assertInvalidToken(server.decide(basic(name, ci)), ReasonCode.API_KEY_UNKNOWN);
    }
    assertGranted(server.decide(basic("other", other)));
  }

  @Test
  void whatIsNoKey_isRefusedWithoutALook() {
    for (String text : List.of("hush", ci + "x", ci.substring(1), ci.toUpperCase(Locale.ROOT))) {
      assertInvalidToken(server.decide(basic("ci", text)), ReasonCode.API_KEY_MALFORMED);
    }
  }

  @Test
  void keyThatHasEnded_isRefused() {
    clock.advance(Duration.ofDays(1));

    assertInvalidToken(server.decide(basic("ci", ci)), ReasonCode.API_KEY_EXPIRED);
  }

  @Test
  void keyOfAnotherResource_isForAnother() {
    assertInvalidToken(server.decide(basic("far", elsewhere)), ReasonCode.WRONG_AUDIENCE);
  }

  @Test
  void rulesOfAccess_holdForAccountAndOwner() {
    String rule = server.access().deny(AccessTarget.client(LOCAL, "ci")).id();
    assertRefused(server.decide(basic("ci", ci)), 403, ReasonCode.ACCESS_DENIED);
    assertGranted(server.decide(basic("other", other)));
    assertThat(server.access().undo(rule)).isTrue();
    assertGranted(server.decide(basic("ci", ci)));
    server.access().deny(AccessTarget.subject(LOCAL, "alice"));

    assertRefused(server.decide(basic("ci", ci)), 403, ReasonCode.ACCESS_DENIED);
    assertRefused(server.decide(basic("other", other)), 403, ReasonCode.ACCESS_DENIED);
  }

  @Test
  void keysOfAFileAndWithAnotherPrefix_areTaken() {
    Path file = directory.resolve("keys.json");
    String secret =
        KeyControl.inFile(file, RESOURCE)
            .prefix("acme")
            .create(key("ci", IssuedKey.Use.BASIC))
            .secret();
    clock.advance(Duration.between(clock.instant(), Instant.now()));
    try (ResourceServer fromFile =
        builder().accept(BasicCredentials.ofIssuedKeysIn(file).prefix("acme")).build()) {
      assertGranted(fromFile.decide(basic("ci", secret)));
      assertInvalidToken(fromFile.decide(basic("ci", ci)), ReasonCode.API_KEY_MALFORMED);
    }
  }

  @Test
  void whatIsOfTheOtherKind_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BasicCredentials.ofIssuedKeys().withScopes("mcp"))
        .withMessageContaining("exchangedAt");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BasicCredentials.ofIssuedKeys().withAudience("files"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BasicCredentials.exchangedAt(AuthorizationServer.of("https://login.example.com"))
                    .prefix("acme"))
        .withMessageContaining("no prefix");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BasicCredentials.ofIssuedKeys().prefix("acme").prefix("acme"));
  }

  private static FakeRequest basic(String id, String secret) {
    return FakeRequest.get()
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8)));
  }
}
