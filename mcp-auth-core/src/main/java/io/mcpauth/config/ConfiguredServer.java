package io.mcpauth.config;

import io.mcpauth.ChallengeScopes;
import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.edge.RequestLimits;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.metadata.MetadataSigner;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProxyTokens;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A resource server from settings, so that no code is needed: every {@link Setting} but those of
 * the servlet filter. A message about a wrong one begins with its key.
 *
 * <pre>{@code
 * Settings settings =
 *     Settings.of(List.of(Setting.values()), SettingSource.environment(System.getenv()));
 * ResourceServer server = ConfiguredServer.builder(settings).build();
 * }</pre>
 */
public final class ConfiguredServer {
  static final List<Setting> OF_ONE_ISSUER =
      List.of(
          Setting.PROFILE,
          Setting.SCOPE_CLAIM,
          Setting.SCOPE_SEPARATOR,
          Setting.CLIENT_ID_CLAIM,
          Setting.TOKEN_TYPES,
          Setting.ALLOW_AT_HASH_IN_ACCESS_TOKENS,
          Setting.JWKS_URI,
          Setting.JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
          Setting.JWKS,
          Setting.JWKS_FILE,
          Setting.ACCEPTED_ISSUERS,
          Setting.ISSUER_TENANTS,
          Setting.SCOPE_PREFIX,
          Setting.MAX_RSA_KEY_BITS,
          Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
          Setting.INTROSPECTION);

  private static final List<Setting> KEYS =
      List.of(
          Setting.JWKS_URI,
          Setting.JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
          Setting.JWKS,
          Setting.JWKS_FILE);

  private static final String STAND_IN = Mistakes.STAND_IN;

  private static final int MAX_SKEW_SECONDS = 5 * 60;
  private static final int MAX_LIFETIME_SECONDS = 30 * 24 * 60 * 60;
  private static final int MAX_WATCH_SECONDS = 60 * 60;
  private static final int SHORTEST_STORE_AGE_SECONDS = 5;
  private static final int LONGEST_STORE_AGE_SECONDS = 10 * 60;

  private final Mistakes mistakes;
  private final Settings settings;
  private final @Nullable ToolPolicy otherwise;
  private final @Nullable Beside beside;

  /**
   * An authorization server of one's own, with which a server shares its store.
   *
   * @param server whose tokens are accepted
   * @param store opens the store for one more server
   */
  record Beside(AuthorizationServer server, Supplier<OpenStore> store) {}

  private ConfiguredServer(Settings settings, @Nullable ToolPolicy otherwise) {
    this(settings, otherwise, new Mistakes(), null);
  }

  private ConfiguredServer(
      Settings settings,
      @Nullable ToolPolicy otherwise,
      Mistakes mistakes,
      @Nullable Beside beside) {
    this.settings = settings;
    this.otherwise = otherwise;
    this.mistakes = mistakes;
    this.beside = beside;
  }

  /**
   * A builder with what settings say; code may add to it. The policy file is loaded at once.
   *
   * @throws IllegalArgumentException if one that is required is missing, is wrong or contradicts
   *     another, or the mode is {@code none}
   */
  public static ResourceServerBuilder builder(Settings settings) {
    return new ConfiguredServer(settings, null).builder();
  }

  /**
   * As {@link #builder(Settings)}, with the policy of a program that has one of its own.
   *
   * @param otherwise what holds where the settings name neither a policy file nor required scopes
   */
  public static ResourceServerBuilder builder(Settings settings, ToolPolicy otherwise) {
    return new ConfiguredServer(settings, otherwise).builder();
  }

