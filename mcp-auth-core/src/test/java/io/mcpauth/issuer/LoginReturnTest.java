package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a login is told to come back to, and what it may say of the user. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class LoginReturnTest {
  private final List<LoginRequest> asked = new ArrayList<>();
  private final OAuthServer server = server();

  private OAuthServer server() {
    Store store = Store.inMemory(Clock.systemUTC());
    CreatedClient unused =
        ClientControl.on(store)
            .add(NewClient.withId("app").authMethod("none").redirectUris(ServerInTest.PLACE));
    return OAuthServer.builder(ServerInTest.ISSUER, store, this::nobody)
        .resource(
            ServerInTest.RESOURCE, ToolPolicy.builder().tool("read_file", "files:read").build())
        .build();
  }

  private Login.LoginResult nobody(LoginRequest request) {
    asked.add(request);
    return new Login.LoginResult.GoTo(URI.create("/login"), List.of());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String query(String more) {
    return SentRequest.encoded(
            "response_type",
            "code",
            "client_id",
            "app",
            "code_challenge",
            CodeVerifier.generate().challenge().value(),
            "code_challenge_method",
            "S256")
        + more;
  }

  private Parameters back() {
    return Parameters.parse(asked.get(0).returnTo().getRawQuery());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a|b", "{\"a\":1}", "a b", "a#b", "a\\b", "<>^`", "[x]", "é€😀"})
  void stateThatNoAddressMayHave_comesBackAsItWas(String state) {
    String more = "&state=" + state + "&scope=files:read";
    for (SentRequest request :
        List.of(
            SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query(more)),
            SentRequest.posted(OAuthAddresses.AUTHORIZE, query(more)))) {
      asked.clear();

      assertThat(server.answer(request).status()).isEqualTo(303);
      assertThat(back().value("state")).isEqualTo(state);
      assertThat(back().value("scope")).isEqualTo("files:read");
      assertThat(asked.get(0).returnTo().toString()).matches("\\p{ASCII}+");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&prompt=login", "&%70rompt=login", "&prompt=login&state=x"})
  void promptForALogin_isNotThereAgainBehindIt(String prompt) {
    SentRequest request = SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query(prompt));

    assertThat(server.answer(request).status()).isEqualTo(303);
    assertThat(asked.get(0).again()).isTrue();
    assertThat(back().value("prompt")).isNull();
    assertThat(back().value("client_id")).isEqualTo("app");
  }

  @Test
  void promptThatForbidsALogin_isSaidToTheLogin() {
    for (String prompt : List.of("&prompt=none", "&prompt=consent", "")) {
      OAuthAnswer unused =
          server.answer(SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query(prompt)));
    }

    assertThat(asked).extracting(LoginRequest::silent).containsExactly(true, false, false);
  }

  /** Or the user would look at an empty page, and nobody would know why. */
  @Test
  @SuppressWarnings("NullAway") // as an application may that checks nothing
  void loginThatSaysNull_isAFaultOfTheLogin() {
    try (OAuthServer silent =
        OAuthServer.builder(ServerInTest.ISSUER, Store.inMemory(Clock.systemUTC()), login -> null)
            .resource(ServerInTest.RESOURCE, ToolPolicy.builder().tool("a", "files:read").build())
            .build()) {
      OAuthAnswer answer = silent.answer(SentRequest.of("GET", OAuthAddresses.APPLICATIONS, ""));

      assertThat(answer.status()).isEqualTo(503);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scope", "scp", "client_id", "azp", "appid", "cid", "aud", "sid"})
  void claimThatAResourceServerWouldTakeForTheServersWord_isNoneOfAUser(String claim) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new User("alice", "Alice", Map.of(claim, "admin"), null));
  }
}
