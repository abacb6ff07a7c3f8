package io.mcpauth.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionUserTest {
  @Test
  void user_hasNothingButItsIdByDefault() {
    SessionUser user = SessionUser.of("alice");
    assertThat(user.subject()).isEqualTo("alice");
    assertThat(user.scopes()).isEmpty();
    assertThat(user.claims()).isEmpty();
    assertThat(user.since()).isNull();
    assertThat(user.until()).isNull();
  }

  @Test
  void everyMethod_givesAnotherAndKeepsTheRest() {
    SessionUser alice = SessionUser.of("alice");
    SessionUser all =
        alice
            .scopes("a", "b")
            .claim("level", 2)
            .claim("ok", true)
            .since(Instant.EPOCH)
            .until(Instant.MAX);
    assertThat(all.scopes()).containsExactly("a", "b");
    assertThat(all.claims()).isEqualTo(Map.of("level", 2L, "ok", true));
    assertThat(all.since()).isEqualTo(Instant.EPOCH);
    assertThat(all.until()).isEqualTo(Instant.MAX);
    assertThat(alice.scopes()).isEmpty();
    assertThat(alice.claims()).isEmpty();
  }

  @Test
  void claims_areCopiesThatNobodyChanges() {
    List<Object> roles = new ArrayList<>(List.of("editor"));
    SessionUser user =
        SessionUser.of("alice").claim("realm_access", Map.of("roles", roles, "n", 1));
    roles.add("owner");

    assertThat(user.claims())
        .isEqualTo(Map.of("realm_access", Map.of("roles", List.of("editor"), "n", 1L)));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> user.claims().clear());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "sid",
        "scope",
        "scp",
        "client_id",
        "azp",
        "appid",
        "cid",
        "cnf",
        "act",
        "typ",
        "at_hash"
      })
  void claimOfTheLibrarysOwn_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionUser.of("alice").claim(name, "x"))
        .withMessageContaining("'" + name + "'");
  }

  @Test
  void whatCannotBe_isRefusedWithoutItsValue() {
    SessionUser user = SessionUser.of("alice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> user.claim("level", 1.5))
        .withMessageContaining("'level'")
        .withMessageNotContaining("1.5");
    assertThatIllegalArgumentException().isThrownBy(() -> user.claim("x", List.of(Instant.EPOCH)));
    assertThatIllegalArgumentException().isThrownBy(() -> user.scopes("a b"));
    assertThatIllegalArgumentException().isThrownBy(() -> user.scopes("a", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> SessionUser.of(""));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionUser.of("alice\n"))
        .withMessageNotContaining("alice");
  }

  @Test
  void toString_saysNothingOfTheUser() {
    assertThat(SessionUser.of("alice").claim("mail", "a@b.test").toString())
        .isEqualTo("SessionUser[elided]");
  }
}
