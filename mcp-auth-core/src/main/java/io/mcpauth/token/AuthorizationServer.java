package io.mcpauth.token;

import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.internal.net.SetOnce;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server whose tokens are accepted: the issuer that is advertised to clients, the
 * {@code iss} values accepted in its tokens, and where its keys are.
 *
 * <pre>{@code
 * AuthorizationServer keycloak =
 *     AuthorizationServer.of("https://kc.example.com/realms/acme").withProfile("keycloak");
 * }</pre>
 *
 * <p>Immutable. The issuer is kept byte for byte, a trailing slash included, because clients
 * compare it so (RFC 8414 section 3.3). Addresses are https, or http on a loopback host.
 */
public final class AuthorizationServer {
  /** StringOrURI without blanks, controls and the separator of {@link McpPrincipal#getName()}. */
  private static final Pattern ISS = Pattern.compile("[!-{}~]+");

  private final String issuer;
  private final Config config;

  /** What may be set once each. Changed only while {@link #with} makes a copy. */
  private static final class Config {
    private Set<String> acceptedIssuers = Set.of();
    private @Nullable IssuerTemplate template;
    private @Nullable URI jwksUri;
    private boolean plainHttp;
    private @Nullable StaticKeys staticKeys;
    private @Nullable ProviderProfile profile;
    private Set<String> audiences = Set.of();
    private Set<String> trustedClients = Set.of();
    private String scopePrefix = "";
    private int maxRsaKeyBits;
    private @Nullable TokenVerifier verifier;
    private @Nullable Introspection introspection;
    private boolean alsoJwts;
    private boolean tokensWithoutIssuer;

    Config() {}

    Config(Config from) {
      acceptedIssuers = from.acceptedIssuers;
      template = from.template;
      jwksUri = from.jwksUri;
      plainHttp = from.plainHttp;
      staticKeys = from.staticKeys;
      profile = from.profile;
      audiences = from.audiences;
      trustedClients = from.trustedClients;
      scopePrefix = from.scopePrefix;
      maxRsaKeyBits = from.maxRsaKeyBits;
      verifier = from.verifier;
      introspection = from.introspection;
      alsoJwts = from.alsoJwts;
      tokensWithoutIssuer = from.tokensWithoutIssuer;
    }
  }

  private AuthorizationServer(String issuer, Config config) {
    this.issuer = issuer;
    this.config = config;
  }

  /**
   * An authorization server whose tokens carry the advertised issuer and whose keys its metadata
   * names, with the {@code generic} profile.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @throws IllegalArgumentException if it is no issuer identifier (RFC 8414 section 2: https, no
   *     query, no fragment)
   */
  public static AuthorizationServer of(String issuer) {
    URI unused = ConfiguredUrl.issuer(issuer);
    return new AuthorizationServer(issuer, new Config());
  }

  /** The server that vouches for its own keys, accounts and sessions, by the name they have. */
  static AuthorizationServer ofThisServer(String issuer) {
    return new AuthorizationServer(issuer, new Config());
  }

  /**
   * The same server, whose tokens look as those of a known provider do.
   *
   * @param name such as {@code keycloak}; see {@link ProviderProfile#names()}
   * @throws IllegalArgumentException if there is no such profile, or one was set before
   */
  public AuthorizationServer withProfile(String name) {
    return withProfile(ProviderProfile.named(name));
  }

  /**
   * The same server, whose tokens look as this profile says: for a provider that has none by name.
   *
   * @param profile such as {@link ProviderProfile#builder} makes it
   * @throws IllegalArgumentException if it has the name of a known provider and not its facts, or
   *     one was set before
   */
  public AuthorizationServer withProfile(ProviderProfile profile) {
    requireUnset(config.profile == null, "The profile");
    if (!ProviderProfiles.ALL.contains(profile)) {
      ProviderProfiles.requireOtherName(profile.name());
    }
    requireIdTokensTold(profile, !config.trustedClients.isEmpty());
    return with(to -> to.profile = profile);
  }

