package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.token.ProviderProfile.ForeignMark;
import io.mcpauth.token.ProviderProfile.Kind;
import io.mcpauth.token.ProviderProfile.ScopeForm;
import io.mcpauth.token.ProviderProfile.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderProfileTest {
  static List<ProviderProfile> profiles() {
    return ProviderProfile.names().stream().map(ProviderProfile::named).toList();
  }

  @Test
  void names_areTheProvidersAndGenericFirst() {
    assertThat(ProviderProfile.names())
        .containsExactly(
            "generic",
            "casdoor",
            "auth0",
            "keycloak",
            "entra-v1",
            "entra-v2",
            "entra-multitenant",
            "okta",
            "cognito",
            "google",
            "github",
            "logto",
            "zitadel",
            "authkit",
            "descope",
            "stytch",
            "pingone",
            "hydra",
            "dex",
            "authentik",
            "fusionauth",
            "oidc-provider",
            "better-auth",
            "spring-authorization-server",
            "xsuaa",
            "adfs",
            "cloudflare-access",
            "google-iap");
  }

  @Test
  void withoutProfile_aServerIsGeneric() {
    assertThat(AuthorizationServer.of("https://login.example.com").profile().name())
        .isEqualTo("generic");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Keycloak", "keycloak ", "entra", "spring"})
  void unknownName_isRefusedWithTheOnesThereAre(String name) {
    AuthorizationServer server = AuthorizationServer.of("https://login.example.com");

    assertThatThrownBy(() -> server.withProfile(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("generic, casdoor, auth0");
  }

  @Test
  void confirmed_areTheRowsThatRestOnTheProvidersOwnDocuments() {
    assertThat(profiles().stream().filter(ProviderProfile::confirmed).map(ProviderProfile::name))
        .containsExactlyInAnyOrder(
            "generic",
            "entra-v1",
            "entra-v2",
            "entra-multitenant",
            "okta",
            "cognito",
            "dex",
            "fusionauth",
            "oidc-provider",
            "better-auth",
            "spring-authorization-server",
            "cloudflare-access",
            "google-iap");
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void rowWhoseProviderIssuesJwts_tellsAccessTokensFromIdTokens(ProviderProfile profile) {
    // Casdoor gives out one string for both, and Dex makes both in one way.
    boolean sameToken = Set.of("casdoor", "dex").contains(profile.name());
    boolean ownType = profile.name().equals("logto");
    boolean opaque = profile.tokens() == Tokens.OPAQUE;
    boolean nothingElse = profile.name().equals("google-iap"); // is signed by its issuer

    assertThat(profile.ownMarks().isEmpty())
        .isEqualTo(sameToken || ownType || opaque || nothingElse);
    assertThat(profile.types().isEmpty()).isEqualTo(profile.name().equals("github"));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void ownMarkOfARow_isNoForeignMarkOfIt(ProviderProfile profile) {
    List<String> foreign =
        profile.foreignMarks().stream()
            .map(
                mark -> mark.value().equals("*") ? mark.claim() : mark.claim() + "=" + mark.value())
            .toList();

    for (List<String> group : profile.ownMarks()) {
      assertThat(group).isNotEmpty();
      assertThat(group).doesNotContainAnyElementsOf(foreign.isEmpty() ? List.of("-") : foreign);
    }
  }

  /** A fact of a refusal is cut where it is too long for a line of the log. */
  @ParameterizedTest
  @MethodSource("profiles")
  void remedy_fitsTheLog(ProviderProfile profile) {
    assertThat(AuthException.fitForLog(profile.remedy())).isEqualTo(profile.remedy());
  }

  @Test
  void discovery_startsWhereTheProviderPublishes() {
    assertThat(named(AuthorizationServerDiscovery.Form.OAUTH_INSERTED))
        .containsExactlyInAnyOrder(
            "generic", "casdoor", "auth0", "okta", "github", "authkit", "stytch", "better-auth");
  }

  private static List<String> named(AuthorizationServerDiscovery.Form form) {
    return profiles().stream()
        .filter(profile -> profile.discovery() == form)
        .map(ProviderProfile::name)
        .toList();
  }

  @Test
  void algorithmsThatLogtoMayBeSetTo_passTheHeaderCheck() {
    for (String algorithm : List.of("RS256", "PS256", "ES256", "ES384", "ES512")) {
      assertThat(JwtHeaderCheck.algorithm(Map.of("alg", algorithm, "typ", "at+jwt", "kid", "k1")))
          .isEqualTo(algorithm);
    }
  }

  @Test
  void lists_areCopied() {
    List<String> own = new ArrayList<>(List.of("a"));
    List<ForeignMark> foreign = new ArrayList<>(List.of(new ForeignMark("x", "*", Kind.OTHER)));
    ProviderProfile profile =
        new ProviderProfile(
            "x",
            false,
            Tokens.JWT,
            Set.of("jwt"),
            List.of("scope"),
            ScopeForm.STRING,
            " ",
            List.of("azp"),
            foreign,
            List.of(own),
            Set.of(),
            true,
            Set.of(),
            AuthorizationServerDiscovery.Form.OPENID_APPENDED,
            "Do it.");

    own.clear();
    foreign.clear();

    assertThat(profile.ownMarks()).containsExactly(List.of("a"));
    assertThat(profile.foreignMarks()).hasSize(1);
  }
}