  /**
   * As {@link #builder(Settings, ToolPolicy)}, for a program that builds an authorization server of
   * its own in code, with its own login: its tokens are accepted, and nobody is asked about them.
   *
   * @param own whose issuer stands for {@link Setting#ISSUER}, which must not be set; nor {@link
   *     Setting#SERVER} and what belongs to it
   * @param store that of {@code own}, from {@link #store(Settings)} or in memory; whoever has
   *     opened it closes it, after both servers
   */
  public static ResourceServerBuilder builder(
      Settings settings, ToolPolicy otherwise, OAuthServer own, Store store) {
    Mistakes mistakes = new Mistakes();
    new AuthorizationServerSettings(settings, mistakes).requireNoneBeside();
    Beside beside = new Beside(own.authorizationServer(), () -> OpenStore.of(store));
    return new ConfiguredServer(settings, otherwise, mistakes, beside).builder();
  }

  /**
   * As {@link #builder(Settings)}, beside an authorization server of one's own.
   *
   * @param mistakes what is wrong with that already
   */
  static ResourceServerBuilder builder(Settings settings, Mistakes mistakes, Beside beside) {
    return new ConfiguredServer(settings, null, mistakes, beside).builder();
  }

  /** The policy of settings without a mistake. */
  static ToolPolicy policy(Settings settings) {
    ConfiguredServer configured = new ConfiguredServer(settings, null);
    String file = settings.value(Setting.POLICY_FILE);
    return file == null
        ? configured.requiring(settings.words(Setting.REQUIRED_SCOPES))
        : PolicyFile.at(path(file)).load();
  }

  /**
   * How settings say that other servers are reached, for what a program asks of them itself, such
   * as tokens; {@link OutboundConnections#defaults()} where they say nothing.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  public static OutboundConnections connections(Settings settings) {
    Mistakes mistakes = new Mistakes();
    OutboundConnections said = ConnectionSettings.of(settings, mistakes);
    mistakes.requireNone();
    return said == null ? OutboundConnections.defaults() : said;
  }

  /**
   * The store that settings name, for a program beside the servers, which closes it; one in the
   * memory of this process where they name none. {@link #builder(Settings)} has the server open and
   * close its own.
   *
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if the driver or the pool is not on the class path, the database
   *     refuses the user, or has tables of another version
   * @throws StoreException if the database does not answer, and the settings say not to wait for it
   */
  public static OpenStore store(Settings settings) {
    StoreSettings said = StoreSettings.of(settings);
    return said == null ? OpenStore.of(Store.inMemory()) : said.open();
  }

  /**
   * The {@code iss} values of the tokens that a server with these settings accepts, for what is
   * administered beside it: a set for each authorization server, whose users are the same whichever
   * of them a token has; but one for each tenant, whose users are its own. None where no issuer is
   * set. That of the server's own keys is {@link #ownIssuers}.
   *
   * @throws IllegalArgumentException if a setting of issuers or of a proxy's tokens is wrong
   */
  public static List<Set<String>> acceptedIssuers(Settings settings) {
    if (AuthorizationServerSettings.ask(settings)) {
      AuthorizationServerSettings own = new AuthorizationServerSettings(settings, new Mistakes());
      return own.nameIssuer() ? List.of(Set.of(own.issuer())) : List.of();
    }
    if (settings.value(Setting.ISSUER) == null) {
      return List.of();
    }
    ConfiguredServer configured = new ConfiguredServer(settings, null);
    List<AuthorizationServer> servers = configured.mistakes.collect(List.of(), configured::servers);
    ProxyTokens proxy = new SchemeSettings(settings, configured.mistakes).proxyTokens();
    configured.mistakes.requireNone();
    if (proxy != null) {
      return List.of(Set.of(proxy.issuer()));
    }
    if (settings.value(Setting.ISSUER_TENANTS) == null) {
      return servers.stream().map(AuthorizationServer::acceptedIssuers).toList();
    }
    return servers.stream()
        .flatMap(server -> server.acceptedIssuers().stream())
        .map(Set::of)
        .toList();
  }