  /**
   * The same server, whose tokens for this resource carry one of these {@code aud} values instead
   * of the resource identifier: an API identifier, a project id. Compared exactly.
   *
   * @throws IllegalArgumentException if there is none, one is blank, or they were set before
   */
  public AuthorizationServer expectAudience(String... values) {
    requireUnset(config.audiences.isEmpty(), "The expected audience");
    return with(to -> to.audiences = named("The expected audience", values));
  }

  /**
   * Accepts tokens without a usable audience if they were issued to one of these very clients.
   * Think twice: such a token says who asked for it and not whom it is for, so every other server
   * that the client talks to can use it here. It is for providers that cannot do better (Cognito
   * without resource binding, Keycloak without an audience mapper), and for clients that talk to
   * this resource alone.
   *
   * <p>Only a token with no {@code aud}, or whose {@code aud} is solely the client id or a value
   * that the profile knows to name nobody; any other is refused as meant for somebody else.
   *
   * @throws IllegalArgumentException if there is none, one is blank, they were set before, or the
   *     profile's ID tokens would then pass ({@code dex}, {@code xsuaa})
   */
  public AuthorizationServer trustClientIdInsteadOfAudience(String... clientIds) {
    requireUnset(config.trustedClients.isEmpty(), "The trusted clients");
    requireIdTokensTold(profile(), true);
    return with(to -> to.trustedClients = named("The trusted client", clientIds));
  }

  /**
   * The same server, which takes this prefix off the scopes that clients ask for: Entra is asked
   * for {@code api://files/read} and writes {@code read}. The prefix is put back, so that policy,
   * challenge and metadata speak of the names that clients have to ask for.
   *
   * @throws IllegalArgumentException if it is blank, or was set before
   */
  public AuthorizationServer withScopePrefix(String prefix) {
    requireUnset(config.scopePrefix.isEmpty(), "The scope prefix");
    if (prefix.isBlank()) {
      throw new IllegalArgumentException(
          "The scope prefix of '" + issuer + "' is blank. Write it, such as 'api://files/'.");
    }
    return with(to -> to.scopePrefix = prefix);
  }

  /**
   * The same server, whose tokens carry one of these {@code iss} values instead of the advertised
   * issuer. Compared exactly.
   *
   * @throws IllegalArgumentException if there is none, one is blank, or they were set before
   */
  public AuthorizationServer expectIssuers(String... issuers) {
    requireUnset(config.acceptedIssuers.isEmpty(), "The accepted issuers");
    Set<String> accepted = new LinkedHashSet<>(List.of(issuers));
    if (accepted.stream().anyMatch(iss -> iss.contains(IssuerTemplate.TENANT))) {
      throw new IllegalArgumentException(
          "Accepted issuers of '"
              + issuer
              + "' are "
              + accepted
              + ", with a template. Write expectTenants(template, tenants), without code"
              + " MCP_AUTH_ISSUER_TENANTS: no token carries a template.");
    }
    if (accepted.isEmpty() || !accepted.stream().allMatch(AuthorizationServer::isIssuerOfTokens)) {
      throw new IllegalArgumentException(
          "Accepted issuers of '"
              + issuer
              + "' are "
              + accepted
              + ": none, or one that no token can carry. Write the exact iss values.");
    }
    return with(to -> to.acceptedIssuers = Set.copyOf(accepted));
  }

  /** What this server says of its own keys, accounts and sessions is said by nobody else. */
  private static boolean isIssuerOfTokens(String iss) {
    return ISS.matcher(iss).matches() && !iss.endsWith(LocalIssuer.MARK);
  }

