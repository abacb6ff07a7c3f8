package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.token.ProviderProfile.ForeignMark;
import io.mcpauth.token.ProviderProfile.Kind;
import io.mcpauth.token.ProviderProfile.ScopeForm;
import io.mcpauth.token.ProviderProfile.Tokens;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A profile that is written in code: what it is without more, and what it cannot be. */
class ProviderProfileBuilderTest {
  private static final AuthorizationServer SERVER =
      AuthorizationServer.of("https://login.example.com");

  @Test
  void whatIsNotSet_isAsInRfc9068() {
    assertThat(mine().build())
        .isEqualTo(
            new ProviderProfile(
                "my-idp",
                false,
                Tokens.JWT,
                Set.of("at+jwt"),
                List.of("scope"),
                ScopeForm.STRING,
                " ",
                List.of("client_id"),
                List.of(
                    new ForeignMark("at_hash", "*", Kind.ID),
                    new ForeignMark("c_hash", "*", Kind.ID),
                    new ForeignMark("nonce", "*", Kind.ID)),
                List.of(List.of("client_id", "jti")),
                Set.of(),
                true,
                Set.of(),
                AuthorizationServerDiscovery.Form.OAUTH_INSERTED,
                ProviderProfile.named("generic").remedy()));
  }

  @Test
  void whatIsSet_isThere() {
    ProviderProfile profile =
        mine()
            .confirmed()
            .tokens(Tokens.JWT_ON_REQUEST)
            .types("", "jwt")
            .scopeClaims("permissions", "scope")
            .scopeForm(ScopeForm.EITHER)
            .scopeSeparator(",")
            .allowAtHashInAccessTokens()
            .allowEmptySubject()
            .allowKeyAlgorithmByFamily()
            .issuerByTenant()
            .registeredScopesOnly()
            .noTrustedClients()
            .clientClaims("app")
            .foreignMarks(new ForeignMark("use", "id", Kind.ID))
            .ownMarks(List.of("use=access"), List.of("app", "permissions"))
            .otherAudiences("everybody")
            .ownAudienceOnly()
            .discovery(AuthorizationServerDiscovery.Form.OPENID_APPENDED)
            .remedy("Ask the desk.")
            .build();

    assertThat(profile)
        .isEqualTo(
            new ProviderProfile(
                "my-idp",
                true,
                Tokens.JWT_ON_REQUEST,
                Set.of("", "jwt"),
                List.of("permissions", "scope"),
                ScopeForm.EITHER,
                ",",
                List.of("app"),
                List.of(new ForeignMark("use", "id", Kind.ID)),
                List.of(List.of("use=access"), List.of("app", "permissions")),
                Set.of("everybody"),
                false,
                Set.of(ProviderProfile.Trait.values()),
                AuthorizationServerDiscovery.Form.OPENID_APPENDED,
                "Ask the desk."));
  }

  @ParameterizedTest
  @MethodSource("io.mcpauth.token.ProviderProfileTest#profiles")
  void knownProfile_goesOverWithAllItsFactsAndUnconfirmed(ProviderProfile known) {
    assertThat(known.toBuilder("my-idp").build())
        .usingRecursiveComparison()
        .ignoringFields("name", "confirmed")
        .isEqualTo(known);
    assertThat(known.toBuilder("my-idp").build().confirmed()).isFalse();
    assertThat(known.toBuilder("my-idp").types("at+jwt").build().types()).containsExactly("at+jwt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "My-idp", "my idp", "my_idp", "-idp", "idp-", "idp\n"})
  void nameThatDoesNotFit_isRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProviderProfile.builder(name).build())
        .withMessageContaining("Write lower-case letters and digits");
  }

