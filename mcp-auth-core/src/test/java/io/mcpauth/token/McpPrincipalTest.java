package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.policy.Scheme;
import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class McpPrincipalTest {
  @Test
  void names_ofUserAndClientNeverMeet() {
    // Whatever a provider lets a subject or a client be called, separators included.
    List<String> names = List.of("a", "b", "|", "a|b", "|a", "a|", "i|a", "|i|a", "||");
    List<McpPrincipal> all = new ArrayList<>();
    for (String issuer : List.of("i", "i2", "https://i/")) {
      for (String name : names) {
        all.add(principal(issuer, name, "x"));
        all.add(principal(issuer, null, name));
      }
    }

    assertThat(all.stream().map(McpPrincipal::getName)).doesNotHaveDuplicates();
  }

  @Test
  void sameUserOfTwoIssuers_isTwoCallers() {
    assertThat(principal("i", "a", "c")).isNotEqualTo(principal("j", "a", "c"));
  }

  @Test
  void sameUserThroughTwoClients_isOneCaller() {
    assertThat(principal("i", "a", "c"))
        .isEqualTo(principal("i", "a", "d"))
        .hasSameHashCodeAs(principal("i", "a", "d"))
        .isNotEqualTo("i|a");
  }

  @Test
  void text_hasNeitherSubjectNorClaims() {
    McpPrincipal principal =
        new McpPrincipal(
            "https://i",
            "private-subject",
            "c\r\nforged \u2028line",
            Set.of(),
            Scheme.BEARER,
            Instant.EPOCH,
            Map.of("email", "private-email"));

    assertThat(principal.toString())
        .isEqualTo("McpPrincipal[issuer=https://i, client=c??forged ?line]");
  }

  @Test
  void neitherUserNorClient_isRefused() {
    assertThatThrownBy(() -> principal("i", null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void collections_areCopiesThatCannotBeChanged() {
    Map<String, Object> claims = new LinkedHashMap<>(Map.of("a", "b"));
    McpPrincipal principal =
        new McpPrincipal("i", "a", null, Set.of("s"), Scheme.BEARER, Instant.EPOCH, claims);
    claims.clear();

    assertThat(principal.claims()).containsEntry("a", "b");
    assertThatThrownBy(() -> principal.claims().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> principal.scopes().add("admin"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void context_bringsTheCallerBack() {
    McpPrincipal principal = principal("i", "a", null);
    assertThat(McpPrincipal.fromContext(McpPrincipal.toContext(principal)::get))
        .isSameAs(principal);
  }

  @Test
  void anonymousCaller_hasNoEntryInAContext() {
    assertThat(McpPrincipal.toContext(null)).isEmpty();
    assertThat(McpPrincipal.fromContext(Map.<String, Object>of()::get)).isNull();
  }

  @Test
  void principalOfAnotherFilter_isNoCaller() {
    Principal other = () -> "root";
    assertThat(McpPrincipal.toContext(other)).isEmpty();
    assertThat(McpPrincipal.fromContext(key -> other)).isNull();
  }

  private static McpPrincipal principal(
      String issuer, @Nullable String subject, @Nullable String client) {
    return new McpPrincipal(
        issuer, subject, client, Set.of(), Scheme.BEARER, Instant.EPOCH, Map.of());
  }
}