  /**
   * The same server, whose tokens carry the {@code iss} of one of these tenants (Entra for several
   * organisations). The token's {@code tid} has to be the tenant of its {@code iss}, and where a
   * published key has an {@code issuer}, it has to be that {@code iss} once the tenant is filled
   * in. Every other tenant is refused as another issuer. The server's metadata may name the
   * template as its issuer, as that of {@code organizations} and {@code common} does.
   *
   * <p>There is no "any tenant": anybody can have one, with users and groups of the names they
   * like.
   *
   * @param template such as {@code https://login.microsoftonline.com/{tenantid}/v2.0}
   * @param tenants their ids, as tokens have them in {@code tid}
   * @throws IllegalArgumentException if the template has not exactly one {@code {tenantid}} between
   *     slashes, there is no tenant, one is no id, or accepted issuers were set before
   */
  public AuthorizationServer expectTenants(String template, String... tenants) {
    requireUnset(config.acceptedIssuers.isEmpty(), "The accepted issuers");
    IssuerTemplate filled = IssuerTemplate.of(template, List.of(tenants));
    return with(
        to -> {
          to.template = filled;
          to.acceptedIssuers = filled.issuers();
        });
  }

  /**
   * The same server, with its keys at this address instead of where its metadata says. For
   * providers inside a cluster; the host may be private. No token then depends on the metadata,
   * which is read once at start for what it means for clients, and need not be reachable.
   *
   * @throws IllegalArgumentException if it is not https (or http on loopback), or was set before
   */
  public AuthorizationServer withJwksUri(String uri) {
    requireKeysUnset();
    requireNoVerifierBesideKeys(config.verifier != null);
    return with(
        to ->
            to.jwksUri = ConfiguredUrl.endpoint("jwks_uri", uri, "https://login.example.com/jwks"));
  }

  /**
   * As {@link #withJwksUri}, over plain http and off loopback. Think twice: whoever is on the way
   * between here and there, or can answer for the name, hands out keys of his own and is everybody
   * from then on. It is for a provider inside a cluster whose network is protected otherwise and
   * that has no TLS there. It holds for this one address, for no token endpoint and for nothing
   * that a document names, and an address that is public is refused when it is connected to.
   *
   * @throws IllegalArgumentException if it is not http, or the keys were set otherwise before
   */
  public AuthorizationServer withJwksUriOverPlainHttpInsideTheCluster(String uri) {
    requireKeysUnset();
    requireNoVerifierBesideKeys(config.verifier != null);
    URI address = ConfiguredUrl.plainHttp("jwks_uri", uri);
    return with(
        to -> {
          to.jwksUri = address;
          to.plainHttp = true;
        });
  }

  /**
   * The same server, with these keys instead of some that are fetched; they do not change. No
   * request is made for them, and tokens do not depend on the metadata.
   *
   * @param jwkSet a JWK set (RFC 7517 section 5) of public keys
   * @throws IllegalArgumentException if it is none, has a private key or none that verifies
   *     signatures, or the keys were set otherwise before
   */
  public AuthorizationServer withJwks(String jwkSet) {
    requireKeysUnset();
    requireNoVerifierBesideKeys(config.verifier != null);
    StaticKeys keys = StaticKeys.ofText(jwkSet);
    return with(to -> to.staticKeys = keys);
  }

  /**
   * The same server, with the keys of a file instead of some that are fetched. It is read now,
   * again as soon as a token names a key that it does not have (once a second at most), and every 5
   * minutes at the latest. A file that is missing or broken then is an error in the log, and the
   * keys before stay for an hour and five minutes since they were read, as fetched ones do; a
   * readable set without a usable key leaves none valid.
   *
   * @param file a JWK set (RFC 7517 section 5) of public keys, 512 KiB at most
   * @throws IllegalArgumentException as {@link #withJwks} does, or if it cannot be read
   */
  public AuthorizationServer withJwksFile(Path file) {
    requireKeysUnset();
    requireNoVerifierBesideKeys(config.verifier != null);
    StaticKeys keys = StaticKeys.ofFile(file);
    return with(to -> to.staticKeys = keys);
  }

