package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.header;
import static io.mcpauth.issuer.ServerInTest.json;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.store.Store;
import io.mcpauth.store.WatchedStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TokenRequestTest {
  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer redeem(String clientId, String code, String... more) {
    String[] form = {
      "grant_type",
      "authorization_code",
      "client_id",
      clientId,
      "code",
      code,
      "code_verifier",
      verifier.value()
    };
    return rig.token(with(form, more));
  }

  private OAuthAnswer refresh(String token, String... more) {
    String[] form = {"grant_type", "refresh_token", "client_id", "app", "refresh_token", token};
    return rig.token(with(form, more));
  }

  private static String[] with(String[] form, String... more) {
    String[] all = new String[form.length + more.length];
    System.arraycopy(form, 0, all, 0, form.length);
    System.arraycopy(more, 0, all, form.length, more.length);
    return all;
  }

  private String refreshToken() {
    return text(
        redeem("app", rig.code("app", verifier, "files:read files:write")), "refresh_token");
  }

  private void assertRefused(OAuthAnswer answer, int status, String error, ReasonCode reason) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(text(answer, "error")).isEqualTo(error);
    assertThat(answer.headers().get("Cache-Control")).containsExactly("no-store");
    AuthorizationEvent last = rig.events.get(rig.events.size() - 1);
    assertThat(last.reason()).isEqualTo(reason);
  }

  @Test
  void codeWithItsVerifier_isAnsweredWithTokensThatNobodyKeeps() {
    OAuthAnswer answer = redeem("app", rig.code("app", verifier, "files:read"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().get("Cache-Control")).containsExactly("no-store");
    assertThat(answer.headers().get("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(json(answer))
        .containsEntry("token_type", "Bearer")
        .containsEntry("scope", "files:read")
        .containsKeys("access_token", "refresh_token");
    assertThat(text(answer, "expires_in")).isEqualTo("3600");
  }

  @Test
  void eachOutcome_isOneEvent() {
    String token = text(redeem("app", rig.code("app", verifier, "files:read")), "refresh_token");
    OAuthAnswer unused = refresh(token);

    assertThat(rig.events)
        .extracting(AuthorizationEvent::kind)
        .containsExactly(
            AuthorizationEvent.Kind.LOGIN,
            AuthorizationEvent.Kind.CONSENT,
            AuthorizationEvent.Kind.ISSUE,
            AuthorizationEvent.Kind.REFRESH);
    assertThat(rig.events).allMatch(AuthorizationEvent::done);
    assertThat(rig.events).extracting(AuthorizationEvent::subject).containsOnly("alice");
    assertThat(rig.events.toString()).doesNotContain("code-", "access-", "refresh-");
  }

  @Test
  void codeTwice_endsItsGrantAndIsReuse() {
    String code = rig.code("app", verifier, "files:read");
    OAuthAnswer first = redeem("app", code);
    assertThat(rig.isGood(text(first, "access_token"))).isTrue();

    assertRefused(redeem("app", code), 400, "invalid_grant", ReasonCode.CODE_REUSED);
    assertThat(rig.events.get(rig.events.size() - 1).kind())
        .isEqualTo(AuthorizationEvent.Kind.REUSE);
    assertThat(rig.isGood(text(first, "access_token"))).isFalse();
    assertRefused(
        refresh(text(first, "refresh_token")),
        400,
        "invalid_grant",
        ReasonCode.REFRESH_TOKEN_INVALID);
  }

  @Test
  void codeOfAnotherClient_isRefused() {
    String code = rig.code("app", verifier, "files:read");

    assertRefused(redeem("other", code), 400, "invalid_grant", ReasonCode.CODE_INVALID);
  }

  @Test
  void codeWithAnotherVerifier_isRefusedAndSpent() {
    String code = rig.code("app", verifier, "files:read");
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            code,
            "code_verifier",
            CodeVerifier.generate().value());

    assertRefused(answer, 400, "invalid_grant", ReasonCode.CODE_VERIFIER_INVALID);
    assertThat(redeem("app", code).status()).isEqualTo(400);
  }

  @Test
  void codeWithoutAVerifier_isRefused() {
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            rig.code("app", verifier, "files:read"));

    assertRefused(answer, 400, "invalid_grant", ReasonCode.CODE_VERIFIER_INVALID);
  }

  @Test
  void challengeInPlaceOfTheVerifier_isRefused() {
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            rig.code("app", verifier, "files:read"),
            "code_verifier",
            verifier.challenge().value(),
            "code_challenge_method",
            "plain");

    assertRefused(answer, 400, "invalid_grant", ReasonCode.CODE_VERIFIER_INVALID);
  }

  @Test
  void redirectUriAsBefore_isAccepted() {
    String code = rig.code("app", verifier, "files:read");

    assertThat(redeem("app", code, "redirect_uri", ServerInTest.PLACE).status()).isEqualTo(200);
  }

  @Test
  void anotherRedirectUri_isRefused() {
    String code = rig.code("app", verifier, "files:read");

    assertRefused(
        redeem("app", code, "redirect_uri", "https://app.test/callback/x"),
        400,
        "invalid_grant",
        ReasonCode.CODE_INVALID);
  }

  @Test
  void emptyRedirectUri_isAsOmitted() {
    String code = rig.code("app", verifier, "files:read");

    assertThat(redeem("app", code, "redirect_uri", "").status()).isEqualTo(200);
  }

  @Test
  void resourceThatWasAllowed_isAcceptedTwice() {
    String code = rig.code("app", verifier, "files:read");
    String[] same = {"resource", ServerInTest.RESOURCE, "resource", ServerInTest.RESOURCE};

    assertThat(redeem("app", code, same).status()).isEqualTo(200);
  }

  @Test
  void anotherResourceOfThisServer_isRefused() {
    String code = rig.code("app", verifier, "files:read");

    assertRefused(
        redeem("app", code, "resource", "https://other.test/mcp"),
        400,
        "invalid_target",
        ReasonCode.RESOURCE_NOT_SERVED);
  }

  @Test
  void userCutOffBetweenConsentAndCode_getsNothing() {
    String code = rig.code("app", verifier, "files:read");
    var unused =
        AccessControl.on(rig.store)
            .cutOff(
                AccessTarget.subject(ServerInTest.ISSUER, "alice"),
                rig.clock.instant().plusSeconds(5));

    assertRefused(redeem("app", code), 400, "invalid_grant", ReasonCode.CODE_INVALID);
  }

  /** Cut-offs are by the clock of the store, and so is what they are compared with. */
  @Test
  void userCutOffBetweenConsentAndCodeOfANodeThatIsAhead_getsNothing() {
    Store store = Store.inMemory(rig.clock);
    try (ServerInTest ahead =
        new ServerInTest(store, Clock.offset(rig.clock, Duration.ofSeconds(30)))) {
      String code = ahead.code("app", verifier, "files:read");
      rig.clock.advance(Duration.ofMillis(1));
      var unused =
          AccessControl.on(store).cutOff(AccessTarget.subject(ServerInTest.ISSUER, "alice"));
      ahead.restart();
      String[] form = {
        "grant_type",
        "authorization_code",
        "client_id",
        "app",
        "code",
        code,
        "code_verifier",
        verifier.value()
      };

      assertThat(ahead.token(form).status()).isEqualTo(400);
      assertThat(ahead.events.get(ahead.events.size() - 1).reason())
          .isEqualTo(ReasonCode.CODE_INVALID);
    }
  }

  @Test
  void clientLimitedBetweenConsentAndCode_getsWhatIsLeft() {
    String code = rig.code("app", verifier, "files:read files:write");
    EnteredClient limited = rig.clients.limit("app", Set.of("files:read"));
    rig.restart();
    assertThat(limited.scopes()).contains("files:read");

    assertThat(text(redeem("app", code), "scope")).isEqualTo("files:read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"grant_type", "client_id", "code", "code_verifier", "redirect_uri", "scope"})
  void parameterTwice_isRefusedBeforeTheCodeIsTaken(String name) {
    String code = rig.code("app", verifier, "files:read");
    String form =
        SentRequest.encoded(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            code,
            "code_verifier",
            verifier.value(),
            "redirect_uri",
            ServerInTest.PLACE,
            "scope",
            "files:read");
    OAuthAnswer answer =
        rig.server().answer(SentRequest.posted(ServerInTest.TOKEN, form + "&" + name + "="));

    assertRefused(answer, 400, "invalid_request", ReasonCode.PARAMETER_INVALID);
    assertThat(redeem("app", code).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/plain", "multipart/form-data", ""})
  void anotherContentType_isRefused(String type) {
    SentRequest request =
        SentRequest.post(ServerInTest.TOKEN, "grant_type", "refresh_token", "client_id", "app")
            .without("Content-Type")
            .with("Content-Type", type);

    assertRefused(
        rig.server().answer(request), 400, "invalid_request", ReasonCode.PARAMETER_INVALID);
  }

  @Test
  void formWithItsCharset_isAccepted() {
    SentRequest request =
        SentRequest.post(
                ServerInTest.TOKEN,
                "grant_type",
                "authorization_code",
                "client_id",
                "app",
                "code",
                rig.code("app", verifier, "files:read"),
                "code_verifier",
                verifier.value())
            .without("Content-Type")
            .with("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8");

    assertThat(rig.server().answer(request).status()).isEqualTo(200);
  }

  @Test
  void hugeForm_isRefused() {
    String huge = "grant_type=refresh_token&x=" + "a".repeat(Parameters.MOST_BYTES);

    assertRefused(
        rig.server().answer(SentRequest.posted(ServerInTest.TOKEN, huge)),
        413,
        "invalid_request",
        ReasonCode.BODY_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grant_type=%", "grant_type=%zz", "grant_type=%ff"})
  void malformedForm_isRefused(String form) {
    assertRefused(
        rig.server().answer(SentRequest.posted(ServerInTest.TOKEN, form)),
        400,
        "invalid_request",
        ReasonCode.PARAMETER_INVALID);
  }

  @Test
  void parametersInTheQuery_countForNothing() {
    String query =
        SentRequest.encoded(
            "grant_type", "refresh_token", "client_id", "app", "refresh_token", "x");
    SentRequest request =
        SentRequest.of("POST", ServerInTest.TOKEN, query)
            .with("Content-Type", "application/x-www-form-urlencoded");

    assertRefused(
        rig.server().answer(request), 400, "invalid_request", ReasonCode.PARAMETER_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "implicit", "Authorization_Code", "urn:x"})
  void anotherGrantType_isNotSupported(String type) {
    assertRefused(
        rig.token("grant_type", type, "client_id", "app"),
        400,
        "unsupported_grant_type",
        ReasonCode.GRANT_TYPE_NOT_SUPPORTED);
  }

  @Test
  void wrongSecretInTheHeader_isToldInItsScheme() {
    String basic = Base64.getEncoder().encodeToString("web:wrong".getBytes(StandardCharsets.UTF_8));
    OAuthAnswer answer =
        rig.server()
            .answer(
                SentRequest.post(
                        ServerInTest.TOKEN, "grant_type", "refresh_token", "refresh_token", "x")
                    .with("Authorization", "Basic " + basic));

    assertRefused(answer, 401, "invalid_client", ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Basic ");
  }

  @Test
  void wrongSecretInTheForm_isNoDialogue() {
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "refresh_token",
            "refresh_token",
            "x",
            "client_id",
            "web",
            "client_secret",
            "wrong");

    assertRefused(answer, 401, "invalid_client", ReasonCode.CLIENT_NOT_PROVEN);
    assertThat(answer.headers()).doesNotContainKey("WWW-Authenticate");
  }

  @Test
  void refresh_givesTheNextTokens() {
    String token = refreshToken();
    OAuthAnswer answer = refresh(token);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer, "refresh_token")).isNotEqualTo(token);
    assertThat(text(answer, "scope")).isEqualTo("files:read files:write");
  }

  @Test
  void refreshForFewerScopes_givesFewer() {
    String token = refreshToken();
    OAuthAnswer fewer = refresh(token, "scope", " files:read  offline_access ");

    assertThat(text(fewer, "scope")).isEqualTo("files:read");
    assertThat(text(refresh(text(fewer, "refresh_token")), "scope"))
        .isEqualTo("files:read files:write");
  }

  @ParameterizedTest
  @ValueSource(strings = {"offline_access", "openid offline_access", " ", ""})
  void refreshForNothingOfAResource_givesAll(String scope) {
    assertThat(text(refresh(refreshToken(), "scope", scope), "scope"))
        .isEqualTo("files:read files:write");
  }

  @Test
  void refreshForMore_isRefusedAndSpendsNothing() {
    String token = refreshToken();

    assertRefused(
        refresh(token, "scope", "files:read admin"),
        400,
        "invalid_scope",
        ReasonCode.SCOPE_NOT_OFFERED);
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void refreshForAnotherResource_isRefusedAndSpendsNothing() {
    String token = refreshToken();

    assertRefused(
        refresh(token, "resource", "https://other.test/mcp"),
        400,
        "invalid_target",
        ReasonCode.RESOURCE_NOT_SERVED);
    assertThat(refresh(token).status()).isEqualTo(200);
  }

  @Test
  void refreshByAnotherClient_isRefused() {
    OAuthAnswer answer =
        rig.token(
            "grant_type", "refresh_token", "client_id", "other", "refresh_token", refreshToken());

    assertRefused(answer, 400, "invalid_grant", ReasonCode.REFRESH_TOKEN_INVALID);
  }

  @Test
  void refreshTokenAgainAtOnce_isAnsweredWithTheSameSuccessor() {
    String token = refreshToken();
    String next = text(refresh(token), "refresh_token");

    assertThat(text(refresh(token), "refresh_token")).isEqualTo(next);
    assertThat(refresh(next).status()).isEqualTo(200);
  }

  @Test
  void refreshTokenAgain_isReuseAndEndsItsGrant() {
    String token = refreshToken();
    OAuthAnswer next = refresh(token);
    rig.clock.advance(Duration.ofSeconds(11));

    assertRefused(refresh(token), 400, "invalid_grant", ReasonCode.REFRESH_TOKEN_REUSED);
    assertThat(rig.events.get(rig.events.size() - 1).kind())
        .isEqualTo(AuthorizationEvent.Kind.REUSE);
    assertThat(refresh(text(next, "refresh_token")).status()).isEqualTo(400);
  }

  @Test
  void refreshOfAClientThatWasLimited_givesWhatIsLeft() {
    String token = refreshToken();
    EnteredClient limited = rig.clients.limit("app", Set.of("files:read", "admin"));
    rig.restart();
    assertThat(limited.scopes()).contains("files:read");

    OAuthAnswer answer = refresh(token);
    assertThat(text(answer, "scope")).isEqualTo("files:read");
    assertRefused(
        refresh(text(answer, "refresh_token"), "scope", "admin"),
        400,
        "invalid_scope",
        ReasonCode.SCOPE_NOT_OFFERED);
  }

  @Test
  void refreshOfAUserWhoIsCutOff_isRefused() {
    String token = refreshToken();
    var unused =
        AccessControl.on(rig.store)
            .cutOff(
                AccessTarget.subject(ServerInTest.ISSUER, "alice"),
                rig.clock.instant().plusSeconds(5));

    assertRefused(refresh(token), 400, "invalid_grant", ReasonCode.REFRESH_TOKEN_INVALID);
  }

  @Test
  void closedAccess_isForLater() {
    String token = refreshToken();
    var unused = AccessControl.on(rig.store).close();

    OAuthAnswer answer = refresh(token);
    assertRefused(answer, 503, "temporarily_unavailable", ReasonCode.ACCESS_CLOSED);
    assertThat(answer.headers()).containsKey("Retry-After");
  }

  @Test
  void clientForItself_getsItsOwnScopesForItsLifetimeAndNoRefreshToken() {
    rig.enter(job().grantTypes("client_credentials"));
    rig.restart();
    OAuthAnswer answer = ofClient("job", "resource", ServerInTest.RESOURCE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer)).doesNotContainKey("refresh_token");
    assertThat(text(answer, "scope")).isEqualTo("files:read");
    assertThat(text(answer, "expires_in")).isEqualTo("28800");
  }

  /** Whatever id the operator gives a client, no user has the same identity. */
  @Test
  void tokenOfAClientForItself_namesNoSubject() {
    rig.enter(job().grantTypes("client_credentials"));
    rig.restart();
    String token = text(ofClient("job", "resource", ServerInTest.RESOURCE), "access_token");
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
                    token));

    assertThat(json(said)).containsEntry("client_id", "job").doesNotContainKey("sub");
  }

  /** Some URL parsers add it, and it was taken when the user was asked. */
  @Test
  void originWithASlash_isTheSameResourceAsAtTheAuthorization() {
    CodeVerifier verifier = CodeVerifier.generate();
    String origin = "https://origin.test/";
    String code =
        ServerInTest.code(rig.server(), rig.server(), "app", verifier, "files:read", origin);
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "authorization_code",
            "client_id",
            "app",
            "code",
            code,
            "code_verifier",
            verifier.value(),
            "resource",
            origin);

    assertThat(answer.status()).isEqualTo(200);
  }

  private static NewClient job() {
    return NewClient.withId("job")
        .secret(ServerInTest.SECRET)
        .scopes("files:read")
        .lifetime(Duration.ofHours(8));
  }

  private OAuthAnswer ofClient(String id, String... more) {
    String[] form = {
      "grant_type", "client_credentials", "client_id", id, "client_secret", ServerInTest.SECRET
    };
    return rig.token(with(form, more));
  }

  @Test
  void clientForItself_whatItMayNotHave_isRefused() {
    rig.enter(job().grantTypes("client_credentials"));
    rig.restart();

    assertRefused(
        ofClient("job", "resource", ServerInTest.RESOURCE, "scope", "admin"),
        400,
        "invalid_scope",
        ReasonCode.SCOPE_NOT_OFFERED);
  }

  @Test
  void clientForItself_withoutAResourceWhereThereAreTwo_isToldThem() {
    rig.enter(job().grantTypes("client_credentials"));
    rig.restart();
    OAuthAnswer answer = ofClient("job");

    assertRefused(answer, 400, "invalid_target", ReasonCode.RESOURCE_NOT_SERVED);
    assertThat(text(answer, "error_description")).contains(ServerInTest.RESOURCE);
  }

  /** No user gives it any. */
  @Test
  void clientForItself_withoutScopesOfItsOwn_isNotEntered() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rig.enter(
                    NewClient.withId("job")
                        .secret(ServerInTest.SECRET)
                        .grantTypes("client_credentials")))
        .withMessageContaining("scopes of its own");
    rig.enter(job().grantTypes("client_credentials"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.clients.limit("job", null))
        .withMessageContaining("scopes of its own");
    assertThat(rig.clients.limit("job", Set.of("admin")).scopes()).containsExactly("admin");
  }

  @Test
  void clientForItself_tooOften_is429() {
    rig.enter(job().grantTypes("client_credentials"));
    rig.restart();
    String[] resource = {"resource", ServerInTest.RESOURCE};
    for (int i = 0; i < TokenEndpoint.MOST_FOR_ITSELF; i++) {
      assertThat(ofClient("job", resource).status()).isEqualTo(200);
    }

    assertRefused(
        ofClient("job", resource), 429, "temporarily_unavailable", ReasonCode.TOO_MANY_REQUESTS);
  }

  @Test
  void clientForItself_thatRegisteredItself_isRefused() {
    OAuthAnswer registered =
        rig.server()
            .answer(
                SentRequest.posted(
                        OAuthAddresses.REGISTER,
                        "{\"redirect_uris\":[\"https://app.test/callback\"],"
                            + "\"scope\":\"admin\",\"grant_types\":"
                            + "[\"authorization_code\",\"client_credentials\"],"
                            + "\"token_endpoint_auth_method\":\"client_secret_post\"}")
                    .without("Content-Type")
                    .with("Content-Type", "application/json"));
    OAuthAnswer answer =
        rig.token(
            "grant_type",
            "client_credentials",
            "client_id",
            text(registered, "client_id"),
            "client_secret",
            text(registered, "client_secret"),
            "resource",
            ServerInTest.RESOURCE);

    assertRefused(answer, 400, "unauthorized_client", ReasonCode.GRANT_TYPE_NOT_ALLOWED);
  }

  @Test
  void grantThatTheClientDidNotRegister_isRefused() {
    rig.enter(job().redirectUris(ServerInTest.PLACE));
    rig.restart();

    assertRefused(
        ofClient("job", "resource", ServerInTest.RESOURCE),
        400,
        "unauthorized_client",
        ReasonCode.GRANT_TYPE_NOT_ALLOWED);
  }

  @Test
  void storeDown_is503WithoutAWordOfItAndTheCodeIsGoodLater() {
    WatchedStore watched = new WatchedStore(rig.clock);
    try (ServerInTest other = new ServerInTest(watched, rig.clock)) {
      String code = other.code("app", verifier, "files:read");
      String[] form = {
        "grant_type",
        "authorization_code",
        "client_id",
        "app",
        "code",
        code,
        "code_verifier",
        verifier.value()
      };
      watched.breakDown();
      OAuthAnswer answer = other.token(form);
      watched.repair();

      assertThat(answer.status()).isEqualTo(503);
      assertThat(text(answer, "error")).isEqualTo("temporarily_unavailable");
      assertThat(answer.headers()).containsKey("Retry-After");
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("xception");
      assertThat(other.events.get(other.events.size() - 1).reason())
          .isEqualTo(ReasonCode.STORE_UNAVAILABLE);
      assertThat(other.token(form).status()).isEqualTo(200);
    }
  }

  @Test
  void oneAddressTooOften_is429AndOthersAreNot() {
    for (int i = 0; i < TokenEndpoint.MOST_A_MINUTE; i++) {
      OAuthAnswer unused = rig.server().answer(asking("192.0.2.7"));
    }
    OAuthAnswer answer = rig.server().answer(asking("192.0.2.7"));

    assertRefused(answer, 429, "temporarily_unavailable", ReasonCode.TOO_MANY_REQUESTS);
    assertThat(header(answer, "Retry-After")).isEqualTo("60");
    assertThat(rig.server().answer(asking("192.0.2.8")).status()).isEqualTo(400);
    rig.clock.advance(Duration.ofMinutes(1));
    assertThat(rig.server().answer(asking("192.0.2.7")).status()).isEqualTo(400);
  }

  @Test
  void strangersWhoNameAPublicClient_spendNothingOfItsUsers() {
    String code = rig.code("app", verifier, "files:read");
    for (int i = 0; i <= TokenEndpoint.MOST_A_MINUTE; i++) {
      String[] form = {"grant_type", "refresh_token", "client_id", "app", "refresh_token", "x"};
      OAuthAnswer unused =
          rig.server()
              .answer(SentRequest.post(ServerInTest.TOKEN, form).from("192.0.2." + i % 200));
    }

    assertThat(redeem("app", code).status()).isEqualTo(200);
  }

  private static SentRequest asking(String from) {
    return SentRequest.post(ServerInTest.TOKEN, "grant_type", "none").from(from);
  }
}
