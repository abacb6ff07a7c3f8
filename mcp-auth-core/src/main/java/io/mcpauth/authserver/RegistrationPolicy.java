package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.ApplicationType;
import io.mcpauth.internal.net.QuotedWord;
import io.mcpauth.internal.net.SetOnce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server accepts of the metadata that a client registers or publishes, and
 * what it makes of it (RFC 7591 section 2: it replaces or leaves out what it has not got, and
 * answers with what counts).
 *
 * <p>Left out, never an error: members that this library does not know, unsupported grants,
 * response types and scopes, what people are shown and cannot be shown (a name with markup or of
 * more than 200 characters, a {@code logo_uri}, {@code client_uri}, {@code tos_uri} or {@code
 * policy_uri} that is not https, the eleventh of {@code contacts}, an odd language tag), and {@code
 * software_statement}, whose claims nobody here vouches for; it is not answered either, which says
 * that it was not used (RFC 7591 section 3.2.1). Refused: what contradicts itself, what could harm
 * a user and what a client cannot do without, such as its way to authenticate and its redirect
 * URIs.
 *
 * <p><b>Application type.</b> {@code web} means https on another host than loopback, {@code native}
 * any accepted redirect URI. OpenID Connect has {@code web} for the default where the member is
 * absent, which would refuse most MCP clients: they leave it out (the specification asks for it
 * only since 2026-07-28) and listen on loopback, and some register an https, a loopback and a
 * private-use URI at once. So an absent one is judged by the redirect URIs, {@code native} where
 * one of them is loopback or private-use, and written into the answer. So is one that is neither:
 * it says nothing.
 *
 * <p>Immutable. Does not check: who the client is. A name, a logo and a {@code client_uri} are
 * whatever a stranger wrote; texts are plain but have to be escaped in a page. A {@code jwks_uri}
 * may lead inside a network: whoever fetches it has to guard against that.
 */
public final class RegistrationPolicy {
  /** The most redirect URIs of a client. */
  public static final int MAX_REDIRECT_URIS = 10;

  /** The algorithms of client assertions where nothing else is said. */
  static final Set<String> SIGNING_ALGS =
      Builder.ordered(List.of("RS256", "PS256", "ES256", "EdDSA"));

  /** What a store has to hold, with room to spare. */
  private static final int MAX_ACCEPTED_BYTES = 32 * 1024;

  private final RedirectUriRules redirects;
  private final GrantRules grants;
  private final Set<String> scopes;
  private final boolean scopesAsRegistered;
  private final boolean loopbackForWeb;
  private final boolean dpop;

  private RegistrationPolicy(Builder builder, GrantRules grants) {
    this.redirects = builder.redirects == null ? RedirectUriRules.standard() : builder.redirects;
    this.grants = grants;
    this.scopes = builder.scopes == null ? Set.of() : builder.scopes;
    this.scopesAsRegistered = builder.scopesAsRegistered;
    this.loopbackForWeb = builder.loopbackForWeb;
    this.dpop = builder.dpop;
  }

  /** A policy with the defaults that its methods name, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  /** Which redirect URIs it accepts. */
  public RedirectUriRules redirectUriRules() {
    return redirects;
  }

  /**
   * What counts of what a client asked for, defaults written out.
   *
   * @throws AuthException REDIRECT_URI_NOT_ACCEPTED or CLIENT_METADATA_INVALID, with a description
   *     that names the member and the remedy and repeats nothing of the value
   */
  public ClientMetadata accept(ClientMetadata asked) {
    ClientMetadata.Builder accepted = ClientMetadata.builder();
    List<RedirectUri> uris = redirectUris(asked);
    if (!uris.isEmpty()) {
      accepted.redirectUris(uris.stream().map(RedirectUri::value).toList());
      accepted.applicationType(applicationType(asked, uris));
    }
    grants.apply(asked, accepted);
    DisplayRules.apply(asked, accepted);
    applyScopes(asked, accepted);
    Map<String, Object> jwks = asked.jwks();
    if (jwks != null) {
      accepted.jwks(jwks);
    }
    applyDpop(asked, accepted);
    ClientMetadata metadata = accepted.build();
    requireUse(metadata);
    return metadata;
  }

  /**
   * The same of a document, of which nobody asks the publisher to mend one entry: a redirect URI
   * that is not accepted beside others that are never matches, and refuses nobody.
   */
  ClientMetadata acceptPublished(ClientMetadata asked, Predicate<String> alsoRequired) {
    boolean remoteOnly = ApplicationType.WEB.equals(asked.applicationType());
    List<String> usable =
        asked.redirectUris().stream()
            .filter(redirects::accepts)
            .filter(uri -> !remoteOnly || isForWeb(redirects.accept(uri)))
            .filter(alsoRequired)
            .toList();
    if (usable.isEmpty()) {
      return accept(asked); // says what is wrong with the first
    }
    Map<String, Object> members = new LinkedHashMap<>(asked.members());
    members.put("redirect_uris", usable);
    return accept(ClientMetadata.of(members));
  }