  private void requireKeysUnset() {
    requireUnset(
        config.jwksUri == null && config.staticKeys == null,
        "The source of the keys (an address, a key set or a file)");
  }

  /**
   * The same server, whose RSA keys may have up to so many bits; 4,096 without this. A larger key
   * is passed over, because each check of a forged token costs more with it. Allow it where the
   * provider has no other key.
   *
   * @param bits from 4,096 to 8,192
   * @throws IllegalArgumentException if it is another number, or was set before
   */
  public AuthorizationServer allowRsaKeysUpTo(int bits) {
    requireUnset(config.maxRsaKeyBits == 0, "The largest RSA key");
    if (bits < VerificationKey.DEFAULT_MAX_RSA_BITS || bits > VerificationKey.LARGEST_RSA_BITS) {
      throw new IllegalArgumentException(
          "RSA keys of '"
              + issuer
              + "' of up to "
              + bits
              + " bits are out of range. Write "
              + VerificationKey.DEFAULT_MAX_RSA_BITS
              + " to "
              + VerificationKey.LARGEST_RSA_BITS
              + ".");
    }
    return with(to -> to.maxRsaKeyBits = bits);
  }

  /**
   * The same server, whose tokens a verifier of the application's own verifies, such as opaque
   * ones: it sees the token and what it asks of the request. Issuer, audience, lifetime and kind of
   * what it returns are judged as those of every token, and it can vouch for this server alone.
   * Without one, and without {@link #introspectedBy}, tokens are JWTs, verified with the server's
   * published keys. {@link TokenVerifier} has an example.
   *
   * <p>It is given the tokens that name this server in their {@code iss}; those without an {@code
   * iss} that can be read if no other server has a verifier or is asked about its tokens alone, or
   * by {@link #takingTokensWithoutIssuer}; and where this is the only authorization server, every
   * token.
   *
   * @throws IllegalArgumentException if one was set before, or the address of keys was, which
   *     nothing would use
   */
  public AuthorizationServer verifiedBy(TokenVerifier own) {
    requireUnset(config.verifier == null, "The verifier");
    requireNoIntrospectionBesideVerifier(config.introspection != null);
    requireNoVerifierBesideKeys(config.jwksUri != null || config.staticKeys != null);
    return with(to -> to.verifier = own);
  }

  /**
   * The same server, which is asked about each of its tokens (RFC 7662), opaque ones and JWTs
   * alike: nothing is verified here but what it answers. An answer is kept for a while, which is
   * the bound for revocation ({@link Introspection#keptFor}).
   *
   * <p>It is shown the tokens that name it in their {@code iss}, and those without an {@code iss}
   * that can be read if no other server is asked alone or has a verifier, or by {@link
   * #takingTokensWithoutIssuer}. It is shown no JWT that names another issuer, says that it is
   * another kind of token or has an {@code exp} that is past, and nothing that is JOSE and cannot
   * be read, such as a token that is encrypted.
   *
   * <p>A JWT has words of its own by which it can only be refused: {@code cnf}, {@code jti}, {@code
   * sid} and {@code aud} where the answer leaves them out; and one with an {@code act} of which the
   * answer says nothing is refused.
   *
   * @throws IllegalArgumentException if how it is asked, or a verifier, was set before
   */
  public AuthorizationServer introspectedBy(Introspection how) {
    return introspected(how, false);
  }

  /**
   * The same server, whose tokens are JWTs, verified with its keys, and which is asked about each
   * good one as well (RFC 7662): so that what was revoked there ends here before its {@code exp},
   * within {@link Introspection#keptFor}. The answer can take away and not give: it has to be
   * {@code active}; scopes that it leaves out count as revoked; an issuer, audience, subject, end
   * or binding in it has to fit. While the server cannot be asked, its tokens get a 503.
   *
   * @throws IllegalArgumentException if how it is asked, or a verifier, was set before
   */
  public AuthorizationServer alsoIntrospectedBy(Introspection how) {
    return introspected(how, true);
  }

