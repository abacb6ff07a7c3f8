package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes claims of what a server says of a token (RFC 7662 section 2.2), for the check that every
 * token passes. What is missing is added only where it is certain.
 */
final class AnswerClaims {
  /** RFC 6749 section 7.1, RFC 9449 section 5; anything else is no access token. */
  private static final Set<String> TYPES = Set.of("bearer", "dpop");

  private AnswerClaims() {}

  /**
   * The claims.
   *
   * @throws AuthException NOT_AN_ACCESS_TOKEN
   */
  static TokenClaims of(
      AuthorizationServer server,
      Introspection how,
      Map<String, @Nullable Object> answer,
      Instant now) {
    requireAccessToken(answer);
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(answer);
    if (answer.get("iss") == null) {
      claims.put("iss", onlyIssuer(server));
    }
    if (answer.get("exp") == null && how.withoutEnd()) {
      claims.put("exp", now.plus(how.keptFor()).getEpochSecond() + 1);
    }
    ProviderProfile profile = server.profile();
    addClient(claims, profile);
    addScopes(claims, profile);
    return TokenClaims.ofFrozen(Collections.unmodifiableMap(claims));
  }

  private static void requireAccessToken(Map<String, @Nullable Object> answer) {
    Object type = answer.get("token_type");
    if (type == null) {
      return; // optional in RFC 7662
    }
    if (!(type instanceof String name) || !TYPES.contains(name.toLowerCase(Locale.ROOT))) {
      throw new AuthException(
          ReasonCode.NOT_AN_ACCESS_TOKEN, Map.of("token_type", ClaimValues.shown(type)));
    }
  }

  /**
   * Requires that it is known to which key a token of the type DPoP is bound: the answer may leave
   * to the token what that says itself.
   *
   * @param confirmation what both say
   * @throws AuthException PROOF_OF_POSSESSION_MISSING
   */
  static void requireBinding(TokenClaims answer, Confirmation confirmation) {
    if (answer.get("token_type") instanceof String type
        && type.equalsIgnoreCase("DPoP")
        && confirmation.jkt() == null) {
      throw Confirmation.missing();
    }
  }

  /** It speaks for itself, but for which of several issuers or tenants nobody knows: null. */
  private static @Nullable String onlyIssuer(AuthorizationServer server) {
    Set<String> accepted = server.acceptedIssuers();
    if (accepted.contains(server.issuer()) && server.template() == null) {
      return server.issuer();
    }
    return accepted.size() == 1 ? accepted.iterator().next() : null;
  }

  /** A profile may know a token by other names than RFC 7662 gives to what is said of it. */
  private static void addClient(Map<String, @Nullable Object> claims, ProviderProfile profile) {
    Object client = claims.get("client_id");
    boolean named = profile.clientClaims().stream().anyMatch(name -> claims.get(name) != null);
    if (client != null && !named) {
      claims.put(profile.clientClaims().get(0), client);
    }
  }

  private static void addScopes(Map<String, @Nullable Object> claims, ProviderProfile profile) {
    boolean named = profile.scopeClaims().stream().anyMatch(name -> claims.get(name) != null);
    boolean standard = profile.scopeClaims().contains("scope");
    if (claims.get("scope") instanceof String scope) {
      boolean asArray = profile.scopeForm() == ProviderProfile.ScopeForm.ARRAY;
      if (!named) {
        String name = profile.scopeClaims().get(0);
        claims.put(name, asArray ? words(scope) : scope);
      } else if (standard && asArray) {
        claims.put("scope", words(scope));
      }
    }
  }

  private static List<String> words(String scope) {
    List<String> words = new ArrayList<>(List.of(scope.split(" ", -1)));
    words.removeIf(String::isEmpty);
    return words;
  }
}
