package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Fills a {@link RegistrationPolicy}. Each method replaces what was there before. */
public final class RegistrationPolicyBuilder {
  private static final Set<String> KNOWN_METHODS =
      Set.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  private static final Set<String> KNOWN_ALGS =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "Ed25519");

  /** RFC 6749 section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

  RedirectUriRules redirects = RedirectUriRules.standard();
  boolean scopesAsRegistered;
  boolean loopbackForWeb;
  boolean dpop;
  private Set<String> grantTypes = ordered(List.of("authorization_code", "refresh_token"));
  private Set<String> methods =
      ordered(List.of("none", "client_secret_basic", "client_secret_post"));
  private Set<String> algs = ordered(List.of("RS256", "PS256", "ES256", "EdDSA"));
  private Set<String> scopes = Set.of();

  RegistrationPolicyBuilder() {}

  /** Which redirect URIs; {@link RedirectUriRules#standard()} by default. */
  public RegistrationPolicyBuilder redirectUris(RedirectUriRules rules) {
    redirects = rules;
    return this;
  }

  /** Which grants; {@code authorization_code} and {@code refresh_token} by default. */
  public RegistrationPolicyBuilder grantTypes(String... supported) {
    grantTypes = required("grant type", supported);
    if (grantTypes.stream().anyMatch(GrantRules.OUTDATED::contains)) {
      throw new IllegalArgumentException(
          "The grant types "
              + grantTypes
              + " contain implicit or password, which OAuth 2.1 has removed. Write"
              + " authorization_code.");
    }
    return this;
  }

  /**
   * Which ways to authenticate at the token endpoint; {@code none}, {@code client_secret_basic} and
   * {@code client_secret_post} by default, {@code private_key_jwt} on request.
   */
  public RegistrationPolicyBuilder authenticationMethods(String... supported) {
    methods = known("authentication method", KNOWN_METHODS, supported);
    return this;
  }

  /** Which algorithms of client assertions; RS256, PS256, ES256 and EdDSA by default. */
  public RegistrationPolicyBuilder signingAlgs(String... supported) {
    algs = known("signing algorithm", KNOWN_ALGS, supported);
    return this;
  }

  /**
   * The scopes on offer, none by default. A client may use all of them, whatever it registered
   * with: clients register with the scopes of their first challenge and could never step up. What
   * it gets is up to the user's consent.
   */
  public RegistrationPolicyBuilder scopes(Collection<String> supported) {
    for (String scope : supported) {
      if (!SCOPE.matcher(scope).matches()) {
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
  public RegistrationPolicyBuilder limitClientsToRegisteredScopes() {
    scopesAsRegistered = true;
    return this;
  }

  /**
   * Accepts loopback redirect URIs with {@code application_type} {@code web}, against OpenID
   * Connect Registration section 2. For clients that cannot be taught to say {@code native}.
   */
  public RegistrationPolicyBuilder allowLoopbackRedirectsOfWebApplications() {
    loopbackForWeb = true;
    return this;
  }

  /** Accepts {@code dpop_bound_access_tokens}; for a server that then issues no other tokens. */
  public RegistrationPolicyBuilder acceptDpopBoundAccessTokens() {
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
    if (grantTypes.contains(GrantRules.REFRESH) && !grantTypes.contains(GrantRules.CODE_GRANT)) {
      throw new IllegalArgumentException(
          "The grant types "
              + grantTypes
              + " have refresh_token without authorization_code. Write both.");
    }
    if (grantTypes.equals(Set.of(GrantRules.CLIENT_CREDENTIALS))
        && methods.equals(Set.of("none"))) {
      throw new IllegalArgumentException(
          "client_credentials with the authentication method none lets everybody in. Write"
              + " client_secret_basic or private_key_jwt.");
    }
    return new RegistrationPolicy(this, new GrantRules(grantTypes, methods, algs), scopes);
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
