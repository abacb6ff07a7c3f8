package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeHierarchyTest {
  private static final ScopeHierarchy SCOPES =
      ScopeHierarchy.of(
          Map.of(
              "all", List.of("files:*"),
              "files:write", List.of("files:read"),
              "root", List.of("all", "x"),
              "files:*", List.of("files:*"),
              "ring1", List.of("ring2"),
              "ring2", List.of("ring1")),
          List.of("files:read", "files:write", "filesystem", "x", "ring1", "ring2", "all"));

  @ParameterizedTest(name = "{0} covers {1}: {2}")
  @CsvSource({
    "files:read, files:read, true",
    "files:write, files:read, true",
    "files:read, files:write, false",
    "all, files:read, true",
    "all, files:write, true",
    "all, filesystem, false",
    "all, all, true",
    "all, files:unheard, false",
    "root, files:read, true",
    "root, x, true",
    "root, all, true",
    "all, root, false",
    "files:*, files:read, true",
    "files:*, x, false",
    "files:**, files:read, false",
    "*, x, false",
    "ring1, ring2, true",
    "ring2, ring1, true",
    "ring1, x, false",
    "unheard, unheard, true",
    "unheard, x, false"
  })
  void broadScope_standsForWhatIsSaid(String held, String needed, boolean covered) {
    assertThat(SCOPES.covers(List.of(held), needed)).isEqualTo(covered);
  }

  @Test
  void severalNeeded_areAllNeeded() {
    assertThat(SCOPES.covers(List.of("all", "x"), List.of("files:read", "x"))).isTrue();
    assertThat(SCOPES.covers(List.of("all"), List.of("files:read", "x"))).isFalse();
    assertThat(SCOPES.covers(List.of(), List.of())).isTrue();
    assertThat(SCOPES.covers(List.of(), List.of("x"))).isFalse();
  }

  @Test
  void longChain_isFollowedToItsEnd() {
    Map<String, List<String>> implied = new LinkedHashMap<>();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      implied.put("s" + i, List.of("s" + (i + 1)));
      known.add("s" + i);
    }
    ScopeHierarchy chain = ScopeHierarchy.of(implied, known);
    assertThat(chain.covers(List.of("s0"), "s200")).isTrue();
    assertThat(chain.covers(List.of("s1"), "s0")).isFalse();
  }
}
