package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessFacts;
import io.mcpauth.authserver.ClientAssertionVerifier;
import io.mcpauth.authserver.ClientIdMetadataDocuments;
import io.mcpauth.authserver.ClientRegistrations;
import io.mcpauth.authserver.DomainTrust;
import io.mcpauth.authserver.PendingAuthorizations;
import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.authserver.RegistrationPolicy;
import io.mcpauth.authserver.RequestSources;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.client.DpopKey;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.edge.SessionUser;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.Refusal;
import io.mcpauth.issuer.Consent;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.NewClient;
import io.mcpauth.issuer.OAuthPages;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.OAuthServerBuilder;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.policy.ToolPolicyBuilder;
import io.mcpauth.seal.Seal;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.EventTransmitter;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.DpopProofs;
import io.mcpauth.token.Introspection;
import io.mcpauth.token.ProviderProfile;
import io.mcpauth.token.TokenClaims;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of two values of one option the later would win in silence, so the second stops the start. */
class SetTwiceTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final OutboundConnections CONNECTIONS = OutboundConnections.defaults();

  /** RFC 8037 appendix A.2. */
  private static final String JWKS =
      "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
          + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String URL = "https://h.example/x";

  /**
   * Whose methods give themselves, or another of their kind, and are no options that are set once:
   * each says why.
   */
  private static final Map<Class<?>, String> NOT_OPTIONS =
      Map.ofEntries(
          Map.entry(RedirectUriRules.class, "each call allows more"),
          Map.entry(OAuthPages.class, "a page of its own, with other words"),
          Map.entry(DomainTrust.class, "each call trusts more, or less"),
          Map.entry(ScopeSelection.class, "each call adds scopes"),
          Map.entry(ClientMetadata.class, "withDefaults adds what is not said"),
          Map.entry(ToolPolicy.class, "withTools is said anew when the tools of a server change"),
          Map.entry(Settings.class, "with replaces what an operator wrote by what it means"),
          Map.entry(Refusal.class, "machinery"),
          Map.entry(AccessFacts.class, "machinery"),
          Map.entry(Actor.class, "next is another actor, who acted before"),
          Map.entry(
              RequestLimits.class, "a copy with one number changed, such as that of the settings"),
          Map.entry(TokenClaims.class, "a verifier around another may shorten what that has said"),
          Map.entry(TestIssuer.Token.class, "a test shapes a token by writing over what is there"),
          Map.entry(
              AccessControl.class, "a name, or the issuers of a server, are of whoever acts"));

  /** One type: how to begin one, an option a row, and which methods may be called again. */
  private static final class Options<B> {
    private final Class<B> type;
    private final Supplier<B> fresh;
    private final Map<String, UnaryOperator<B>> rows = new LinkedHashMap<>();
    private final Set<String> repeatable = new TreeSet<>();

    private Options(Class<B> type, Supplier<B> fresh) {
      this.type = type;
      this.fresh = fresh;
    }

    Options<B> row(String method, UnaryOperator<B> set) {
      assertThat(rows.put(method, set)).as(method).isNull();
      return this;
    }

    Options<B> repeatable(String method) {
      repeatable.add(method);
      return this;
    }

    void setTwice(String method) {
      UnaryOperator<B> set = Objects.requireNonNull(rows.get(method));
      B once = set.apply(fresh.get());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> set.apply(once))
          .withMessageEndingWith(" is set twice. Set it once.");
    }

    @Override
    public String toString() {
      return name(type);
    }
  }

  static Stream<Options<?>> types() {
    return Stream.of(
        resourceServer(),
        authorizationServer(),
        introspection(),
        providerProfile(),
        clientCertificates(),
        protectedResourceMetadata(),
        toolPolicy(),
        access(),
        clientAssertionVerifier(),
        clientIdMetadataDocuments(),
        outboundConnections(),
        egressProxy(),
        securityEvents(),
        dpopProofs(),
        eventTransmitter(),
        clientRegistrations(),
        registrationPolicy(),
        authorizationRequest(),
        clientMetadata(),
        tokenTarget(),
        seal(),
        pendingAuthorizations(),
        jdbcStore(),
        keyControl(),
        newKey(),
        newClient(),
        oauthServer(),
        apiKeys(),
        basicCredentials(),
        sessionUser(),
        settingSource());
  }

  static Stream<Arguments> options() {
    return types()
        .flatMap(type -> type.rows.keySet().stream().map(method -> Arguments.of(type, method)));
  }

  @ParameterizedTest
  @MethodSource("options")
  void optionSetTwice_isRefused(Options<?> type, String method) {
    type.setTwice(method);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyOption_hasARow(Options<?> type) {
    Set<String> expected = new TreeSet<>(type.rows.keySet());
    expected.addAll(type.repeatable);

    assertThat(fluent(type.type)).isEqualTo(expected);
    assertThat(type.rows.keySet()).noneMatch(type.repeatable::contains);
  }

  @Test
  void everyTypeWithOptions_isHere() throws Exception {
    Set<String> expected = NOT_OPTIONS.keySet().stream().map(SetTwiceTest::name).collect(set());
    types().forEach(type -> expected.add(type.toString()));
    Set<String> found = new TreeSet<>();
    for (String exported : exported()) {
      addFluent(Class.forName(exported), found);
    }

    assertThat(found).isEqualTo(expected);
  }

  private static Options<BasicCredentials> basicCredentials() {
    AuthorizationServer server = AuthorizationServer.of("https://i.test");
    return new Options<>(BasicCredentials.class, () -> BasicCredentials.exchangedAt(server))
        .row("withScopes(String[])", b -> b.withScopes("a"))
        .row("withAudience(String)", b -> b.withAudience("a"))
        .row("prefix(String)", b -> ofKeys(b).prefix("acme"));
  }

  private static BasicCredentials ofKeys(BasicCredentials any) {
    return any.toString().contains("keys") ? any : BasicCredentials.ofIssuedKeys();
  }

  private static Options<ApiKeys> apiKeys() {
    return new Options<>(ApiKeys.class, ApiKeys::shared)
        .row("inHeader(String)", k -> k.inHeader("X-API-Key"))
        .row("prefix(String)", k -> k.prefix("acme"));
  }

  private static Options<SettingSource> settingSource() {
    return new Options<>(SettingSource.class, () -> SettingSource.ofApplication("a", Map.of()))
        .row("spelling(UnaryOperator)", s -> s.spelling(key -> key));
  }

  private static Options<SessionUser> sessionUser() {
    return new Options<>(SessionUser.class, () -> SessionUser.of("alice"))
        .row("scopes(String[])", u -> u.scopes("a"))
        .row("claim(String, Object)", u -> u.claim("roles", "editor"))
        .row("since(Instant)", u -> u.since(Instant.EPOCH))
        .row("until(Instant)", u -> u.until(Instant.EPOCH));
  }

  private static Options<KeyControl> keyControl() {
    return new Options<>(
            KeyControl.class,
            () -> KeyControl.on(Store.inMemory(CLOCK), ResourceIdentifier.of(URL)))
        .row("prefix(String)", k -> k.prefix("acme"));
  }

  private static Options<NewKey> newKey() {
    return new Options<>(NewKey.class, () -> NewKey.named("ci"))
        .row("scopes(String[])", k -> k.scopes("a"))
        .row("owner(String)", k -> k.owner("alice"))
        .row("lasting(Duration)", k -> k.lasting(MINUTE))
        .row("use(Use)", k -> k.use(IssuedKey.Use.BASIC));
  }

  private static Options<OAuthServerBuilder> oauthServer() {
    ToolPolicy policy = ToolPolicy.builder().tool("t", "s").build();
    return new Options<>(
            OAuthServerBuilder.class,
            () ->
                OAuthServer.builder(
                    "https://i.test",
                    Store.inMemory(CLOCK),
                    request -> new Login.LoginResult.Answered()))
        .row("resource(String, ToolPolicy)", b -> b.resource(URL, policy))
        .row("accessTokenLifetime(Duration)", b -> b.accessTokenLifetime(MINUTE))
        .row("refreshTokenLifetime(Duration)", b -> b.refreshTokenLifetime(MINUTE))
        .row("consent(Consent)", b -> b.consent(Consent.ALWAYS))
        .row("firstParties(String[])", b -> b.firstParties("a"))
        .row("refuseRegistration()", b -> b.refuseRegistration())
        .row("refuseMetadataDocuments()", b -> b.refuseMetadataDocuments())
        .row("requestSources(RequestSources)", b -> b.requestSources(RequestSources.direct()))
        .row("events(Consumer)", b -> b.events(event -> {}))
        .row("pages(PageRenderer)", b -> b.pages(OAuthPages.standard()))
        .row("connections(OutboundConnections)", b -> b.connections(OutboundConnections.defaults()))
        .row(
            "allowLoopbackDocumentsForDevelopment()", b -> b.allowLoopbackDocumentsForDevelopment())
        .row("holdClientsToRegisteredScopes()", b -> b.holdClientsToRegisteredScopes())
        .row("signedTokens(SealKeys)", b -> b.signedTokens(SealKeys.generated()))
        .row("audienceByScopes(String[])", b -> b.audienceByScopes("files:read"))
        .row("clock(Clock)", b -> b.clock(CLOCK));
  }

  private static Options<NewClient> newClient() {
    return new Options<>(NewClient.class, () -> NewClient.withId("chatgpt"))
        .row("redirectUris(String[])", c -> c.redirectUris(URL))
        .row("scopes(String[])", c -> c.scopes("a"))
        .row("authMethod(String)", c -> c.authMethod("none"))
        .row("name(String)", c -> c.name("ChatGPT"))
        .row("lifetime(Duration)", c -> c.lifetime(MINUTE))
        .row("secret(String)", c -> c.secret("012345678901234567890123"))
        .row("grantTypes(String[])", c -> c.grantTypes("client_credentials"))
        .row("keys(String)", c -> c.keys(JWKS))
        .row("keysAt(URI)", c -> c.keysAt(URI.create(URL)))
        .row("firstParty()", NewClient::firstParty)
        .row("introspects()", NewClient::introspects)
        .row("dpopBoundTokens()", NewClient::dpopBoundTokens);
  }

  private static Options<ResourceServerBuilder> resourceServer() {
    return new Options<>(
            ResourceServerBuilder.class,
            () ->
                ResourceServer.builder(
                        "https://mcp.test",
                        AuthorizationServer.of("https://i.test"),
                        ToolPolicy.builder().tool("t").build())
                    .policyFile(PolicyFile.at(Path.of("policy.json")), new byte[0]))
        .row(
            "authorizationServer(AuthorizationServer)",
            b -> b.authorizationServer(AuthorizationServer.of("https://other.test")))
        .row("metadata(Consumer)", b -> b.metadata(members -> {}))
        .row("signMetadata(MetadataSigner)", b -> b.signMetadata(signer()))
        .row("advertiseScopes(String[])", b -> b.advertiseScopes("openid"))
        .row(
            "challengeScopes(ChallengeScopes)", b -> b.challengeScopes(ChallengeScopes.BY_REVISION))
        .row(
            "readBodiesWithoutCredentialToEchoTheirIds()",
            b -> b.readBodiesWithoutCredentialToEchoTheirIds())
        .row("endpointPath(String)", b -> b.endpointPath("/mcp"))
        .row("exposeClaims(String[])", b -> b.exposeClaims())
        .row("declaredTools(Map)", b -> b.declaredTools(Map.of("declared_tool", Access.scopes())))
        .row("clockSkew(Duration)", b -> b.clockSkew(MINUTE))
        .row("maxTokenLifetime(Duration)", b -> b.maxTokenLifetime(MINUTE))
        .row("allowOrigins(String[])", b -> b.allowOrigins())
        .row("allowHosts(String[])", b -> b.allowHosts())
        .row("limits(RequestLimits)", b -> b.limits(RequestLimits.defaults()))
        .row("keptVerdictBytes(long)", b -> b.keptVerdictBytes(1))
        .row("sessionLimits(SessionLimits)", b -> b.sessionLimits(SessionLimits.defaults()))
        .row("messagePaths(String[])", b -> b.messagePaths("/message"))
        .row("store(Store)", b -> b.store(Store.inMemory(CLOCK)))
        .row(
            "storeOpenedBy(Supplier)",
            b -> b.storeOpenedBy(() -> OpenStore.of(Store.inMemory(CLOCK))))
        .row("storeMaxAge(Duration)", b -> b.storeMaxAge(Duration.ofSeconds(30)))
        .row(
            "backChannelLogout(BackChannelLogout)",
            b -> b.backChannelLogout(BackChannelLogout.at("/logout", "c")))
        .row(
            "securityEvents(SecurityEvents)",
            b -> b.securityEvents(SecurityEvents.at("/events", "a")))
        .row("nodes(int)", b -> b.nodes(1))
        .row("realm(String)", b -> b.realm("r"))
        .row("jsonRpcErrorCode(int)", b -> b.jsonRpcErrorCode(1))
        .row("connections(OutboundConnections)", b -> b.connections(CONNECTIONS))
        .row("clock(Clock)", b -> b.clock(CLOCK))
        .row("watchPolicy(Duration)", b -> b.watchPolicy(Duration.ZERO))
        .row("accept(CredentialScheme)", b -> b.accept(ApiKeys.shared())) // of each class one
        .repeatable("events(AuthEvents)");
  }

  private static Path jwksFile() {
    try {
      Path file = Files.createTempFile("jwks", ".json");
      file.toFile().deleteOnExit();
      return Files.writeString(file, JWKS);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Options<ClientCertificates> clientCertificates() {
    return new Options<>(ClientCertificates.class, ClientCertificates::fromContainer)
        .row("required()", c -> c.required());
  }

  private static Options<AuthorizationServer> authorizationServer() {
    return new Options<>(AuthorizationServer.class, () -> AuthorizationServer.of("https://i.test"))
        .row("withProfile(String)", s -> s.withProfile("keycloak"))
        .row(
            "withProfile(ProviderProfile)",
            s -> s.withProfile(ProviderProfile.builder("my-idp").build()))
        .row("expectAudience(String[])", s -> s.expectAudience("a"))
        .row("trustClientIdInsteadOfAudience(String[])", s -> s.trustClientIdInsteadOfAudience("c"))
        .row("withScopePrefix(String)", s -> s.withScopePrefix("api://"))
        .row("expectIssuers(String[])", s -> s.expectIssuers("a"))
        .row(
            "expectTenants(String, String[])",
            s -> s.expectTenants("https://i.test/{tenantid}/v2.0", "t"))
        .row("withJwksUri(String)", s -> s.withJwksUri(URL))
        .row(
            "withJwksUriOverPlainHttpInsideTheCluster(String)",
            s -> s.withJwksUriOverPlainHttpInsideTheCluster("http://keycloak:8080/jwks"))
        .row("withJwks(String)", s -> s.withJwks(JWKS))
        .row("withJwksFile(Path)", s -> s.withJwksFile(jwksFile()))
        .row("allowRsaKeysUpTo(int)", s -> s.allowRsaKeysUpTo(8192))
        .row("verifiedBy(TokenVerifier)", s -> s.verifiedBy(token -> TokenClaims.of(Map.of())))
        .row("introspectedBy(Introspection)", s -> s.introspectedBy(Introspection.byGoogle()))
        .row(
            "alsoIntrospectedBy(Introspection)",
            s -> s.alsoIntrospectedBy(Introspection.byGoogle()))
        .row("takingTokensWithoutIssuer()", s -> s.takingTokensWithoutIssuer());
  }

  private static Options<Introspection> introspection() {
    return new Options<>(
            Introspection.class,
            () -> Introspection.with(ClientAuthentication.secretBasic("files", "s3cr3t")))
        .row("at(String)", i -> i.at(URL))
        .row(
            "atOverPlainHttpInsideTheCluster(String)",
            i -> i.atOverPlainHttpInsideTheCluster("http://keycloak:8080/introspect"))
        .row("keptFor(Duration)", i -> i.keptFor(MINUTE))
        .row("askAtMost(int)", i -> i.askAtMost(1))
        .row("expectSignedAnswers()", i -> i.expectSignedAnswers())
        .row(
            "acceptTokensWithoutExpiryForAsLongAsTheyAreActive()",
            i -> i.acceptTokensWithoutExpiryForAsLongAsTheyAreActive());
  }

  private static Options<ProviderProfile.Builder> providerProfile() {
    return new Options<>(ProviderProfile.Builder.class, () -> ProviderProfile.builder("my-idp"))
        .row("confirmed()", b -> b.confirmed())
        .row("tokens(Tokens)", b -> b.tokens(ProviderProfile.Tokens.JWT))
        .row("types(String[])", b -> b.types("jwt"))
        .row("scopeClaims(String[])", b -> b.scopeClaims("scp"))
        .row("scopeSeparator(String)", b -> b.scopeSeparator(","))
        .row("allowAtHashInAccessTokens()", b -> b.allowAtHashInAccessTokens())
        .row("allowKeyAlgorithmByFamily()", b -> b.allowKeyAlgorithmByFamily())
        .row("registeredScopesOnly()", b -> b.registeredScopesOnly())
        .row("scopeForm(ScopeForm)", b -> b.scopeForm(ProviderProfile.ScopeForm.ARRAY))
        .row("clientClaims(String[])", b -> b.clientClaims("azp"))
        .row("foreignMarks(ForeignMark[])", b -> b.foreignMarks())
        .row("ownMarks(List[])", b -> b.ownMarks())
        .row("otherAudiences(String[])", b -> b.otherAudiences("a"))
        .row("ownAudienceOnly()", b -> b.ownAudienceOnly())
        .row("discovery(Form)", b -> b.discovery(AuthorizationServerDiscovery.Form.OAUTH_INSERTED))
        .row("remedy(String)", b -> b.remedy("Ask."));
  }

  private static Options<ProtectedResourceMetadata.Builder> protectedResourceMetadata() {
    List<String> list = List.of("a");
    return new Options<>(
            ProtectedResourceMetadata.Builder.class,
            () -> ProtectedResourceMetadata.builder(ResourceIdentifier.of("https://mcp.test/mcp")))
        .row("authorizationServers(List)", b -> b.authorizationServers(list))
        .row("scopesSupported(List)", b -> b.scopesSupported(list))
        .row("bearerMethodsSupported(List)", b -> b.bearerMethodsSupported(list))
        .row("jwksUri(String)", b -> b.jwksUri(URL))
        .row(
            "resourceSigningAlgValuesSupported(List)",
            b -> b.resourceSigningAlgValuesSupported(list))
        .row("resourceName(String)", b -> b.resourceName("n"))
        .row("resourceDocumentation(String)", b -> b.resourceDocumentation(URL))
        .row("resourcePolicyUri(String)", b -> b.resourcePolicyUri(URL))
        .row("resourceTosUri(String)", b -> b.resourceTosUri(URL))
        .row(
            "tlsClientCertificateBoundAccessTokens(boolean)",
            b -> b.tlsClientCertificateBoundAccessTokens(false))
        .row(
            "authorizationDetailsTypesSupported(List)",
            b -> b.authorizationDetailsTypesSupported(list))
        .row("dpopSigningAlgValuesSupported(List)", b -> b.dpopSigningAlgValuesSupported(list))
        .row("dpopBoundAccessTokensRequired(boolean)", b -> b.dpopBoundAccessTokensRequired(false))
        .row("signedMetadata(String)", b -> b.signedMetadata("a.b.c"))
        .row("custom(String, Object)", b -> b.custom("x", 1));
  }

  private static Options<ToolPolicyBuilder> toolPolicy() {
    Access access = Access.scopes("a");
    return new Options<>(ToolPolicyBuilder.class, ToolPolicy::builder)
        .row("baseScopes(String[])", b -> b.baseScopes())
        .row("initialScopes(String[])", b -> b.initialScopes())
        .row("tool(String, String[])", b -> b.tool("t", "a"))
        .row("tool(String, Access)", b -> b.tool("t", access))
        .row("prompt(String, String[])", b -> b.prompt("p", "a"))
        .row("prompt(String, Access)", b -> b.prompt("p", access))
        .row("resource(String, String[])", b -> b.resource("file:///a", "a"))
        .row("resource(String, Access)", b -> b.resource("file:///a", access))
        .row("method(String, String[])", b -> b.method("m", "a"))
        .row("method(String, Access)", b -> b.method("m", access))
        .row("implies(String, String[])", b -> b.implies("a", "b"))
        .row("wildcardScopes(String[])", b -> b.wildcardScopes("a*"))
        .row("roleClaim(String)", b -> b.roleClaim("r"))
        .row("groupClaim(String)", b -> b.groupClaim("g"))
        .row("roleSeparator(String)", b -> b.roleSeparator(","))
        .row("groupSeparator(String)", b -> b.groupSeparator(","))
        .row("roleScopes(String, String[])", b -> b.roleScopes("r", "a"))
        .row("groupScopes(String, String[])", b -> b.groupScopes("g", "a"))
        .row("alsoIssued(String[])", b -> b.alsoIssued("a"))
        .row("scopeText(String, String, String)", b -> b.scopeText("a", "A", ""))
        .row("givenByIssuers(String[])", b -> b.givenByIssuers("i"))
        .row("maxScopes(String, String, String[])", b -> b.maxScopes("i", "c", "a"))
        .row("challengeInToolResult(String, String)", b -> b.challengeInToolResult("i", "c"))
        .row("challengeOnlyRequired()", b -> b.challengeOnlyRequired())
        .row("listOnlyGranted()", b -> b.listOnlyGranted())
        .row("toolListComplete()", b -> b.toolListComplete());
  }

  private static Options<Access> access() {
    Access more = Access.scopes("m");
    return new Options<>(Access.class, () -> Access.scopes("a"))
        .row("acr(String[])", a -> a.acr("gold"))
        .row("maxAge(Duration)", a -> a.maxAge(MINUTE))
        .row("actor(String[])", a -> a.actor("agent"))
        .row("actorIfAny(String[])", a -> a.actorIfAny())
        .row("anyOf(String[])", a -> a.anyOf("b", "c"))
        .row("role(String[])", a -> a.role("r"))
        .row("group(String[])", a -> a.group("g"))
        .row("claim(String, Object[])", a -> a.claim("c", 1))
        .row("scheme(Scheme[])", a -> a.scheme(Scheme.BEARER))
        .row("unlessArgument(String, List, Access)", a -> a.unlessArgument("x", List.of("v"), more))
        .row(
            "whenArgument(String, List, Access, Access)",
            a -> a.whenArgument("x", List.of("v"), more, null))
        .row("paramHeader(String, String)", a -> a.paramHeader("x", "X"));
  }

  private static Options<ClientAssertionVerifier.Builder> clientAssertionVerifier() {
    return new Options<>(
            ClientAssertionVerifier.Builder.class,
            () -> ClientAssertionVerifier.builder("https://i.test", Store.inMemory()))
        .row("signingAlgs(String[])", b -> b.signingAlgs("ES256"))
        .row("longestLifetime(Duration)", b -> b.longestLifetime(MINUTE))
        .row("clockSkew(Duration)", b -> b.clockSkew(MINUTE))
        .row("clock(Clock)", b -> b.clock(CLOCK))
        .row("connections(OutboundConnections)", b -> b.connections(CONNECTIONS))
        .row("allowLoopbackKeysForDevelopment()", b -> b.allowLoopbackKeysForDevelopment())
        .repeatable("acceptTokenEndpointAsAudience(URI)");
  }

  private static Options<OutboundConnections.Builder> outboundConnections() {
    return new Options<>(OutboundConnections.Builder.class, OutboundConnections::builder)
        .row("timeout(Duration)", b -> b.timeout(MINUTE))
        .row("maxBytes(int)", b -> b.maxBytes(1024))
        .row("proxy(EgressProxy)", b -> b.proxy(EgressProxy.at("http://p.test:1")))
        .row("withoutProxy()", b -> b.withoutProxy())
        .row("trustStore(Path, String)", b -> b.trustStore(trustStore(), null));
  }

  private static Options<EgressProxy> egressProxy() {
    return new Options<>(EgressProxy.class, () -> EgressProxy.at("http://p.test:1"))
        .row("withCredentials(String, String)", p -> p.withCredentials("u", "p"))
        .row("exceptFor(String[])", p -> p.exceptFor("a.test"))
        .row("refusingPrivateAddressesByItself()", p -> p.refusingPrivateAddressesByItself());
  }

  private static Options<SecurityEvents> securityEvents() {
    return new Options<>(SecurityEvents.class, () -> SecurityEvents.at("/events", "a"))
        .row(
            "fromTransmitter(EventTransmitter)",
            e -> e.fromTransmitter(EventTransmitter.of("https://t.test")))
        .row("withAuthorization(String)", e -> e.withAuthorization("Bearer 0123456789"))
        .row("onCredentialChange()", e -> e.onCredentialChange());
  }

  private static Options<DpopProofs> dpopProofs() {
    return new Options<>(DpopProofs.class, DpopProofs::accepted)
        .row("withSigningAlgs(String[])", d -> d.withSigningAlgs("ES256"))
        .row("withProofLifetime(Duration)", d -> d.withProofLifetime(MINUTE))
        .row("withNonces(SealKeys)", d -> d.withNonces(SealKeys.generated()));
  }

  private static Options<EventTransmitter> eventTransmitter() {
    return new Options<>(EventTransmitter.class, () -> EventTransmitter.of("https://t.test"))
        .row("withJwksUri(String)", t -> t.withJwksUri(URL))
        .row("forUsersOf(String)", t -> t.forUsersOf("https://i.test"));
  }

  /** One of the JDK's own, in PEM. */
  private static Path trustStore() {
    try {
      TrustManagerFactory jdk =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      jdk.init((KeyStore) null);
      X509Certificate known =
          ((X509TrustManager) jdk.getTrustManagers()[0]).getAcceptedIssuers()[0];
      Path file = Files.createTempFile("trust", ".pem");
      file.toFile().deleteOnExit();
      return Files.writeString(
          file,
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder().encodeToString(known.getEncoded())
              + "\n-----END CERTIFICATE-----\n");
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Options<ClientIdMetadataDocuments.Builder> clientIdMetadataDocuments() {
    return new Options<>(
            ClientIdMetadataDocuments.Builder.class,
            () -> ClientIdMetadataDocuments.builder(DomainTrust.anyDomain()))
        .row("clock(Clock)", b -> b.clock(CLOCK))
        .row("policy(RegistrationPolicy)", b -> b.policy(RegistrationPolicy.builder().build()))
        .row(
            "keepDocuments(Duration, Duration, Duration)",
            b -> b.keepDocuments(MINUTE, MINUTE, MINUTE))
        .row("keepAtMost(int)", b -> b.keepAtMost(1))
        .row("connections(OutboundConnections)", b -> b.connections(CONNECTIONS))
        .row("requireSameOriginRedirects()", b -> b.requireSameOriginRedirects())
        .row(
            "allowLoopbackDocumentsForDevelopment()",
            b -> b.allowLoopbackDocumentsForDevelopment());
  }

  private static Options<ClientRegistrations.Builder> clientRegistrations() {
    return new Options<>(
            ClientRegistrations.Builder.class,
            () ->
                ClientRegistrations.builder(Store.inMemory(), RegistrationPolicy.builder().build()))
        .row("clock(Clock)", b -> b.clock(CLOCK))
        .row("lifetime(Duration)", b -> b.lifetime(MINUTE))
        .row("unusedLifetime(Duration)", b -> b.unusedLifetime(MINUTE))
        .row("capacity(int)", b -> b.capacity(1))
        .row("configurationEndpoint(URI)", b -> b.configurationEndpoint(URI.create(URL)))
        .row("registerPublicClientsSeparately()", b -> b.registerPublicClientsSeparately());
  }

  private static Options<RegistrationPolicy.Builder> registrationPolicy() {
    return new Options<>(RegistrationPolicy.Builder.class, RegistrationPolicy::builder)
        .row("redirectUris(RedirectUriRules)", b -> b.redirectUris(RedirectUriRules.standard()))
        .row("grantTypes(String[])", b -> b.grantTypes("authorization_code"))
        .row("authenticationMethods(String[])", b -> b.authenticationMethods("none"))
        .row("signingAlgs(String[])", b -> b.signingAlgs("ES256"))
        .row("scopes(Collection)", b -> b.scopes(List.of()))
        .row("limitClientsToRegisteredScopes()", b -> b.limitClientsToRegisteredScopes())
        .row(
            "allowLoopbackRedirectsOfWebApplications()",
            b -> b.allowLoopbackRedirectsOfWebApplications())
        .row("acceptDpopBoundAccessTokens()", b -> b.acceptDpopBoundAccessTokens());
  }

  private static Options<AuthorizationRequest.Builder> authorizationRequest() {
    DpopKey key = DpopKey.generate();
    return new Options<>(AuthorizationRequest.Builder.class, SetTwiceTest::newAuthorizationRequest)
        .row("scopes(Set)", b -> b.scopes(Set.of()))
        .row("resource(URI)", b -> b.resource(URI.create(URL)))
        .row("prompt(String)", b -> b.prompt("consent"))
        .row("loginHint(String)", b -> b.loginHint("h"))
        .row("acrValues(Collection)", b -> b.acrValues(List.of("gold")))
        .row("maxAge(Duration)", b -> b.maxAge(MINUTE))
        .row("dpop(DpopKey)", b -> b.dpop(key))
        .row("parameter(String, String)", b -> b.parameter("audience", "a"))
        .row("remember(String)", b -> b.remember("r"));
  }

  private static Options<ClientMetadata.Builder> clientMetadata() {
    List<String> list = List.of("a");
    return new Options<>(ClientMetadata.Builder.class, ClientMetadata::builder)
        .row("redirectUris(Collection)", b -> b.redirectUris(list))
        .row("redirectUris(String[])", b -> b.redirectUris("a"))
        .row("tokenEndpointAuthMethod(String)", b -> b.tokenEndpointAuthMethod("none"))
        .row("tokenEndpointAuthSigningAlg(String)", b -> b.tokenEndpointAuthSigningAlg("ES256"))
        .row("grantTypes(Collection)", b -> b.grantTypes(list))
        .row("grantTypes(String[])", b -> b.grantTypes("a"))
        .row("responseTypes(Collection)", b -> b.responseTypes(list))
        .row("scopes(Collection)", b -> b.scopes(list))
        .row("clientName(String)", b -> b.clientName("n"))
        .row("clientName(String, String)", b -> b.clientName("n", "de"))
        .row("clientUri(String)", b -> b.clientUri(URL))
        .row("contacts(Collection)", b -> b.contacts(list))
        .row("jwks(Map)", b -> b.jwks(Map.of()))
        .row("jwksUri(String)", b -> b.jwksUri(URL))
        .row("software(String, String)", b -> b.software("s", "1"))
        .row("applicationType(String)", b -> b.applicationType("web"))
        .row("dpopBoundAccessTokens(boolean)", b -> b.dpopBoundAccessTokens(true))
        .row("member(String, Object)", b -> b.member("x", 1))
        .repeatable("without(String)");
  }

  private static Options<TokenTarget> tokenTarget() {
    return new Options<>(TokenTarget.class, TokenTarget::unnamed)
        .row("withScopes(String[])", t -> t.withScopes())
        .row("withResource(URI)", t -> t.withResource(URI.create(URL)))
        .row("withAudience(String)", t -> t.withAudience("a"));
  }

  private static Options<Seal> seal() {
    return new Options<>(Seal.class, () -> Seal.of(SealKeys.generated(), "n"))
        .row("withLongestLifetime(Duration)", s -> s.withLongestLifetime(MINUTE))
        .row("allowAnonymousCallers()", s -> s.allowAnonymousCallers())
        .row("withClock(Clock)", s -> s.withClock(CLOCK));
  }

  private static Options<PendingAuthorizations> pendingAuthorizations() {
    return new Options<>(
            PendingAuthorizations.class,
            () ->
                PendingAuthorizations.in(Store.inMemory(), StoredSecrets.of(SealKeys.generated())))
        .row("withCapacity(int)", p -> p.withCapacity(1));
  }

  private static Options<JdbcStore> jdbcStore() {
    return new Options<>(JdbcStore.class, SetTwiceTest::newJdbcStore)
        .row("withClock(Clock)", s -> s.withClock(CLOCK))
        .row("withTimeout(Duration)", s -> s.withTimeout(MINUTE));
  }

  private static AuthorizationRequest.Builder newAuthorizationRequest() {
    String metadata =
        """
        {"issuer": "https://i.test", "authorization_endpoint": "https://i.test/authorize",
         "token_endpoint": "https://i.test/token", "response_types_supported": ["code"],
         "code_challenge_methods_supported": ["S256"]}
        """;
    try {
      return AuthorizationRequest.to(
          AuthorizationServerMetadata.parse(metadata.getBytes(UTF_8), "https://i.test"),
          "c",
          URI.create("https://app.test/callback"));
    } catch (ClientException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JdbcStore newJdbcStore() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:SetTwiceTest;DB_CLOSE_DELAY=-1");
    JdbcStore.createSchema(source);
    return JdbcStore.of(source);
  }

  private static MetadataSigner signer() {
    return MetadataSigner.ofPrivateJwk(DpopKey.generate().toJwk());
  }

  private static void addFluent(Class<?> type, Set<String> found) {
    if (!fluent(type).isEmpty()) {
      found.add(name(type));
    }
    for (Class<?> nested : type.getDeclaredClasses()) {
      if (Modifier.isPublic(nested.getModifiers())) {
        addFluent(nested, found);
      }
    }
  }

  /** The public methods that give the type that they belong to, with their parameters. */
  private static Set<String> fluent(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getReturnType() == type && !method.isSynthetic())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .map(SetTwiceTest::signature)
        .collect(set());
  }

  private static String signature(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", method.getName() + "(", ")"));
  }

  private static Collector<String, ?, Set<String>> set() {
    return Collectors.toCollection(TreeSet::new);
  }

  private static String name(Class<?> type) {
    return type.getName().replaceFirst(".*\\.", "").replace('$', '.');
  }

  private static List<String> exported() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "api.txt")).stream()
        .filter(line -> !line.startsWith("#") && !line.startsWith("io.mcpauth.servlet."))
        .map(line -> line.replaceFirst(" machinery$", ""))
        .toList();
  }
}
