package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.pkce.CodeVerifier;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was allowed for one resource of a server says nothing of another. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ConsentPerResourceTest {
  private static final int REDIRECT = 303;
  private static final int PAGE = 200;

  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();

  @AfterEach
  void close() {
    rig.close();
  }

  private OAuthAnswer asked(String resource) {
    String query =
        SentRequest.encoded(
            "response_type",
            "code",
            "client_id",
            "app",
            "redirect_uri",
            ServerInTest.PLACE,
            "scope",
            "files:read",
            "resource",
            resource,
            "code_challenge",
            verifier.challenge().value(),
            "code_challenge_method",
            "S256");
    SentRequest request = SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query);
    return rig.server().answer(request.with("Cookie", "user=alice"));
  }

  @Test
  void sameScopeOfTheSameResource_isNotAskedAgain() {
    String unused = rig.code("app", verifier, "files:read");

    assertThat(asked(ServerInTest.RESOURCE).status()).isEqualTo(REDIRECT);
  }

  @Test
  void sameScopeOfAnotherResource_isAsked() {
    String unused = rig.code("app", verifier, "files:read");

    OAuthAnswer answer = asked("https://other.test/mcp");

    assertThat(answer.status()).isEqualTo(PAGE);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("https://other.test/mcp")
        .doesNotContain("earlier-scopes");
  }
}
