package io.mcpauth.token;

import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.internal.net.SetOnce;
import java.net.URI;
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
    private @Nullable URI jwksUri;
    private @Nullable ProviderProfile profile;
    private Set<String> audiences = Set.of();
    private Set<String> trustedClients = Set.of();
    private String scopePrefix = "";
    private int maxRsaKeyBits;
    private @Nullable TokenVerifier verifier;

    Config() {}

    Config(Config from) {
      acceptedIssuers = from.acceptedIssuers;
      jwksUri = from.jwksUri;
      profile = from.profile;
      audiences = from.audiences;
      trustedClients = from.trustedClients;
      scopePrefix = from.scopePrefix;
      maxRsaKeyBits = from.maxRsaKeyBits;
      verifier = from.verifier;
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
   * @throws IllegalArgumentException if there is none, one is blank, or they were set before
   */
  public AuthorizationServer trustClientIdInsteadOfAudience(String... clientIds) {
    requireUnset(config.trustedClients.isEmpty(), "The trusted clients");
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
    if (accepted.isEmpty() || accepted.stream().anyMatch(iss -> !ISS.matcher(iss).matches())) {
      throw new IllegalArgumentException(
          "Accepted issuers of '"
              + issuer
              + "' are "
              + accepted
              + ": none, or one that no token can carry. Write the exact iss values.");
    }
    return with(to -> to.acceptedIssuers = Set.copyOf(accepted));
  }

  /**
   * The same server, with its keys at this address instead of where its metadata says. For
   * providers inside a cluster; the host may be private. No token then depends on the metadata,
   * which is read once at start for what it means for clients, and need not be reachable.
   *
   * @throws IllegalArgumentException if it is not https (or http on loopback), or was set before
   */
  public AuthorizationServer withJwksUri(String uri) {
    requireUnset(config.jwksUri == null, "The jwks_uri");
    requireNoVerifierBesideKeys(config.verifier != null);
    return with(
        to ->
            to.jwksUri = ConfiguredUrl.endpoint("jwks_uri", uri, "https://login.example.com/jwks"));
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
   * Without one, tokens are JWTs, verified with the server's published keys.
   *
   * <p>It is given the tokens that name this server in their {@code iss}; those without an {@code
   * iss} that can be read if no other server has a verifier; and where this is the only
   * authorization server, every token.
   *
   * @throws IllegalArgumentException if one was set before, or the address of keys was, which
   *     nothing would use
   */
  public AuthorizationServer verifiedBy(TokenVerifier own) {
    requireUnset(config.verifier == null, "The verifier");
    requireNoVerifierBesideKeys(config.jwksUri != null);
    return with(to -> to.verifier = own);
  }

  /** The issuer as advertised in the protected-resource metadata, verbatim. */
  public String issuer() {
    return issuer;
  }

  /** The {@code iss} values accepted in tokens. */
  public Set<String> acceptedIssuers() {
    return config.acceptedIssuers.isEmpty() ? Set.of(issuer) : config.acceptedIssuers;
  }

  /** Where the keys are, or null where the server's metadata says so. */
  public @Nullable URI jwksUri() {
    return config.jwksUri;
  }

  /** How the tokens look. */
  public ProviderProfile profile() {
    ProviderProfile profile = config.profile;
    return profile == null ? ProviderProfiles.GENERIC : profile;
  }

  /** What tells a token of another kind; what a verifier says has an {@code iss} in any case. */
  List<ProviderProfile.ForeignMark> foreignMarks() {
    List<ProviderProfile.ForeignMark> marks = profile().foreignMarks();
    return verifier() == null
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

  private AuthorizationServer with(Consumer<Config> change) {
    Config changed = new Config(config);
    change.accept(changed);
    return new AuthorizationServer(issuer, changed);
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
