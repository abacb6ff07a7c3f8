package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.RSAKey;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two issuers are configured, a third one is not. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SeveralIssuersTest {
  private static final String METADATA = "/.well-known/oauth-authorization-server";
  private static final RSAKey KEY = KeyServer.rsa("k");

  private final TestIssuer one = TestIssuer.start(ProtectedServer.CLOCK);
  private final TestIssuer two = TestIssuer.start(ProtectedServer.CLOCK);
  private final TestIssuer stranger = TestIssuer.start(ProtectedServer.CLOCK);
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final ResourceServer server =
      ProtectedServer.of(AuthorizationServer.of(one.issuer()))
          .authorizationServer(AuthorizationServer.of(two.issuer()))
          .events(events::add)
          .build();

  @AfterEach
  void stop() {
    server.close();
    one.close();
    two.close();
    stranger.close();
  }

  @Test
  void token_asksItsOwnIssuerOnly() {
    assertGranted(decide(token(two)));

    assertThat(two.requests("/jwks")).isEqualTo(1);
    assertUntouched(one);
  }

  @Test
  void strangersToken_makesNoRequestAtAll() {
    String token =
        stranger
            .token(ProtectedServer.RESOURCE)
            .scopes("mcp")
            .header("kid", stranger.jwksUri())
            .mint();
    assertInvalidToken(decide(token), ReasonCode.WRONG_ISSUER);

    assertUntouched(one);
    assertUntouched(two);
    assertUntouched(stranger);
    assertThat(events.get(0).facts())
        .containsEntry("found", stranger.issuer())
        .hasEntrySatisfying(
            "expected", text -> assertThat(text).contains(one.issuer(), two.issuer()));
  }

  /** The key of a stranger has an id of its own: nobody is asked where the token says. */
  @ParameterizedTest
  @ValueSource(strings = {"jku", "x5u"})
  void keyAddressInTheHeader_isNeverFollowed(String member) {
    stranger.rotateKey();
    String token =
        stranger
            .token(ProtectedServer.RESOURCE)
            .claim("iss", one.issuer())
            .header(member, stranger.jwksUri())
            .mint();

    assertInvalidToken(decide(token), ReasonCode.KEY_NOT_FOUND);
    assertUntouched(stranger);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jwk"})
  void keyInTheHeader_isRefused(String member) {
    String token =
        stranger
            .token(ProtectedServer.RESOURCE)
            .claim("iss", one.issuer())
            .header(member, stranger.jwksUri())
            .mint();

    assertInvalidToken(decide(token), ReasonCode.TOKEN_HEADER_NOT_ACCEPTED);
    assertUntouched(stranger);
  }

  @Test
  void tokenOfOneUnderTheOthersKeyAndId_isRefusedWithoutAskingTheOther() {
    two.rotateKey();
    String token =
        two.token(ProtectedServer.RESOURCE).scopes("mcp").claim("iss", one.issuer()).mint();

    assertInvalidToken(decide(token), ReasonCode.KEY_NOT_FOUND);
    assertUntouched(two);
  }

  @Test
  void tokenOfOneUnderTheOthersKeyAndTheSameId_isRefused() {
    String token =
        two.token(ProtectedServer.RESOURCE).scopes("mcp").claim("iss", one.issuer()).mint();

    assertInvalidToken(decide(token), ReasonCode.SIGNATURE_INVALID);
    assertUntouched(two);
  }

  /** RFC 7519 section 5.3 lets claims stand in the header; here only the signed payload routes. */
  @Test
  void issuerInTheHeader_routesNothing() {
    String pretended =
        two.token(ProtectedServer.RESOURCE)
            .scopes("mcp")
            .claim("iss", one.issuer())
            .header("iss", two.issuer())
            .mint();
    String honest =
        two.token(ProtectedServer.RESOURCE).scopes("mcp").header("iss", one.issuer()).mint();

    assertInvalidToken(decide(pretended), ReasonCode.SIGNATURE_INVALID);
    assertGranted(decide(honest));
  }

  @Test
  void issuerInAnyOtherSpelling_isNone() {
    String issuer = one.issuer();
    for (String other :
        List.of(
            issuer + "/",
            issuer + " ",
            " " + issuer,
            issuer + "\u0000",
            issuer + "?",
            issuer + "#",
            issuer + METADATA,
            issuer.replace("http", "https"),
            issuer.toUpperCase(Locale.ROOT),
            issuer.replace("127.0.0.1", "localhost"),
            issuer.replace("//", "//x@"),
            issuer + "," + two.issuer(),
            "")) {
      String token = one.token(ProtectedServer.RESOURCE).claim("iss", other).mint();
      assertInvalidToken(decide(token), ReasonCode.WRONG_ISSUER);
    }
    assertUntouched(one);
  }

  @Test
  void issuerThatIsNoString_isNone() {
    for (Object other :
        List.of(
            List.of(one.issuer()),
            List.of(one.issuer(), two.issuer()),
            List.of(),
            Map.of("iss", one.issuer()),
            true,
            1)) {
      String token = one.token(ProtectedServer.RESOURCE).claim("iss", other).mint();
      assertInvalidToken(decide(token), ReasonCode.WRONG_ISSUER);
    }
    assertUntouched(one);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "\\u0069ss", "is\\u0073"})
  void secondIssuerClaim_isMalformed(String name) {
    try (KeyServer keys = new KeyServer().publish(KeyServer.jwk(KEY));
        ResourceServer raw =
            ProtectedServer.of(keys.authorizationServer())
                .authorizationServer(AuthorizationServer.of(one.issuer()))
                .build()) {
      String token = KeyServer.rs256(KEY, ",\"" + name + "\":\"" + one.issuer() + "\"");
      assertInvalidToken(raw.decide(FakeRequest.get().bearer(token)), ReasonCode.TOKEN_MALFORMED);

      assertThat(keys.requests()).isZero();
      assertUntouched(one);
    }
  }

  @Test
  void oneIssuerDown_leavesTheOthersTokensGood() {
    String theirs = token(one);
    one.close();

    assertUnavailable(decide(theirs), ReasonCode.DISCOVERY_FAILED);
    assertGranted(decide(token(two)));
    assertUnavailable(decide(theirs), ReasonCode.DISCOVERY_FAILED);
  }

  @Test
  void sameUserAtTwoIssuers_isTwoPrincipals() {
    AccessDecision ours = decide(token(one));
    AccessDecision theirs = decide(token(two));

    assertGranted(ours);
    assertGranted(theirs);
    assertThat(((AccessDecision.Granted) ours).principal())
        .isNotEqualTo(((AccessDecision.Granted) theirs).principal());
  }

  @Test
  void acceptedIssuers_replaceTheAdvertisedOne() {
    AuthorizationServer tenant =
        AuthorizationServer.of(one.issuer())
            .expectIssuers("https://sts.example/a", "https://sts.example/b");
    try (ResourceServer tenants = ProtectedServer.of(tenant).build()) {
      for (String iss : tenant.acceptedIssuers()) {
        String token = one.token(ProtectedServer.RESOURCE).scopes("mcp").claim("iss", iss).mint();
        assertGranted(tenants.decide(FakeRequest.get().bearer(token)));
      }
      assertInvalidToken(
          tenants.decide(FakeRequest.get().bearer(token(one))), ReasonCode.WRONG_ISSUER);
    }
  }

  @Test
  void issuerAcceptedForTwoServers_stopsTheStart() {
    ResourceServerBuilder builder =
        ProtectedServer.of(AuthorizationServer.of(one.issuer()))
            .authorizationServer(AuthorizationServer.of(two.issuer()).expectIssuers(one.issuer()));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(one.issuer())
        .hasMessageContaining("two authorization servers");
  }

  private static void assertUntouched(TestIssuer issuer) {
    assertThat(issuer.requests("/jwks")).isZero();
    assertThat(issuer.requests(METADATA)).isZero();
  }

  private static String token(TestIssuer issuer) {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
  }

  private AccessDecision decide(String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