  private AuthorizationServer introspected(Introspection how, boolean alsoJwts) {
    requireUnset(config.introspection == null, "How to ask about tokens");
    requireNoIntrospectionBesideVerifier(config.verifier != null);
    return with(
        to -> {
          to.introspection = how;
          to.alsoJwts = alsoJwts;
        });
  }

  /**
   * The same server, which is shown tokens that name no issuer, such as opaque ones, where several
   * have a verifier or are asked about their tokens. Of these one alone may be, since whoever sees
   * a token could use it.
   *
   * @throws IllegalArgumentException if it was set before
   */
  public AuthorizationServer takingTokensWithoutIssuer() {
    requireUnset(!config.tokensWithoutIssuer, "That tokens without issuer are taken");
    return with(to -> to.tokensWithoutIssuer = true);
  }

  /** The issuer as advertised in the protected-resource metadata, verbatim. */
  public String issuer() {
    return issuer;
  }

  /** The {@code iss} values accepted in tokens. */
  public Set<String> acceptedIssuers() {
    return config.acceptedIssuers.isEmpty() ? Set.of(issuer) : config.acceptedIssuers;
  }

  /** How its tenants' {@code iss} is made, or null where it has no list of tenants. */
  @Nullable IssuerTemplate template() {
    return config.template;
  }

  /** The {@code issuer} of its metadata: its own, or the template of its tenants. */
  String metadataIssuer() {
    IssuerTemplate template = config.template;
    return template == null || template.issuers().contains(issuer) ? issuer : template.template();
  }

  /** Where the keys are, or null where the server's metadata says so. */
  public @Nullable URI jwksUri() {
    return config.jwksUri;
  }

  /** Whether plain http will do for that address, off loopback too. */
  boolean plainHttp() {
    return config.plainHttp;
  }

  /** Whether the metadata says where the keys are. */
  public boolean discoversKeys() {
    return config.jwksUri == null && config.staticKeys == null;
  }

  /** The keys that are not fetched, or null. */
  @Nullable StaticKeys staticKeys() {
    return config.staticKeys;
  }

  /** How the tokens look. */
  public ProviderProfile profile() {
    ProviderProfile profile = config.profile;
    return profile == null ? ProviderProfiles.GENERIC : profile;
  }

  /** What tells a token of another kind; what a verifier says has an {@code iss} in any case. */
  List<ProviderProfile.ForeignMark> foreignMarks() {
    List<ProviderProfile.ForeignMark> marks = profile().foreignMarks();
    return verifiesJwts()
        ? marks
        : marks.stream().filter(mark -> !mark.claim().equals("iss")).toList();
  }

  /** The {@code aud} values that stand for the resource, or none for the resource identifier. */
  public Set<String> audiences() {
    return config.audiences;
  }

  /** The clients whose tokens need no audience; none by default. */
  public Set<String> trustedClients() {
    return config.trustedClients;
  }

  /** What is put before the scopes of tokens; empty by default. */
  public String scopePrefix() {
    return config.scopePrefix;
  }

  /** The most bits that its RSA keys may have; 4,096 by default. */
  public int maxRsaKeyBits() {
    return config.maxRsaKeyBits == 0 ? VerificationKey.DEFAULT_MAX_RSA_BITS : config.maxRsaKeyBits;
  }

  /** What verifies its tokens in place of its keys, or null. */
  @Nullable TokenVerifier verifier() {
    return config.verifier;
  }

  /** Whether it runs in this process, so that nobody has to look how it is set up. */
  boolean isLocal() {
    return config.verifier instanceof LocalVerifier;
  }

  /** How it is asked about its tokens, or null where it is not. */
  @Nullable Introspection introspection() {
    return config.introspection;
  }

  /** Whether its tokens are JWTs that are verified with its keys. */
  boolean verifiesJwts() {
    return config.verifier == null && (config.introspection == null || config.alsoJwts);
  }

