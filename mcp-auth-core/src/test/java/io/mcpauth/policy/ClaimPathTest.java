package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimPathTest {
  private static final Map<String, Object> CLAIMS =
      Map.of(
          "role", "admin",
          "roles", Arrays.asList("user", null, "admin"),
          "deep", Map.of("er", Map.of("roles", List.of("admin"), "", "admin")),
          "a/b", Map.of("~", "admin", "~1", "other"),
          "list", List.of(Map.of("role", "admin"), List.of("admin")),
          "https://example.com/role", "admin",
          "0", Map.of("0", "admin"));

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "role, true",
    "/role, true",
    "roles, true",
    "Role, false",
    "rol, false",
    "none, false",
    "deep, false",
    "/deep/er/roles, true",
    "/deep/er/, true",
    "/deep/er, false",
    "/deep/roles, false",
    "deep/er/roles, false",
    "/a~1b/~0, true",
    "/a~1b/~01, false",
    "a/b, false",
    "https://example.com/role, true",
    "/https:~1~1example.com~1role, true",
    "/list/0/role, false",
    "list, false",
    "/role/0, false",
    "/0/0, true"
  })
  void claim_isFoundWhereThePathSays(String path, boolean holds) {
    assertThat(ClaimPath.holds(CLAIMS, path, Set.of("admin"))).isEqualTo(holds);
  }

  @Test
  void value_isComparedWithItsType() {
    assertThat(ClaimPath.holds(Map.of("n", 1L), "n", Set.of(1L))).isTrue();
    assertThat(ClaimPath.holds(Map.of("n", 1L), "n", Set.of("1"))).isFalse();
    assertThat(ClaimPath.holds(Map.of("n", new BigDecimal("1.0")), "n", Set.of(1L))).isFalse();
    assertThat(ClaimPath.holds(Map.of("n", true), "n", Set.of("true"))).isFalse();
    assertThat(ClaimPath.holds(Map.of("n", false), "n", Set.of(true))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "role, role",
    "/role, role",
    "/deep/er, deep",
    "/a~1b/c, a/b",
    "/~01, ~1",
    "a/b, a/b"
  })
  void topLevel_isTheClaimThatIsKept(String path, String claim) {
    assertThat(ClaimPath.topLevel(path)).isEqualTo(claim);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " a", "a ", "/", "/a~", "/a~2b", "/~", "/a~1~x"})
  void whatIsNoPath_stopsTheStart(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClaimPath.require(path))
        .withMessageContaining("Claim '" + path + "' is no claim. Write its name, such as");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a~b", "https://example.com/role", "/a", "/a~0~1", "/a/", "//a"})
  void path_isAccepted(String path) {
    ClaimPath.require(path);
    assertThat(ClaimPath.topLevel(path)).isNotNull();
  }
}