  /**
   * The issuer of the callers for whom a server with these settings vouches itself, those with a
   * key or an account of its own: the resource with {@code #local} behind it. None where it accepts
   * no such callers.
   *
   * @param resource says what the server is, which the settings may leave to the program; asked
   *     where it matters
   * @throws IllegalArgumentException if a setting is wrong
   */
  public static Set<String> ownIssuers(Settings settings, Supplier<ResourceIdentifier> resource) {
    boolean own =
        settings.flag(Setting.API_KEYS)
            || settings.value(Setting.API_KEYS_FILE) != null
            || "keys".equals(settings.value(Setting.BASIC));
    return own ? Set.of(Authenticator.localIssuer(resource.get())) : Set.of();
  }

  /**
   * Reads a policy file as a server would, and starts none. What the settings do not say, such as
   * the issuers, is not held against it; only those of issuers and of ways to prove oneself are
   * looked at.
   *
   * @return what its writer may not have meant, as {@link ToolPolicy#warnings()} has it, and scopes
   *     that no token can carry because of {@link Setting#SCOPE_PREFIX}
   * @throws IllegalArgumentException if the file is no policy, with line and column of the mistake;
   *     if it has a rule for a client of an issuer, or for a scheme, that the server would not
   *     accept; or if a setting is wrong
   */
  public static List<String> checkPolicy(Settings settings, PolicyFile file) {
    ConfiguredServer configured = new ConfiguredServer(settings, null);
    List<AuthorizationServer> servers = configured.knownServers();
    configured.mistakes.requireNone();
    List<String> found =
        PolicyCheck.of(
            file,
            servers,
            any ->
                configured.withText(
                    any, Setting.SCOPE_PREFIX, AuthorizationServer::withScopePrefix),
            (builder, accepted) -> configured.setSchemes(builder, accepted, false));
    configured.mistakes.requireNone();
    return found;
  }

  /** For what needs none of them, but what it says of them has to be right. */
  private List<AuthorizationServer> knownServers() {
    if (AuthorizationServerSettings.ask(settings)) {
      AuthorizationServerSettings own = new AuthorizationServerSettings(settings, mistakes);
      return own.nameIssuer()
          ? List.of(
              settings.naming(Setting.SERVER_ISSUER, () -> AuthorizationServer.of(own.issuer())))
          : List.of();
    }
    return settings.value(Setting.ISSUER) == null ? List.of() : servers();
  }

  private ResourceServerBuilder builder() {
    if (Setting.Mode.of(settings) == Setting.Mode.NONE) {
      throw settings.wrong(
          Setting.MODE,
          "so there is no resource server. Remove the filter, or write MCP_AUTH_MODE=oauth.");
    }
    String resource = mistakes.collect(STAND_IN + "/mcp", this::resource);
    List<AuthorizationServer> servers = mistakes.collect(List.of(), this::servers);
    AuthorizationServer first =
        servers.isEmpty() ? AuthorizationServer.of(STAND_IN) : servers.get(0);
    // So that what does not hang on the policy is looked at where that is wrong, too.
    ResourceServerBuilder standIn =
        ResourceServer.builder(resource, first, ToolPolicy.builder().tool("*").build());
    ResourceServerBuilder builder = mistakes.collect(standIn, () -> withPolicy(resource, first));
    servers.stream()
        .skip(1)
        .forEach(more -> set(Setting.ISSUER, () -> builder.authorizationServer(more)));
    setRequestRules(builder);
    setTokenRules(builder);
    setSchemes(builder, servers, true);
    setMetadata(builder);
    mistakes.requireNone();
    return builder;
  }

  /**
   * How callers may prove themselves beside bearer tokens.
   *
   * @param read whether files are read for it
   */
  private void setSchemes(
      ResourceServerBuilder builder, List<AuthorizationServer> servers, boolean read) {
    ApiKeySettings.set(builder, settings, read, mistakes);
    BasicSettings.set(builder, settings, servers, read, mistakes);
    DpopSettings.set(builder, settings, read, mistakes);
    new SchemeSettings(settings, mistakes).schemes().forEach(builder::accept);
  }

