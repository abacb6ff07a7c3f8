package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What the client does about a 401, and about a 403 for want of scopes. */
class RenewalTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, UTF_8);

  @Test
  void noToken_isALogin() {
    try (ScriptedServers servers =
        new ScriptedServers((token, call) -> call > 1 ? 200 : 401, true)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 server/discover", "authorize s", "code", "server/discover", "tools/list");
    }
  }

  @Test
  void tokenThatIsRefused_isRefreshedWithoutTheUser() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> (token.equals("t1") && call == 2) || token.equals("t2") ? 200 : 401,
            true)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 server/discover",
              "authorize s",
              "code",
              "server/discover",
              "401 tools/list",
              "refresh",
              "tools/list");
    }
  }

  @Test
  void refreshTokenThatIsRefused_isALogin() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> (token.equals("t1") && call == 2) || token.equals("t2") ? 200 : 401,
            false)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 server/discover",
              "authorize s",
              "code",
              "server/discover",
              "401 tools/list",
              "refresh",
              "authorize s",
              "code",
              "tools/list");
    }
  }

  @Test
  void serverThatTakesNoToken_isGivenUp() {
    try (ScriptedServers servers = new ScriptedServers((token, call) -> 401, true)) {
      assertThat(servers.run(err)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("takes none of the tokens").doesNotContain("t1");
      assertThat(servers.log).containsOnlyOnce("authorize s").containsOnlyOnce("refresh");
    }
  }

  @Test
  void serverThatAsksForANonceAgainAndAgain_isGivenUp() {
    try (ScriptedServers servers =
        new ScriptedServers((t, call) -> call > 50 ? 200 : ScriptedServers.ANOTHER_NONCE, true)) {
      assertThat(servers.run(err)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("asks for another nonce again and again");
      assertThat(servers.log).containsExactlyElementsOf(nCopies(5, "401 server/discover"));
    }
  }

  @Test
  void nonceThatIsAskedForAFewTimes_isRepeated() {
    try (ScriptedServers servers =
        new ScriptedServers((t, call) -> call > 4 ? 200 : ScriptedServers.ANOTHER_NONCE, true)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
    }
  }

  @Test
  void missingScope_isAskedForBesideWhatWasGranted() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> call == 1 ? 401 : token.equals("t1") && call == 3 ? 403 : 200, true)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 server/discover",
              "authorize s",
              "code",
              "server/discover",
              "403 tools/list",
              "authorize s more",
              "code",
              "tools/list");
    }
  }

  /**
   * RFC 9470 section 4: a refresh would bring the same login again. With {@code openid}, since what
   * is asked for is of OpenID Connect.
   */
  @Test
  void anotherLogin_isAskedForAsTheServerSays() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) ->
                call == 1
                    ? 401
                    : token.equals("t1") && call == 3 ? ScriptedServers.ANOTHER_LOGIN : 200,
            true)) {
      assertThat(servers.run(err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 server/discover",
              "authorize s",
              "code",
              "server/discover",
              "401 tools/list",
              "authorize s more openid acr_values=gold+silver max_age=60",
              "code",
              "tools/list");
    }
  }

  @Test
  void anotherLoginThatDoesNotDo_isAskedForOnce() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> call == 1 ? 401 : ScriptedServers.ANOTHER_LOGIN, true)) {
      assertThat(servers.run(err)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("another login of the user again");
      assertThat(servers.log)
          .filteredOn(line -> line.startsWith("authorize") || line.equals("refresh"))
          .containsExactly(
              "authorize s", "authorize s more openid acr_values=gold+silver max_age=60");
    }
  }

  @Test
  void anotherLoginOfAClientWithoutUser_isGivenUp() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> call == 1 ? 401 : ScriptedServers.ANOTHER_LOGIN, true)) {
      servers.withSecrets();
      assertThat(servers.runWithoutUser(err)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("a user's login");
      assertThat(servers.log).containsOnlyOnce("code").doesNotContain("refresh");
    }
  }

  @Test
  void scopesThatNeverDo_areAskedForTwiceAndNoMore() {
    try (ScriptedServers servers =
        new ScriptedServers((token, call) -> call == 1 ? 401 : 403, true)) {
      assertThat(servers.run(err)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("again and again");
      assertThat(servers.log)
          .filteredOn(line -> line.startsWith("authorize"))
          .containsExactly("authorize s", "authorize s more", "authorize s more");
    }
  }

  @Test
  void refusedEndOfTheSession_asksNobody() {
    try (ScriptedServers servers =
        new ScriptedServers((token, call) -> call == 1 || call == 5 ? 401 : 200, true)) {
      assertThat(servers.run("2025-11-25", err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log)
          .containsExactly(
              "401 initialize",
              "authorize s",
              "code",
              "initialize",
              "notifications/initialized",
              "tools/list",
              "401 DELETE");
    }
  }

  @Test
  void serverThatAnswersWithALaterRevision_isAgreedWith() {
    try (ScriptedServers servers = new ScriptedServers((token, call) -> 200, true)) {
      assertThat(servers.run("2025-06-18", err)).as(bytes.toString(UTF_8)).isZero();
      assertThat(servers.log).startsWith("initialize").endsWith("DELETE");
    }
  }
}
