package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.internal.jose.VerificationKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWT access tokens with the keys of the issuer that they name. A token picks its issuer
 * among the configured ones, by the exact {@code iss}, before any key is touched; nothing it says
 * makes a request to another. What can be judged without a key is judged first.
 */
final class JwtVerifier {
  private final Map<String, Issuer> issuers;
  private final Consumer<TokenClaims> worthVerifying;

  /**
   * An issuer.
   *
   * @param server how it is configured
   * @param keys its keys
   */
  record Issuer(AuthorizationServer server, IssuerKeys keys) {}

  /**
   * What is known of an authentic token.
   *
   * @param claims what it says
   * @param keys the keys of its issuer
   * @param key the one that signed it
   * @param kid the key's id as its issuer publishes it, or null: a token need not name it
   */
  record Verified(TokenClaims claims, IssuerKeys keys, VerificationKey key, @Nullable String kid) {}

  /**
   * A verifier for some issuers.
   *
   * @param issuers by every accepted {@code iss} value
   * @param worthVerifying judges the claims before the signature is checked; throws to refuse
   */
  JwtVerifier(Map<String, Issuer> issuers, Consumer<TokenClaims> worthVerifying) {
    this.issuers = Map.copyOf(issuers);
    this.worthVerifying = worthVerifying;
  }

  Verified verify(PresentedToken token) {
    Jwt jwt = parse(token);
    JwtHeaderCheck.requireNoOtherKind(jwt.header()); // first: a DPoP proof has a jwk and no iss
    String algorithm = JwtHeaderCheck.algorithm(jwt.header());
    String kid = JwtHeaderCheck.keyId(jwt.header());
    Issuer issuer = issuerOf(jwt);
    JwtHeaderCheck.requireType(jwt.header(), issuer.server().profile().types());
    TokenClaims claims = TokenClaims.of(jwt.claims());
    worthVerifying.accept(claims);
    List<VerificationKey> candidates = issuer.keys().find(algorithm, kid);
    VerificationKey key = VerificationKey.signer(candidates, algorithm, kid, jwt);
    if (key == null) {
      // A provider may have put a new key under an old id (Casdoor names keys by certificate).
      List<VerificationKey> renewed = issuer.keys().findRenewed(algorithm, kid, candidates);
      key = VerificationKey.signer(renewed, algorithm, kid, jwt);
    }
    if (key == null) {
      throw new AuthException(ReasonCode.SIGNATURE_INVALID, VerificationKey.facts(algorithm, kid));
    }
    return new Verified(claims, issuer.keys(), key, key.kid());
  }

  private Jwt parse(PresentedToken token) {
    try {
      return Jwt.parse(token.value());
    } catch (AuthException e) {
      if (e.reason() != ReasonCode.TOKEN_OPAQUE && e.reason() != ReasonCode.TOKEN_ENCRYPTED) {
        throw e;
      }
      // Such a token names no issuer, so the remedies of all that may have sent it are given.
      Map<String, String> remedies = new LinkedHashMap<>();
      issuers.values().stream()
          .map(issuer -> issuer.server().profile())
          .filter(profile -> profile.tokens() != ProviderProfile.Tokens.JWT)
          .forEach(profile -> remedies.put(profile.name(), profile.remedy()));
      throw new AuthException(e.reason(), remedies);
    }
  }

  private Issuer issuerOf(Jwt jwt) {
    Object iss = jwt.claims().get("iss");
    Issuer issuer = iss instanceof String name ? issuers.get(name) : null;
    if (issuer == null) {
      throw ClaimsCheck.wrongIssuer(iss, new TreeSet<>(issuers.keySet()));
    }
    return issuer;
  }
}
