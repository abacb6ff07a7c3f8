package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the authorization server that issued a token. A token picks it among the configured ones,
 * by the exact {@code iss}; one without an {@code iss} that can be read goes to the one server with
 * a verifier of its own, and to nobody where there are several: what names its issuer is shown to
 * that one alone. With a single server there is nothing to find.
 */
final class Issuers {
  private final List<Issuer> all;
  private final Map<String, Issuer> byIssuer = new HashMap<>();
  private final @Nullable Issuer ofTheUnreadable;
  private final boolean anyOwnVerifier;

  /**
   * An authorization server.
   *
   * @param server how it is configured
   * @param verification how its tokens are verified
   */
  record Issuer(AuthorizationServer server, TokenVerification verification) {
    boolean hasOwnVerifier() {
      return server.verifier() != null;
    }
  }

  /**
   * A server that a token claims to be from.
   *
   * @param issuer the server
   * @param jwt the token taken apart, or null where it is none that can be read
   */
  record Claimed(Issuer issuer, @Nullable Jwt jwt) {}

  /**
   * The issuers of some servers.
   *
   * @throws IllegalArgumentException if an {@code iss} is accepted for two of them
   */
  Issuers(List<Issuer> issuers) {
    all = List.copyOf(issuers);
    for (Issuer issuer : all) {
      for (String name : issuer.server().acceptedIssuers()) {
        if (byIssuer.put(name, issuer) != null) {
          throw new IllegalArgumentException(
              "Issuer '"
                  + name
                  + "' is accepted for two authorization servers, so a token could not be routed."
                  + " Write it for one of them only.");
        }
      }
    }
    List<Issuer> own = all.stream().filter(Issuer::hasOwnVerifier).toList();
    anyOwnVerifier = !own.isEmpty();
    ofTheUnreadable = own.size() == 1 ? own.get(0) : null;
  }

  /** Whether the tokens of any server go to a verifier of the application's. */
  boolean anyOwnVerifier() {
    return anyOwnVerifier;
  }

  /** How many servers have a verifier of their own. */
  int ownVerifiers() {
    return (int) all.stream().filter(Issuer::hasOwnVerifier).count();
  }

  /**
   * The server that a token is from, if it is good.
   *
   * @throws AuthException if it is from none, or would be one's whose tokens do not look so
   */
  Claimed find(PresentedToken token) {
    Issuer only = all.size() == 1 ? all.get(0) : null;
    if (only != null && only.hasOwnVerifier()) {
      return new Claimed(only, null);
    }
    Jwt jwt = readable(token);
    Object iss = jwt == null ? null : jwt.claims().get("iss");
    Issuer issuer = iss instanceof String name ? byIssuer.get(name) : null;
    if (iss == null && ofTheUnreadable != null) {
      return new Claimed(ofTheUnreadable, null);
    }
    if (issuer == null) {
      if (jwt != null) {
        JwtVerification.requireHeader(jwt);
      }
      throw ClaimsCheck.wrongIssuer(iss, new TreeSet<>(byIssuer.keySet()));
    }
    return new Claimed(issuer, jwt);
  }

  /** The token as a JWT, or null where it may be something else. */
  private @Nullable Jwt readable(PresentedToken token) {
    try {
      return Jwt.parse(token.value());
    } catch (AuthException e) {
      if (ofTheUnreadable != null) {
        return null;
      }
      throw withRemedies(e);
    }
  }

  /** Such a token names no issuer, so the remedies of all that may have sent it are given. */
  private AuthException withRemedies(AuthException e) {
    if (e.reason() != ReasonCode.TOKEN_OPAQUE && e.reason() != ReasonCode.TOKEN_ENCRYPTED) {
      return e;
    }
    Map<String, String> remedies = new LinkedHashMap<>();
    for (Issuer issuer : all) {
      ProviderProfile profile = issuer.server().profile();
      if (profile.tokens() != ProviderProfile.Tokens.JWT) {
        remedies.put(profile.name(), profile.remedy());
      }
    }
    return new AuthException(e.reason(), remedies);
  }
}