  /**
   * Algorithms of client assertions, as they are configured.
   *
   * @throws IllegalArgumentException if there is none, or one is not asymmetric
   */
  static Set<String> signingAlgs(String... supported) {
    return Builder.known("signing algorithm", Builder.KNOWN_ALGS, supported);
  }

  private List<RedirectUri> redirectUris(ClientMetadata asked) {
    Set<String> texts = new LinkedHashSet<>(asked.redirectUris());
    if (texts.size() > MAX_REDIRECT_URIS) {
      throw MetadataRefusal.redirect(
          "redirect_uris has more than " + MAX_REDIRECT_URIS + " entries.");
    }
    List<RedirectUri> uris = new ArrayList<>();
    for (String text : texts) {
      uris.add(redirects.accept(text, "redirect_uris[" + uris.size() + "]"));
    }
    return uris;
  }

  private String applicationType(ClientMetadata asked, List<RedirectUri> uris) {
    List<String> texts = uris.stream().map(RedirectUri::value).toList();
    String type = asked.applicationType();
    if (ApplicationType.NATIVE.equals(type)) {
      return ApplicationType.NATIVE;
    }
    if (!ApplicationType.WEB.equals(type)) {
      return ApplicationType.judgedBy(texts);
    }
    if (!uris.stream().allMatch(this::isForWeb)) {
      throw MetadataRefusal.redirect(
          "redirect_uris of application_type web must be https and not on loopback; register as"
              + " native.");
    }
    return ApplicationType.WEB;
  }

  private boolean isForWeb(RedirectUri uri) {
    return ApplicationType.isRemote(uri.value()) || (loopbackForWeb && uri.isLoopback());
  }

  private void applyScopes(ClientMetadata asked, ClientMetadata.Builder accepted) {
    Set<String> kept = new LinkedHashSet<>(scopes);
    if (scopesAsRegistered && !asked.scopes().isEmpty()) {
      kept.retainAll(asked.scopes());
      if (kept.isEmpty()) {
        throw MetadataRefusal.metadata(
            "scope has none that is supported; leave it out to get the default.");
      }
    }
    if (!kept.isEmpty()) {
      accepted.scopes(kept);
    }
  }

  private void applyDpop(ClientMetadata asked, ClientMetadata.Builder accepted) {
    if (asked.dpopBoundAccessTokens()) {
      if (!dpop) {
        // To leave it out would give the client bearer tokens that it asked not to get.
        throw MetadataRefusal.metadata("dpop_bound_access_tokens is not supported; leave it out.");
      }
      accepted.dpopBoundAccessTokens(true);
    }
  }

  private static void requireUse(ClientMetadata metadata) {
    if (metadata.redirectUris().isEmpty()
        && metadata.grantTypes().contains(GrantRules.CODE_GRANT)) {
      throw MetadataRefusal.redirect(
          "redirect_uris is missing; authorization_code needs 1 to 10 of them.");
    }
    if (metadata.toJson().length > MAX_ACCEPTED_BYTES) {
      throw MetadataRefusal.metadata("The metadata is larger than 32 KiB; shorten it.");
    }
  }

  /**
   * Collects what is accepted. Each method that takes a value throws an {@link
   * IllegalArgumentException} if it was called before.
   */
  public static final class Builder {
    private static final Set<String> KNOWN_METHODS =
        Set.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

