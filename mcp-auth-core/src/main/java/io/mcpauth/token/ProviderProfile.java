package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.SetOnce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How the access tokens of one identity provider look, where the standards leave it open. Those of
 * known providers have a name ({@link #named}); {@link #builder} makes one for another.
 *
 * <pre>{@code
 * ProviderProfile profile =
 *     ProviderProfile.named("okta")
 *         .toBuilder("okta-behind-a-gateway")
 *         .types("at+jwt", "jwt")
 *         .build();
 * AuthorizationServer server =
 *     AuthorizationServer.of("https://login.example.com").withProfile(profile);
 * }</pre>
 *
 * @param name the name in configuration, such as {@code keycloak}, and in the log
 * @param confirmed whether all of it rests on the provider's own documents or source; otherwise the
 *     start-up line says "unverified"
 * @param tokens what an access token is by default
 * @param types the accepted {@code typ} values in lower case without {@code application/}; the
 *     empty string accepts its absence
 * @param scopeClaims the claims with the scopes; what all of them have together counts
 * @param scopeForm the form of these claims
 * @param scopeSeparator what stands between the scopes of a string
 * @param clientClaims the claims with the client id; the first that is there counts
 * @param foreignMarks what tells a token of another kind
 * @param ownMarks what only an access token has, asked for where the accepted audience is not the
 *     resource itself, or is an id of the provider's own even where it spells the resource: one of
 *     these groups, all claims of it; none asks for nothing
 * @param otherAudiences {@code aud} values that name nobody: a token whose audience is solely these
 *     counts as one without audience
 * @param resourceAsAudience whether the provider can write the resource identifier into {@code aud}
 * @param traits what it does otherwise than others
 * @param discovery which metadata address is asked first
 * @param remedy what to do at the provider about the most common mistake
 */
public record ProviderProfile(
    String name,
    boolean confirmed,
    Tokens tokens,
    Set<String> types,
    List<String> scopeClaims,
    ScopeForm scopeForm,
    String scopeSeparator,
    List<String> clientClaims,
    List<ForeignMark> foreignMarks,
    List<List<String>> ownMarks,
    Set<String> otherAudiences,
    boolean resourceAsAudience,
    Set<Trait> traits,
    AuthorizationServerDiscovery.Form discovery,
    String remedy) {
  /** What an access token is by default. */
  public enum Tokens {
    /** A JWT. */
    JWT,
    /** A JWT only where the provider is configured so; opaque otherwise. */
    JWT_ON_REQUEST,
    /** Never a JWT: it has to be asked about (RFC 7662 or the provider's own endpoint). */
    OPAQUE
  }

  /** The form of the scope claim. */
  public enum ScopeForm {
    /** One string, separated by spaces (RFC 9068 section 2.2.3). */
    STRING,
    /** An array of strings. */
    ARRAY,
    /** Either. */
    EITHER
  }

  /** What some providers do, and most do not. */
  public enum Trait {
    /** Its access tokens have {@code at_hash}, which elsewhere tells an ID token. */
    AT_HASH_IN_ACCESS_TOKENS,
    /** A token of a client without a user has an empty {@code sub}, which is then none. */
    EMPTY_SUBJECT,
    /** Its {@code iss} has the tenant in it, so tenants have to be listed. */
    ISSUER_BY_TENANT,
    /** It signs with another algorithm of the family than its key's {@code alg} names. */
    KEY_ALGORITHM_BY_FAMILY,
    /** Its ID tokens look so much like its access tokens that no client can be trusted instead. */
    NO_TRUSTED_CLIENTS,
    /** It gives a client that registered itself no scope that it did not register with. */
    REGISTERED_SCOPES_ONLY
  }

  /** The kinds of token that must not pass for an access token. */
  public enum Kind {
    /** An ID token. */
    ID,
    /** A refresh token. */
    REFRESH,
    /** A logout token. */
    LOGOUT,
    /** Anything else, such as a session. */
    OTHER
  }

  /**
   * A claim that tells a token of another kind.
   *
   * @param claim the claim
   * @param value the value that tells it, of a claim that is a string; a trailing {@code *} stands
   *     for any rest, and {@code *} alone for the mere presence of the claim, whatever it is
   * @param kind what the token is then
   */
  public record ForeignMark(String claim, String value, Kind kind) {
    /**
     * Refuses a mark that no token has.
     *
     * @throws IllegalArgumentException if claim or value is blank
     */
    public ForeignMark {
      if (claim.isBlank() || value.isBlank()) {
        throw new IllegalArgumentException(
            "Foreign mark '"
                + AuthException.fitForLog(claim + "=" + value)
                + "' needs a claim and a value. Write '*' as the value where the presence of the"
                + " claim tells.");
      }
    }
  }

  /**
   * Copies the collections, and refuses facts that no token could have, or an ID token has too.
   *
   * @throws IllegalArgumentException if they do not fit; the message says what to write
   */
  public ProviderProfile {
    types = Set.copyOf(types);
    scopeClaims = List.copyOf(scopeClaims);
    clientClaims = List.copyOf(clientClaims);
    foreignMarks = List.copyOf(foreignMarks);
    ownMarks = ownMarks.stream().map(List::copyOf).toList();
    otherAudiences = Set.copyOf(otherAudiences);
    traits = Set.copyOf(traits);
    ProfileCheck check = new ProfileCheck(name);
    check.requireName();
    check.requireTypes(types, tokens);
    check.requireClaims("scope claim", scopeClaims);
    check.requireSeparator(scopeSeparator);
    check.requireClaims("client claim", clientClaims);
    check.requireOwnMarks(ownMarks);
    check.requireIdTokensTold(types, foreignMarks, ownMarks);
    check.requireRemedy(remedy);
  }

  /**
   * A profile by its name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static ProviderProfile named(String name) {
    for (ProviderProfile profile : ProviderProfiles.ALL) {
      if (profile.name().equals(name)) {
        return profile;
      }
    }
    throw new IllegalArgumentException(
        "Provider profile '" + name + "' does not exist. Write one of " + names() + ".");
  }

  /** The names of all profiles, {@code generic} first. */
  public static List<String> names() {
    return ProviderProfiles.ALL.stream().map(ProviderProfile::name).toList();
  }

  /** Whether its access tokens are told from ID tokens by their type, and by nothing else. */
  public boolean isToldByTypeAlone() {
    return ownMarks.isEmpty() && Set.of("at+jwt").containsAll(types);
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /**
   * A profile for a provider that is not in the table. What is not set is as RFC 9068 has it.
   *
   * @param name for the log: lower-case letters and digits, and hyphens between them
   * @throws IllegalArgumentException if a known provider has the name
   */
  public static Builder builder(String name) {
    ProviderProfiles.requireOtherName(name);
    return new Builder(name);
  }

  /**
   * A profile that starts with the facts of this one, for a provider that differs a little. It is
   * not confirmed unless that is said anew.
   *
   * @param other its name, as in {@link #builder}
   */
  public Builder toBuilder(String other) {
    Builder builder = builder(other);
    builder.tokens = tokens;
    builder.types = types;
    builder.scopeClaims = scopeClaims;
    builder.scopeForm = scopeForm;
    builder.scopeSeparator = scopeSeparator;
    builder.clientClaims = clientClaims;
    builder.foreignMarks = foreignMarks;
    builder.ownMarks = ownMarks;
    builder.otherAudiences = otherAudiences;
    builder.resourceAsAudience = resourceAsAudience;
    builder.traits.addAll(traits);
    builder.discovery = discovery;
    builder.remedy = remedy;
    return builder;
  }

  /** Collects what differs from RFC 9068. What is set twice is refused. */
  public static final class Builder {
    private final String name;
    private final Set<String> written = new HashSet<>();
    private boolean confirmed;
    private Tokens tokens = Tokens.JWT;
    private Set<String> types = Set.of("at+jwt");
    private List<String> scopeClaims = List.of("scope");
    private ScopeForm scopeForm = ScopeForm.STRING;
    private String scopeSeparator = " ";
    private List<String> clientClaims = List.of("client_id");
    private List<ForeignMark> foreignMarks = ProviderProfiles.OPENID;
    private List<List<String>> ownMarks = List.of(List.of("client_id", "jti"));
    private Set<String> otherAudiences = Set.of();
    private boolean resourceAsAudience = true;
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private AuthorizationServerDiscovery.Form discovery =
        AuthorizationServerDiscovery.Form.OAUTH_INSERTED;
    private String remedy =
        "Have the provider put the resource identifier into 'aud' when a client sends 'resource'"
            + " (RFC 8707), or set expectAudience to the value that it puts there.";

    Builder(String name) {
      this.name = name;
    }

    /**
     * Says that all of this rests on the provider's own documents or source; otherwise the log at
     * start calls the profile unverified.
     */
    public Builder confirmed() {
      requireUnset("The mark 'confirmed'");
      confirmed = true;
      return this;
    }

    /** What an access token is; a JWT by default. */
    public Builder tokens(Tokens form) {
      requireUnset("The form of tokens");
      tokens = form;
      return this;
    }

    /**
     * The accepted {@code typ} values, in lower case without {@code application/}; the empty string
     * accepts its absence. {@code at+jwt} alone by default (RFC 9068 section 2.1), which no other
     * token has. Types that name another kind of token, such as {@code dpop+jwt} and {@code
     * logout+jwt}, cannot be accepted.
     */
    public Builder types(String... accepted) {
      requireUnset("The list of types");
      types = Set.copyOf(Arrays.asList(accepted));
      return this;
    }

    /**
     * The claims with the scopes; what all of them have together counts, and an empty one hides
     * nothing. {@code scope} by default (RFC 9068 section 2.2.3).
     */
    public Builder scopeClaims(String... names) {
      requireUnset("The list of scope claims");
      scopeClaims = List.of(names);
      return this;
    }

    /** The form of these claims; one string by default. Scopes in another form are refused. */
    public Builder scopeForm(ScopeForm form) {
      requireUnset("The form of scopes");
      scopeForm = form;
      return this;
    }

    /**
     * What stands between the scopes of a string: one character, a space by default (RFC 6749
     * section 3.3). It cannot be part of a scope then.
     */
    public Builder scopeSeparator(String separator) {
      requireUnset("The separator of scopes");
      scopeSeparator = separator;
      return this;
    }

    /**
     * The claims with the client id, of which the first that is there counts; {@code client_id} by
     * default (RFC 9068 section 2.2).
     */
    public Builder clientClaims(String... names) {
      requireUnset("The list of client claims");
      clientClaims = List.of(names);
      return this;
    }

    /**
     * What tells a token of another kind, in place of the default: the presence of {@code at_hash},
     * {@code c_hash} or {@code nonce}, which ID tokens have (OpenID Connect Core).
     */
    public Builder foreignMarks(ForeignMark... marks) {
      requireUnset("The list of foreign marks");
      foreignMarks = List.of(marks);
      return this;
    }

    /**
     * Lifts the mark {@code at_hash} alone, for a provider that writes it into access tokens (Dex).
     * Think twice: the hash is there to tell an ID token (OpenID Connect Core section 3.1.3.6), so
     * one that has no other mark then passes where its audience does. It cannot go together with
     * {@link AuthorizationServer#trustClientIdInsteadOfAudience}, because the audience of an ID
     * token is the client.
     */
    public Builder allowAtHashInAccessTokens() {
      requireUnset("The mark 'allowAtHashInAccessTokens'");
      traits.add(Trait.AT_HASH_IN_ACCESS_TOKENS);
      return this;
    }

    /**
     * Takes a key's {@code alg} for its family (PKCS#1, PSS or ECDSA) instead of the one algorithm.
     * Think twice: a key is for one algorithm (RFC 8725 section 3.1). It is for a provider that
     * publishes the algorithm of a certificate and signs with another (Casdoor).
     */
    public Builder allowKeyAlgorithmByFamily() {
      requireUnset("The mark 'allowKeyAlgorithmByFamily'");
      traits.add(Trait.KEY_ALGORITHM_BY_FAMILY);
      return this;
    }

    /** Takes an empty {@code sub} for none, which elsewhere is malformed. */
    Builder allowEmptySubject() {
      requireUnset("The mark 'allowEmptySubject'");
      traits.add(Trait.EMPTY_SUBJECT);
      return this;
    }

    /** Requires {@link AuthorizationServer#expectTenants}: anybody can have a tenant. */
    Builder issuerByTenant() {
      requireUnset("The mark 'issuerByTenant'");
      traits.add(Trait.ISSUER_BY_TENANT);
      return this;
    }

    /**
     * Refuses {@link AuthorizationServer#trustClientIdInsteadOfAudience}: where an ID token differs
     * in a claim or two that an installation can leave out, the audience has to keep it out.
     */
    Builder noTrustedClients() {
      requireUnset("The mark 'noTrustedClients'");
      traits.add(Trait.NO_TRUSTED_CLIENTS);
      return this;
    }

    /**
     * Says that a client which registered itself gets no scope that it did not register with, so
     * that the start can tell to name all of them in the first challenge.
     */
    public Builder registeredScopesOnly() {
      requireUnset("The mark 'registeredScopesOnly'");
      traits.add(Trait.REGISTERED_SCOPES_ONLY);
      return this;
    }

    /**
     * What only an access token has: one of these groups, all claims of it, each a name or {@code
     * name=value}. It is asked for where another audience than the resource is accepted, which ID
     * tokens may share, and everywhere with {@link #ownAudienceOnly}. {@code client_id} with {@code
     * jti} by default (RFC 9068 section 2.2); without any group nothing is asked for.
     */
    @SafeVarargs
    public final Builder ownMarks(List<String>... groups) {
      requireUnset("The list of own marks");
      List<List<String>> own = new ArrayList<>();
      for (List<String> group : groups) {
        own.add(group);
      }
      ownMarks = own;
      return this;
    }

    /** The {@code aud} values that name nobody, such as {@code account}; none by default. */
    public Builder otherAudiences(String... values) {
      requireUnset("The list of other audiences");
      otherAudiences = Set.copyOf(Arrays.asList(values));
      return this;
    }

    /**
     * Says that {@code aud} is always an id of the provider's own and never the resource, so that
     * the start warns where no audience is expected. An id that was chosen to be the resource is
     * accepted, and is in ID tokens too: the own marks are asked for all the same.
     */
    public Builder ownAudienceOnly() {
      requireUnset("The mark 'ownAudienceOnly'");
      resourceAsAudience = false;
      return this;
    }

    /** Which metadata address is asked first; that of RFC 8414 by default. */
    public Builder discovery(AuthorizationServerDiscovery.Form first) {
      requireUnset("The form of discovery");
      discovery = first;
      return this;
    }

    /**
     * What to do at the provider where the audience is wrong, for the log: 200 characters at most.
     * By default it is to turn on RFC 8707 or to set the expected audience.
     */
    public Builder remedy(String advice) {
      requireUnset("The remedy");
      remedy = advice;
      return this;
    }

    /**
     * The profile.
     *
     * @throws IllegalArgumentException if a fact does not fit; the message says what to write
     */
    public ProviderProfile build() {
      return new ProviderProfile(
          name,
          confirmed,
          tokens,
          types,
          scopeClaims,
          scopeForm,
          scopeSeparator,
          clientClaims,
          traits.contains(Trait.AT_HASH_IN_ACCESS_TOKENS)
              ? foreignMarks.stream().filter(mark -> !mark.claim().equals("at_hash")).toList()
              : foreignMarks,
          ownMarks,
          otherAudiences,
          resourceAsAudience,
          traits,
          discovery,
          remedy);
    }

    private void requireUnset(String what) {
      SetOnce.require(written.add(what), what + " of profile '" + name + "'");
    }
  }
}
