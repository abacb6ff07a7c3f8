package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.SessionUser;
import io.mcpauth.testing.TestIssuer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom a container has logged in, where no container is needed to see it. */
class ContainerLoginTest {
  private final Map<String, @Nullable Object> answers = new HashMap<>();
  private final HttpServletRequest request = stub(HttpServletRequest.class);

  ContainerLoginTest() {
    Principal alice = () -> "alice";
    answers.put("getSession", stub(HttpSession.class));
    answers.put("isRequestedSessionIdFromURL", false);
    answers.put("getUserPrincipal", alice);
    answers.put("getCreationTime", 1_000L);
    answers.put("getMaxInactiveInterval", 0);
    answers.put("isUserInRole", false);
  }

  @Test
  void user_isThePrincipalSinceTheSessionWasOpened() {
    SessionUser user = user();
    assertThat(user).isNotNull();
    assertThat(user.subject()).isEqualTo("alice");
    assertThat(user.since()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(user.until()).as("of one without an end").isNull();
    assertThat(user.scopes()).isEmpty();
    assertThat(user.claims()).isEmpty();
  }

  @Test
  void sessionThatEndsUnused_saysWhen() {
    answers.put("getMaxInactiveInterval", 600);
    Instant before = Instant.now();
    SessionUser user = user();
    assertThat(user).isNotNull();
    assertThat(user.until()).isBetween(before.plusSeconds(600), Instant.now().plusSeconds(600));
  }

  @Test
  void rolesThatTheUserHas_areAClaim() {
    answers.put("isUserInRole", true);
    SessionUser user = user();
    assertThat(user).isNotNull();
    assertThat(user.claims()).isEqualTo(Map.of("roles", List.of("editor", "owner")));
  }

  @Test
  void withoutASessionOrALogin_itIsNobody() {
    answers.put("getUserPrincipal", null);
    assertThat(user()).isNull();
    answers.put("getUserPrincipal", (Principal) () -> "alice");
    answers.put("getSession", null);
    assertThat(user()).isNull();
  }

  @Test
  void idInTheUrl_isNobody() {
    answers.put("isRequestedSessionIdFromURL", true);
    assertThat(user()).isNull();
  }

  /** A filter within another: its caller has proven nothing for this resource. */
  @Test
  void callerOfAnotherResource_isNobody() {
    try (TestIssuer issuer = TestIssuer.start()) {
      answers.put("getUserPrincipal", issuer.token("https://other.example.com").principal());
      assertThat(user()).isNull();
    }
  }

  private @Nullable SessionUser user() {
    return SessionLogin.ofTheContainer("editor", "owner").user(request);
  }

  private <T> T stub(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getSession")) {
                assertThat(arguments).as("no session is opened").containsExactly(false);
              }
              assertThat(answers).containsKey(method.getName());
              return answers.get(method.getName());
            }));
  }
}