    private static final Set<String> KNOWN_ALGS =
        Set.of(
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA", "Ed25519");

    private static final Set<String> GRANT_TYPES =
        ordered(List.of("authorization_code", "refresh_token"));

    private static final Set<String> METHODS =
        ordered(List.of("none", "client_secret_basic", "client_secret_post"));

    private @Nullable RedirectUriRules redirects;
    private @Nullable Set<String> grantTypes;
    private @Nullable Set<String> methods;
    private @Nullable Set<String> algs;
    private @Nullable Set<String> scopes;
    private boolean scopesAsRegistered;
    private boolean loopbackForWeb;
    private boolean dpop;

    private Builder() {}

    /** Which redirect URIs; {@link RedirectUriRules#standard()} by default. */
    public Builder redirectUris(RedirectUriRules rules) {
      SetOnce.require(redirects == null, "The set of redirect URI rules");
      redirects = rules;
      return this;
    }

    /** Which grants; {@code authorization_code} and {@code refresh_token} by default. */
    public Builder grantTypes(String... supported) {
      SetOnce.require(grantTypes == null, "The list of grant types");
      Set<String> types = required("grant type", supported);
      if (types.stream().anyMatch(GrantRules.OUTDATED::contains)) {
        throw new IllegalArgumentException(
            "The grant types "
                + types
                + " contain implicit or password, which OAuth 2.1 has removed. Write"
                + " authorization_code.");
      }
      grantTypes = types;
      return this;
    }

    /**
     * Which ways to authenticate at the token endpoint; {@code none}, {@code client_secret_basic}
     * and {@code client_secret_post} by default, {@code private_key_jwt} on request.
     */
    public Builder authenticationMethods(String... supported) {
      SetOnce.require(methods == null, "The list of authentication methods");
      methods = known("authentication method", KNOWN_METHODS, supported);
      return this;
    }

    /** Which algorithms of client assertions; RS256, PS256, ES256 and EdDSA by default. */
    public Builder signingAlgs(String... supported) {
      SetOnce.require(algs == null, "The list of signing algorithms");
      algs = RegistrationPolicy.signingAlgs(supported);
      return this;
    }

    /**
     * The scopes on offer, none by default. A client may use all of them, whatever it registered
     * with: clients register with the scopes of their first challenge and could never step up. What
     * it gets is up to the user's consent.
     */
    public Builder scopes(Collection<String> supported) {
      SetOnce.require(scopes == null, "The list of scopes");
      for (String scope : supported) {
        if (!QuotedWord.is(scope)) {
          throw new IllegalArgumentException(
              "'"
                  + AuthException.fitForLog(scope)
                  + "' is no scope. Write each scope as a value of"
                  + " its own, without blanks.");
        }
      }
      scopes = ordered(supported);
      return this;
    }

    /**
     * Holds a client to the scopes that it registered with. Think twice: most MCP clients register
     * once, with few scopes, and then cannot step up.
     */
    public Builder limitClientsToRegisteredScopes() {
      SetOnce.require(!scopesAsRegistered, "limitClientsToRegisteredScopes");
      scopesAsRegistered = true;
      return this;
    }

    /**
     * Accepts loopback redirect URIs with {@code application_type} {@code web}, against OpenID
     * Connect Registration section 2. For clients that cannot be taught to say {@code native}.
     */
    public Builder allowLoopbackRedirectsOfWebApplications() {
      SetOnce.require(!loopbackForWeb, "allowLoopbackRedirectsOfWebApplications");
      loopbackForWeb = true;
      return this;
    }

    /** Accepts {@code dpop_bound_access_tokens}; for a server that then issues no other tokens. */
    public Builder acceptDpopBoundAccessTokens() {
      SetOnce.require(!dpop, "acceptDpopBoundAccessTokens");
      dpop = true;
      return this;
    }

    /**
     * The policy.
     *
     * @throws IllegalArgumentException if the grants and the authentication methods exclude each
     *     other
     */
    public RegistrationPolicy build() {
      Set<String> grants = grantTypes == null ? GRANT_TYPES : grantTypes;
      Set<String> ways = methods == null ? METHODS : methods;
      if (grants.contains(GrantRules.REFRESH) && !grants.contains(GrantRules.CODE_GRANT)) {
        throw new IllegalArgumentException(
            "The grant types "
                + grants
                + " have refresh_token without authorization_code. Write both.");
      }
      if (grants.equals(Set.of(GrantRules.CLIENT_CREDENTIALS)) && ways.equals(Set.of("none"))) {
        throw new IllegalArgumentException(
            "client_credentials with the authentication method none lets everybody in. Write"
                + " client_secret_basic or private_key_jwt.");
      }
      return new RegistrationPolicy(
          this, new GrantRules(grants, ways, algs == null ? SIGNING_ALGS : algs));
    }

    private static Set<String> known(String what, Set<String> known, String... values) {
      Set<String> all = required(what, values);
      for (String value : all) {
        if (!known.contains(value)) {
          throw new IllegalArgumentException(
              "'"
                  + AuthException.fitForLog(value)
                  + "' is no "
                  + what
                  + " that can be supported."
                  + " Write one of "
                  + new TreeSet<>(known)
                  + ".");
        }
      }
      return all;
    }

    private static Set<String> required(String what, String... values) {
      if (values.length == 0) {
        throw new IllegalArgumentException("There is no " + what + ". Write at least one.");
      }
      return ordered(List.of(values));
    }

    private static Set<String> ordered(Collection<String> values) {
      return Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }
  }
}
