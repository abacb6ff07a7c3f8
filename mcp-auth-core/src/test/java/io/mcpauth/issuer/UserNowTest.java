package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.json;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What becomes of a grant when its user does not stay as he was. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class UserNowTest {
  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer login() {
    return rig.token(
        "grant_type",
        "authorization_code",
        "client_id",
        "app",
        "code",
        rig.code("app", verifier, "files:read"),
        "code_verifier",
        verifier.value());
  }

  private OAuthAnswer refresh(OAuthAnswer tokens) {
    return rig.token(
        "grant_type",
        "refresh_token",
        "client_id",
        "app",
        "refresh_token",
        text(tokens, "refresh_token"));
  }

  private Object roles(OAuthAnswer tokens) {
    OAuthAnswer said =
        rig.server()
            .answer(
                SentRequest.post(
                    OAuthAddresses.INTROSPECT,
                    "client_id",
                    "asks",
                    "client_secret",
                    ServerInTest.SECRET,
                    "token",
                    text(tokens, "access_token")));
    return String.valueOf(json(said).get("roles"));
  }

  private void assertRefused(OAuthAnswer answer, int status, String error, ReasonCode reason) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(text(answer, "error")).isEqualTo(error);
    assertThat(rig.events.get(rig.events.size() - 1).reason()).isEqualTo(reason);
    assertThat(rig.events.get(rig.events.size() - 1).subject()).isEqualTo("alice");
  }

  @Test
  void userWhoStays_isAsHeWas() {
    OAuthAnswer first = login();

    assertThat(roles(refresh(first))).isEqualTo("[editor]");
  }

  @Test
  void userWithOtherRoles_hasThemInTheNextTokensAndThoseAfter() {
    OAuthAnswer first = login();
    rig.users = before -> User.of(before.id(), "Alice", List.of("reader"));
    OAuthAnswer second = refresh(first);

    assertThat(roles(second)).isEqualTo("[reader]");
    assertThat(rig.server().grants().ofUser("alice"))
        .extracting(IssuedGrant::userName)
        .containsExactly("Alice");
    rig.users = before -> before;
    assertThat(roles(refresh(second))).isEqualTo("[reader]");
  }

  @Test
  void userWhoIsGone_endsTheGrant() {
    OAuthAnswer first = login();
    rig.users = before -> null;

    assertRefused(refresh(first), 400, "invalid_grant", ReasonCode.USER_GONE);
    assertThat(rig.isGood(text(first, "access_token"))).isFalse();
    rig.users = before -> before;
    assertThat(refresh(first).status()).isEqualTo(400);
    assertThat(rig.server().grants().ofUser("alice")).isEmpty();
  }

  @Test
  void loginThatFails_spendsNothing() {
    OAuthAnswer first = login();
    rig.users =
        before -> {
          throw new IllegalStateException("s3cret of the application");
        };
    OAuthAnswer failed = refresh(first);

    assertRefused(failed, 503, "temporarily_unavailable", ReasonCode.LOGIN_FAILED);
    assertThat(text(failed, "error_description")).doesNotContain("s3cret");
    rig.users = before -> before;
    assertThat(refresh(first).status()).isEqualTo(200);
  }

  @Test
  void anotherUser_isAFaultOfTheLogin() {
    OAuthAnswer first = login();
    rig.users = before -> User.of("mallory", "Mallory", List.of("admin"));

    assertRefused(refresh(first), 503, "temporarily_unavailable", ReasonCode.LOGIN_FAILED);
    rig.users = before -> before;
    assertThat(roles(refresh(first))).isEqualTo("[editor]");
  }

  /** Of cut-offs that are older than tokens get one instant is left, whoever they were about. */
  @Test
  void grantOlderThanACutOffOfSomebodyElse_goesOn() {
    OAuthAnswer tokens = login();
    rig.clock.advance(Duration.ofDays(1));
    AccessControl control = AccessControl.on(rig.store);
    AccessRule ofBob = control.cutOff(AccessTarget.subject(ServerInTest.ISSUER, "bob"));
    for (int i = 0; i < 3; i++) {
      rig.clock.advance(Duration.ofDays(20));
      rig.restart();
      tokens = refresh(tokens);
      assertThat(tokens.status()).isEqualTo(200);
    }
    assertThat(control.list()).as("folded by now").doesNotContain(ofBob);
    assertThat(control.list()).extracting(AccessRule::kind).contains(AccessRule.Kind.CUT_OFF_OLD);
  }

  /** A rule about a group reaches whoever is in it now. */
  @Test
  void userInAGroupThatIsDenied_isRefused() {
    OAuthAnswer first = login();
    var unused =
        AccessControl.on(rig.store).deny(AccessTarget.group(ServerInTest.ISSUER, "leavers"));
    rig.restart();
    rig.users =
        before -> new User(before.id(), before.name(), Map.of("groups", List.of("leavers")), null);

    assertRefused(refresh(first), 400, "invalid_grant", ReasonCode.REFRESH_TOKEN_INVALID);
    rig.users = before -> before;
    assertThat(refresh(first).status()).isEqualTo(200);
  }
}