  /** Whether it is the one that sees tokens without issuer. */
  boolean takesTokensWithoutIssuer() {
    return config.tokensWithoutIssuer;
  }

  /**
   * Requires what it cannot do without, once all is set.
   *
   * @throws IllegalArgumentException if its profile is for tenants and there are none, no key of
   *     the operator's is one that {@link #allowRsaKeysUpTo} allows, it is to see tokens without
   *     issuer and verifies JWTs, or what is asked tells of a client that is not trusted
   */
  void requireComplete() {
    requireUseOfTokensWithoutIssuer();
    requireTrustInTheClient();
    StaticKeys keys = config.staticKeys;
    if (keys != null) {
      StaticKeys unused = keys.checked(maxRsaKeyBits());
    }
    if (config.template == null && profile().has(ProviderProfile.Trait.ISSUER_BY_TENANT)) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' has the profile '"
              + profile().name()
              + "' and no tenants. Write expectTenants(template, tenants), without code"
              + " MCP_AUTH_ISSUER_TENANTS, or the profile 'entra-v2' for one tenant.");
    }
  }

  private void requireUseOfTokensWithoutIssuer() {
    if (config.tokensWithoutIssuer && verifiesJwts()) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' is to take tokens without issuer, and verifies JWTs, which have one. Write"
              + " introspectedBy or verifiedBy, or leave takingTokensWithoutIssuer() out.");
    }
  }

  /** GitHub and Google say whose a token is, and nothing of whom it is for. */
  private void requireTrustInTheClient() {
    Introspection how = config.introspection;
    if (how == null || !how.inquiry().tellsTheClientAlone()) {
      return;
    }
    String asks = how.inquiry().clientId();
    boolean trusted =
        asks == null ? !config.trustedClients.isEmpty() : config.trustedClients.contains(asks);
    if (!trusted || !config.audiences.isEmpty()) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' says which client a token is for, and nothing of a resource. Register a client"
              + " for this server alone, and write trustClientIdInsteadOfAudience("
              + (asks == null ? "its id" : "\"" + asks + "\"")
              + "), without code MCP_AUTH_TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE, and no"
              + " expectAudience.");
    }
  }

  private void requireNoIntrospectionBesideVerifier(boolean both) {
    if (both) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' has a verifier of its own and is to be asked about its tokens. Write one of"
              + " them.");
    }
  }

  private AuthorizationServer with(Consumer<Config> change) {
    Config changed = new Config(config);
    change.accept(changed);
    return new AuthorizationServer(issuer, changed);
  }

  /** The audience of an ID token is its client, so there is nothing left to refuse it by. */
  private void requireIdTokensTold(ProviderProfile profile, boolean clientsTrusted) {
    boolean atHash = profile.has(ProviderProfile.Trait.AT_HASH_IN_ACCESS_TOKENS);
    if (clientsTrusted && (atHash || profile.has(ProviderProfile.Trait.NO_TRUSTED_CLIENTS))) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' has access tokens "
              + (atHash ? "with at_hash" : "that look as its ID tokens do")
              + " and a trusted client, so an ID token of that client would pass. Write"
              + " expectAudience instead, without code MCP_AUTH_AUDIENCE, with an aud of this"
              + " server alone.");
    }
  }

  private void requireNoVerifierBesideKeys(boolean both) {
    if (both) {
      throw new IllegalArgumentException(
          "'"
              + issuer
              + "' has a verifier of its own and a jwks_uri, which nothing would use. Write one of"
              + " them.");
    }
  }

  @Override
  public String toString() {
    return "AuthorizationServer[" + issuer + "]";
  }

  private void requireUnset(boolean unset, String what) {
    SetOnce.require(unset, what + " of '" + issuer + "'");
  }

  private Set<String> named(String what, String... values) {
    if (values.length == 0 || Arrays.stream(values).anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          what + " of '" + issuer + "' is missing or blank. Write the exact value.");
    }
    return Set.copyOf(Arrays.asList(values));
  }
}