  @Test
  void nameOfAKnownProvider_isItsOwn() {
    String message = "Write withProfile(\"keycloak\") to have it, or another name";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProviderProfile.builder("keycloak"))
        .withMessageContaining(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProviderProfile.named("okta").toBuilder("keycloak"))
        .withMessageContaining(message);
    ProviderProfile mine = mine().build();
    ProviderProfile posing =
        new ProviderProfile(
            "keycloak",
            true,
            mine.tokens(),
            mine.types(),
            mine.scopeClaims(),
            mine.scopeForm(),
            mine.scopeSeparator(),
            mine.clientClaims(),
            mine.foreignMarks(),
            mine.ownMarks(),
            mine.otherAudiences(),
            mine.resourceAsAudience(),
            mine.traits(),
            mine.discovery(),
            mine.remedy());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withProfile(posing))
        .withMessageContaining(message);
  }

  static Stream<Arguments> unfit() {
    return Stream.of(
        row(b -> b.types(), "no type, so no token would pass"),
        row(b -> b.types("JWT"), "the type 'JWT', which no token would match"),
        row(b -> b.types("application/at+jwt"), "without 'application/'"),
        row(b -> b.types(" "), "which no token would match"),
        row(b -> b.types("at+jwt", "dpop+jwt"), "which is that of another token"),
        row(b -> b.types("application/logout+jwt"), "which is that of another token"),
        row(b -> b.types("SecEvent+JWT"), "which is that of another token"),
        row(b -> b.types("token-introspection+jwt"), "which is that of another token"),
        row(b -> b.types("statuslist+jwt"), "which is that of another token"),
        row(b -> b.types("oauth-id-jag+jwt"), "which is that of another token"),
        row(b -> b.scopeSeparator(""), "the scope separator ''"),
        row(b -> b.scopeSeparator("a"), "the scope separator 'a'"),
        row(b -> b.scopeSeparator(", "), "the scope separator ', '"),
        row(b -> b.scopeClaims(), "no scope claim, or a blank one"),
        row(b -> b.scopeClaims("scope", " "), "no scope claim, or a blank one"),
        row(b -> b.clientClaims(), "no client claim, or a blank one"),
        row(b -> b.ownMarks(List.of()), "the own marks [], which tell nothing"),
        row(b -> b.ownMarks(List.of("jti", "")), "which tell nothing"),
        row(b -> b.ownMarks(List.of("=Bearer")), "which tell nothing"),
        row(b -> b.ownMarks(List.of("typ=")), "which tell nothing"),
        row(b -> b.types("jwt").foreignMarks().ownMarks(), "an ID token would pass"),
        row(
            b -> b.tokens(Tokens.OPAQUE).types("jwt").foreignMarks().ownMarks(),
            "an ID token would pass"),
        row(b -> b.remedy(" "), "a remedy that does not fit the log"),
        row(b -> b.remedy("x".repeat(201)), "a remedy that does not fit the log"),
        row(b -> b.remedy("one\ntwo"), "a remedy that does not fit the log"));
  }

  private static Arguments row(UnaryOperator<ProviderProfile.Builder> facts, String message) {
    return Arguments.of(message, facts);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unfit")
  void factThatDoesNotFit_isRefused(String message, UnaryOperator<ProviderProfile.Builder> facts) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> facts.apply(mine()).build())
        .withMessageStartingWith("Provider profile 'my-idp' has ")
        .withMessageContaining(message)
        .withMessageContaining(". Write ");
  }

  @Test
  void atHash_isLiftedAloneAndNeverBesideATrustedClient() {
    ProviderProfile lifted = mine().types("jwt").allowAtHashInAccessTokens().build();
    assertThat(lifted.foreignMarks())
        .extracting(ForeignMark::claim)
        .containsExactly("c_hash", "nonce");
    AuthorizationServer trusting = SERVER.trustClientIdInsteadOfAudience("c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trusting.withProfile(lifted))
        .withMessageContaining("Write expectAudience instead");
    AuthorizationServer lifting = SERVER.withProfile(lifted);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lifting.trustClientIdInsteadOfAudience("c"))
        .withMessageContaining("Write expectAudience instead");
    assertThat(lifting.expectAudience("c").audiences()).containsExactly("c");
  }

  @Test
  void profileMadeOfOneWhoseClientsCannotBeTrusted_refusesTrustedClientsToo() {
    ProviderProfile uaa =
        ProviderProfile.named("xsuaa").toBuilder("uaa-of-acme").types("jwt").build();
    AuthorizationServer trusting = SERVER.trustClientIdInsteadOfAudience("c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trusting.withProfile(uaa))
        .withMessageContaining("an ID token of that client would pass");
    AuthorizationServer ofUaa = SERVER.withProfile(uaa);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ofUaa.trustClientIdInsteadOfAudience("c"))
        .withMessageContaining("an ID token of that client would pass");
  }

  @Test
  void foreignMark_needsClaimAndValue() {
    for (String blank : List.of("", " ")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ForeignMark(blank, "*", Kind.ID))
          .withMessageContaining("needs a claim and a value");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ForeignMark("nonce", blank, Kind.ID))
          .withMessageContaining("Write '*'");
    }
  }

  @Test
  void profileByNameAndOfOnesOwn_isAContradiction() {
    ProviderProfile mine = mine().build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withProfile("keycloak").withProfile(mine))
        .withMessageContaining("is set twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SERVER.withProfile(mine).withProfile("keycloak"))
        .withMessageContaining("is set twice");
  }

  @Test
  void knownProfile_canBeHandedOver() {
    ProviderProfile okta = ProviderProfile.named("okta");
    assertThat(SERVER.withProfile(okta).profile()).isSameAs(okta);
  }

  private static ProviderProfile.Builder mine() {
    return ProviderProfile.builder("my-idp");
  }
}
