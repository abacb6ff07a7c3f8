package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the authorization server that issued a token. A token picks it among the configured ones,
 * by the exact {@code iss}; one without an {@code iss} that can be read goes to the server that the
 * configuration says, which is the only one that has a verifier of its own or is asked about its
 * tokens, unless another is named: what names its issuer is shown to that one alone. With a single
 * server that has a verifier there is nothing to find.
 */
final class Issuers {
  private final List<Issuer> all;
  private final Map<String, Issuer> byIssuer = new HashMap<>();
  private final @Nullable Issuer ofTheUnreadable;
  private final boolean anyAsked;

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

    /** Whether its tokens need not be JWTs, because it is asked about them. */
    boolean isAskedAlone() {
      return server.introspection() != null && !server.verifiesJwts();
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
   * @throws IllegalArgumentException if an {@code iss} is accepted for two of them, a profile for
   *     tenants has none, the keys of the operator have none that the server takes, or nothing says
   *     who is asked about tokens without an {@code iss}
   */
  Issuers(List<Issuer> issuers) {
    all = List.copyOf(issuers);
    for (Issuer issuer : all) {
      issuer.server().requireComplete();
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
    anyAsked =
        all.stream().anyMatch(one -> one.hasOwnVerifier() || one.server().introspection() != null);
    ofTheUnreadable = ofTheUnreadable(all);
  }

  /**
   * One of them alone: what is from another is from nobody then.
   *
   * @throws IllegalArgumentException if there is no such server
   */
  Issuers only(String issuer) {
    List<Issuer> one = all.stream().filter(each -> each.server().issuer().equals(issuer)).toList();
    if (one.isEmpty()) {
      throw new IllegalArgumentException(
          "Authorization server '"
              + issuer
              + "' is none of the resource server's. Configure it there too.");
    }
    return new Issuers(one);
  }

  /** By what is configured: a token that names nobody has no say in who sees it. */
  private static @Nullable Issuer ofTheUnreadable(List<Issuer> all) {
    List<Issuer> able =
        all.stream().filter(one -> one.hasOwnVerifier() || one.isAskedAlone()).toList();
    List<Issuer> named =
        able.stream().filter(one -> one.server().takesTokensWithoutIssuer()).toList();
    if (named.size() > 1 || (named.isEmpty() && able.size() > 1 && anyAskedAlone(able))) {
      throw new IllegalArgumentException(
          "Of "
              + able.stream().map(one -> "'" + one.server().issuer() + "'").toList()
              + (named.size() > 1 ? " several are" : " none is")
              + " shown tokens without an issuer that can be read, and each may have issued them."
              + " Write takingTokensWithoutIssuer() for one of them only.");
    }
    return named.size() == 1 ? named.get(0) : able.size() == 1 ? able.get(0) : null;
  }

  private static boolean anyAskedAlone(List<Issuer> issuers) {
    return issuers.stream().anyMatch(Issuer::isAskedAlone);
  }

  /** Whether the tokens of any server go to a verifier, or are asked about. */
  boolean anyAsked() {
    return anyAsked;
  }

  /** How many have a verifier of their own, where nobody sees tokens without an issuer. */
  int ownVerifiers() {
    return ofTheUnreadable != null ? 0 : (int) all.stream().filter(Issuer::hasOwnVerifier).count();
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
      return new Claimed(ofTheUnreadable, ofTheUnreadable.isAskedAlone() ? jwt : null);
    }
    if (issuer == null) {
      if (jwt != null) {
        JwtVerification.requireHeader(jwt);
      }
      throw ClaimsCheck.wrongIssuer(iss, byIssuer.keySet());
    }
    return new Claimed(issuer, jwt);
  }

  /** The token as a JWT, or null where it may be something else. */
  private @Nullable Jwt readable(PresentedToken token) {
    try {
      return Jwt.parse(token.value());
    } catch (AuthException e) {
      Issuer other = ofTheUnreadable;
      if (other != null && !(other.isAskedAlone() && isJose(token.value()))) {
        return null;
      }
      throw withRemedies(e);
    }
  }

  /**
   * Whether a token is signed or encrypted JOSE, in a form that is not read here: it may name
   * another issuer, and whoever is asked about it might read it all the same. It begins with a
   * brace and a quote or whitespace, in base64url.
   */
  private static boolean isJose(String token) {
    long dots = token.chars().filter(c -> c == '.').count();
    return (token.startsWith("ey") || token.startsWith("ew")) && (dots == 2 || dots == 4);
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