  private String resource() {
    String resource = settings.require(Setting.RESOURCE);
    settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource));
    return resource;
  }

  private List<AuthorizationServer> servers() {
    AuthorizationServerSettings own = new AuthorizationServerSettings(settings, mistakes);
    if (beside != null) {
      own.requireNoOtherIssuer();
      return List.of(beside.server());
    }
    if (AuthorizationServerSettings.ask(settings)) {
      throw settings.wrong(
          Setting.SERVER,
          "but no container logs anybody in here. Have the filter in a web.xml, or"
              + " McpAuthInstaller.of(settings), make both servers, or write "
              + Setting.ISSUER.key()
              + " instead.");
    }
    own.requireNone();
    String unused = settings.require(Setting.ISSUER);
    List<String> issuers = settings.values(Setting.ISSUER);
    if (issuers.size() > 1) {
      settings.requireUnset(
          OF_ONE_ISSUER,
          settings.at(Setting.ISSUER)
              + " names several issuers, and settings of each need code"
              + " (ResourceServerBuilder.authorizationServer)");
    }
    List<AuthorizationServer> servers = new ArrayList<>();
    for (String issuer : issuers) {
      servers.add(
          server(
              naming(
                  Setting.ISSUER,
                  AuthorizationServer.of(STAND_IN),
                  () -> AuthorizationServer.of(issuer))));
    }
    return servers;
  }

  private AuthorizationServer server(AuthorizationServer plain) {
    AuthorizationServer server =
        mistakes.collect(plain, () -> new ConfiguredProfile(settings, mistakes).of(plain));
    AuthorizationServer profiled = server;
    server = mistakes.collect(profiled, () -> withKeys(profiled));
    server = withText(server, Setting.SCOPE_PREFIX, AuthorizationServer::withScopePrefix);
    Integer bits = number(Setting.MAX_RSA_KEY_BITS, 0, Integer.MAX_VALUE);
    if (bits != null) {
      AuthorizationServer known = server;
      server = naming(Setting.MAX_RSA_KEY_BITS, known, () -> known.allowRsaKeysUpTo(bits));
    }
    server = withList(server, Setting.AUDIENCE, AuthorizationServer::expectAudience);
    AuthorizationServer named = server;
    server = mistakes.collect(named, () -> withIssuers(named));
    AuthorizationServer trusting =
        withList(
            server,
            Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
            AuthorizationServer::trustClientIdInsteadOfAudience);
    return mistakes.collect(trusting, () -> IntrospectionSettings.of(trusting, settings));
  }

  /** A template and its tenants are one: neither says anything without the other. */
  private AuthorizationServer withIssuers(AuthorizationServer server) {
    String[] tenants = settings.values(Setting.ISSUER_TENANTS).toArray(String[]::new);
    if (tenants.length == 0) {
      return withList(server, Setting.ACCEPTED_ISSUERS, AuthorizationServer::expectIssuers);
    }
    List<String> template = settings.values(Setting.ACCEPTED_ISSUERS);
    if (template.size() != 1) {
      throw settings.wrong(
          Setting.ISSUER_TENANTS,
          "but "
              + Setting.ACCEPTED_ISSUERS.key()
              + " is not one template. Write it, such as"
              + " 'https://login.microsoftonline.com/{tenantid}/v2.0'.");
    }
    return settings.naming(
        Setting.ISSUER_TENANTS, () -> server.expectTenants(template.get(0), tenants));
  }

  private AuthorizationServer withKeys(AuthorizationServer plain) {
    List<String> sources =
        KEYS.stream().filter(key -> settings.value(key) != null).map(settings::at).toList();
    if (sources.size() > 1) {
      throw new IllegalArgumentException(
          String.join(" and ", sources)
              + " each say where the keys come from. Keep one, and remove "
              + (sources.size() == 2 ? "the other." : "the others."));
    }
    AuthorizationServer server = withText(plain, Setting.JWKS_URI, ConfiguredServer::withJwksUri);
    server =
        withText(
            server,
            Setting.JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER,
            AuthorizationServer::withJwksUriOverPlainHttpInsideTheCluster);
    server = withText(server, Setting.JWKS, AuthorizationServer::withJwks);
    return withText(server, Setting.JWKS_FILE, (to, file) -> to.withJwksFile(path(file)));
  }

  /** The usual address inside a cluster is not refused without a word of what to do. */
  private static AuthorizationServer withJwksUri(AuthorizationServer server, String uri) {
    try {
      return server.withJwksUri(uri);
    } catch (IllegalArgumentException e) {
      if (!uri.startsWith("http://")) {
        throw e;
      }
      throw new IllegalArgumentException(
          e.getMessage()
              + " Inside a cluster write "
              + Setting.JWKS_FILE.key()
              + ", a file with the keys, or "
              + Setting.JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER.key()
              + ", with which whoever is on the way can replace them.",
          e);
    }
  }

  private AuthorizationServer withText(
      AuthorizationServer server,
      Setting key,
      BiFunction<AuthorizationServer, String, AuthorizationServer> change) {
    String value = settings.value(key);
    return value == null ? server : naming(key, server, () -> change.apply(server, value));
  }

  private AuthorizationServer withList(
      AuthorizationServer server,
      Setting key,
      BiFunction<AuthorizationServer, String[], AuthorizationServer> change) {
    String[] values = values(key);
    return values.length == 0 ? server : naming(key, server, () -> change.apply(server, values));
  }

  private ResourceServerBuilder withPolicy(String resource, AuthorizationServer server) {
    String file = settings.value(Setting.POLICY_FILE);
    List<String> scopes = settings.words(Setting.REQUIRED_SCOPES);
    if (file != null && !scopes.isEmpty()) {
      throw new IllegalArgumentException(
          settings.at(Setting.POLICY_FILE)
              + " and "
              + settings.at(Setting.REQUIRED_SCOPES)
              + " are two policies. Remove one of them.");
    }
    if (file != null) {
      Duration watch = seconds(Setting.POLICY_WATCH_SECONDS, 0, MAX_WATCH_SECONDS);
      ResourceServerBuilder builder =
          settings.naming(
              Setting.POLICY_FILE,
              () -> ResourceServer.builder(resource, server, PolicyFile.at(path(file))));
      return watch == null ? builder : builder.watchPolicy(watch);
    }
    settings.requireUnset(
        List.of(Setting.POLICY_WATCH_SECONDS), "there is no " + Setting.POLICY_FILE.key());
    return ResourceServer.builder(
        resource, server, scopes.isEmpty() ? otherwise() : requiring(scopes));
  }

  private ToolPolicy otherwise() {
    if (otherwise == null) {
      throw new IllegalArgumentException(
          Setting.POLICY_FILE.key()
              + " is not set, and neither is "
              + Setting.REQUIRED_SCOPES.key()
              + ". Write the path of the policy, or the scopes that every call needs.");
    }
    return otherwise;
  }

  /** Everything that a server has, for whoever has these scopes; nothing without a login. */
  private ToolPolicy requiring(List<String> scopes) {
    return settings.naming(
        Setting.REQUIRED_SCOPES,
        () -> ToolPolicy.everythingForWhoHas(scopes.toArray(String[]::new)));
  }

  private void setRequestRules(ResourceServerBuilder builder) {
    setText(Setting.ENDPOINT_PATH, builder::endpointPath);
    setList(Setting.ALLOWED_ORIGINS, builder::allowOrigins);
    setList(Setting.ALLOWED_HOSTS, builder::allowHosts);
    setText(Setting.REALM, builder::realm);
    Integer code = number(Setting.JSONRPC_ERROR_CODE, Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (code != null) {
      set(Setting.JSONRPC_ERROR_CODE, () -> builder.jsonRpcErrorCode(code));
    }
    setText(Setting.CHALLENGE_SCOPES, name -> builder.challengeScopes(challengeScopes(name)));
    if (flag(Setting.READ_BODIES_WITHOUT_CREDENTIAL_TO_ECHO_THEIR_IDS)) {
      builder.readBodiesWithoutCredentialToEchoTheirIds();
    }
    setLimits(builder);
    setKeptVerdicts(builder);
    setList(Setting.MESSAGE_PATHS, builder::messagePaths);
    OutboundConnections connections = ConnectionSettings.of(settings, mistakes);
    if (connections != null) {
      builder.connections(connections);
    }
    setStore(builder);
    SignalSettings.set(builder, settings, mistakes);
    Integer nodes = number(Setting.NODES, 1, Integer.MAX_VALUE);
    if (nodes != null) {
      set(Setting.NODES, () -> builder.nodes(nodes));
    }
  }

  /** Opened when the server is built: it may have to be waited for. */
  private void setStore(ResourceServerBuilder builder) {
    StoreSettings said =
        mistakes
            .collect(
                Optional.<StoreSettings>empty(),
                () -> Optional.ofNullable(StoreSettings.of(settings)))
            .orElse(null);
    if (beside != null) {
      builder.storeOpenedBy(beside.store());
    } else if (said != null) { // else the application may set it in code
      set(Setting.STORE_URL, () -> builder.storeOpenedBy(said::open));
    }
    setSeconds(
        Setting.STORE_MAX_AGE_SECONDS,
        SHORTEST_STORE_AGE_SECONDS,
        LONGEST_STORE_AGE_SECONDS,
        builder::storeMaxAge);
  }

  private static ChallengeScopes challengeScopes(String name) {
    for (ChallengeScopes one : ChallengeScopes.values()) {
      if (one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException(
        "'" + name + "' says nothing. Write 'by-revision', 'only-required' or 'with-granted'.");
  }

  /** At once: each may be right only with another. */
  private void setLimits(ResourceServerBuilder builder) {
    RequestLimits standard = RequestLimits.defaults();
    Integer bytes = number(Setting.BODIES_BYTES, 1, Integer.MAX_VALUE);
    Integer anonymous = number(Setting.ANONYMOUS_BODY_BYTES, 1, Integer.MAX_VALUE);
    Integer requests = number(Setting.ANONYMOUS_REQUESTS, 1, Integer.MAX_VALUE);
    Integer streams = number(Setting.STREAMS, 1, Integer.MAX_VALUE);
    Integer perCaller = number(Setting.STREAMS_PER_CALLER, 1, Integer.MAX_VALUE);
    if (Stream.of(bytes, anonymous, requests, streams, perCaller).allMatch(Objects::isNull)) {
      return; // the application may set them in code
    }
    set(
        bytes == null ? Setting.ANONYMOUS_BODY_BYTES : Setting.BODIES_BYTES,
        () ->
            builder.limits(
                new RequestLimits(
                    bytes == null ? standard.bodyBytes() : bytes,
                    orElse(anonymous, standard.anonymousBodyBytes()),
                    orElse(requests, standard.anonymousRequests()),
                    orElse(streams, standard.streams()),
                    orElse(perCaller, standard.streamsPerCaller()))));
  }

  private void setKeptVerdicts(ResourceServerBuilder builder) {
    Integer bytes = number(Setting.KEPT_VERDICTS_BYTES, 1, Integer.MAX_VALUE);
    if (bytes != null) {
      set(Setting.KEPT_VERDICTS_BYTES, () -> builder.keptVerdictBytes(bytes));
    }
  }

  private static int orElse(@Nullable Integer value, int standard) {
    return value == null ? standard : value;
  }

  private void setTokenRules(ResourceServerBuilder builder) {
    setList(Setting.EXPOSED_CLAIMS, builder::exposeClaims);
    setSeconds(Setting.CLOCK_SKEW_SECONDS, 0, MAX_SKEW_SECONDS, builder::clockSkew);
    setSeconds(
        Setting.MAX_TOKEN_LIFETIME_SECONDS, 60, MAX_LIFETIME_SECONDS, builder::maxTokenLifetime);
  }

  private void setMetadata(ResourceServerBuilder builder) {
    setText(
        Setting.METADATA_SIGNING_KEY,
        key -> builder.signMetadata(MetadataSigner.ofPrivateJwk(key)));
    boolean none = flag(Setting.ADVERTISE_NO_SCOPES);
    mistakes.collect(() -> advertise(builder, none));
    String name = settings.value(Setting.RESOURCE_NAME);
    String page = settings.value(Setting.RESOURCE_DOCUMENTATION);
    if (name == null && page == null && !none) {
      return; // the application may set it in code
    }
    setMembers(ProtectedResourceMetadata.builder(ResourceIdentifier.of(STAND_IN)), none);
    builder.metadata(members -> setMembers(members, none)); // which runs when all is told
  }

  private void setMembers(ProtectedResourceMetadata.Builder members, boolean none) {
    setText(Setting.RESOURCE_NAME, members::resourceName);
    setText(Setting.RESOURCE_DOCUMENTATION, members::resourceDocumentation);
    if (none) {
      members.scopesSupported(List.of());
    }
  }

  private void advertise(ResourceServerBuilder builder, boolean none) {
    List<String> advertised = settings.words(Setting.ADVERTISED_SCOPES);
    if (!advertised.isEmpty() && none) {
      throw new IllegalArgumentException(
          settings.at(Setting.ADVERTISED_SCOPES)
              + " and "
              + settings.at(Setting.ADVERTISE_NO_SCOPES)
              + " contradict each other. Remove one of them.");
    }
    if (advertised.contains("offline_access")) { // here, since the builder names no setting
      throw settings.wrong(
          Setting.ADVERTISED_SCOPES,
          "but offline_access is between client and authorization server. Remove it.");
    }
    if (!advertised.isEmpty()) {
      builder.advertiseScopes(advertised.toArray(String[]::new));
    }
  }

  private void setText(Setting key, Consumer<String> setter) {
    String value = settings.value(key);
    if (value != null) {
      set(key, () -> setter.accept(value));
    }
  }

  private void setList(Setting key, Consumer<String[]> setter) {
    String[] values = values(key);
    if (values.length > 0) {
      set(key, () -> setter.accept(values));
    }
  }

  private void setSeconds(Setting key, int least, int most, Consumer<Duration> setter) {
    Duration value = seconds(key, least, most);
    if (value != null) {
      set(key, () -> setter.accept(value));
    }
  }

  private void set(Setting key, Runnable part) {
    Setting unused =
        naming(
            key,
            key,
            () -> {
              part.run();
              return key;
            });
  }

  /** What a setting makes; the stand-in where it is wrong, so that the next is looked at too. */
  private <T> T naming(Setting key, T standIn, Supplier<T> part) {
    return mistakes.collect(standIn, () -> settings.naming(key, part));
  }

  private String[] values(Setting key) {
    return mistakes.collect(List.<String>of(), () -> settings.values(key)).toArray(String[]::new);
  }

  private boolean flag(Setting key) {
    return mistakes.collect(false, () -> settings.flag(key));
  }

  private @Nullable Integer number(Setting key, int least, int most) {
    return mistakes
        .collect(
            Optional.<Integer>empty(), () -> Optional.ofNullable(settings.number(key, least, most)))
        .orElse(null);
  }

  private @Nullable Duration seconds(Setting key, int least, int most) {
    Integer number = number(key, least, most);
    return number == null ? null : Duration.ofSeconds(number);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + text + "' is no path. Write that of a file.", e);
    }
  }
}
