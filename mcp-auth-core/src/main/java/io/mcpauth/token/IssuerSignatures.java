package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.SignerSearch;
import io.mcpauth.internal.jose.VerificationKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proves what issuers sign beside access tokens, such as logout tokens: with the keys of their
 * access tokens, within the same bounds on fetches and checks. Part of the machinery behind {@code
 * ResourceServer}; applications do not need it.
 *
 * <p>Does not check: type and claims, which whoever asks has judged before.
 */
public final class IssuerSignatures {
  private final Map<String, Issuer> byName = new HashMap<>();
  private final Map<String, AuthorizationServer> byConfiguration = new HashMap<>();
  private final SignatureChecks checks;
  private final Forgeries forgeries;

  /**
   * Whose signatures.
   *
   * @param server how it is configured
   * @param keys its keys
   */
  record Issuer(AuthorizationServer server, IssuerKeys keys) {}

  IssuerSignatures(List<Issuer> issuers, SignatureChecks checks, Forgeries forgeries) {
    this.checks = checks;
    this.forgeries = forgeries;
    for (Issuer issuer : issuers) {
      byConfiguration.put(issuer.server().issuer(), issuer.server());
      issuer.server().acceptedIssuers().forEach(name -> byName.put(name, issuer));
      if (issuer.server().template() == null) { // a template's own name is nobody's
        byName.putIfAbsent(issuer.server().issuer(), issuer);
      }
    }
  }

  /** Whether it is the name of one of them: as tokens have it, or as it is advertised. */
  public boolean isIssuer(String name) {
    return byName.containsKey(name);
  }

  /**
   * The {@code iss} values of the access tokens that an issuer may speak of: all that are accepted
   * of it, since a user of one spelling is that of the others; but of a tenant its own alone.
   *
   * @return none where it is no issuer
   */
  public Set<String> tokenIssuers(String name) {
    Issuer issuer = byName.get(name);
    if (issuer == null) {
      return Set.of();
    }
    return issuer.server().template() == null ? issuer.server().acceptedIssuers() : Set.of(name);
  }

  /**
   * The {@code iss} values that are meant where somebody else speaks of the users of an issuer. Of
   * several tenants it is the one that is named: who has a name in one is another in the next.
   *
   * @param server the issuer, as it is configured
   * @param named the issuer that a subject names, or null
   * @return none where it is no issuer, or another one is named
   */
  public Set<String> tokenIssuersOf(String server, @Nullable String named) {
    AuthorizationServer known = byConfiguration.get(server);
    if (known == null) {
      return Set.of();
    }
    Set<String> accepted = known.acceptedIssuers();
    boolean whole = known.template() == null || accepted.size() == 1;
    if (named != null && accepted.contains(named)) {
      return whole ? accepted : Set.of(named);
    }
    return whole && (named == null || named.equals(server)) ? accepted : Set.of();
  }

  /**
   * Requires that a JWT is signed by the issuer that it names.
   *
   * @param compact the JWT as it came
   * @param name its {@code iss}
   * @throws AuthException WRONG_ISSUER, ALGORITHM_NOT_ALLOWED, TOKEN_HEADER_NOT_ACCEPTED,
   *     KEY_NOT_FOUND or SIGNATURE_INVALID; KEYS_UNAVAILABLE, DISCOVERY_FAILED, KEY_NOT_KNOWN_YET
   *     or OVER_LIMIT where that cannot be told now
   */
  public void requireSigned(String compact, String name) {
    Issuer issuer = byName.get(name);
    if (issuer == null) {
      throw new AuthException(ReasonCode.WRONG_ISSUER, Map.of("found", name));
    }
    KeptVerdicts.TokenHash hash = KeptVerdicts.TokenHash.of(compact, 0);
    Refusal forged = forgeries.of(hash);
    if (forged != null) {
      throw new AuthException(forged.reason(), forged.facts());
    }
    Jwt jwt = Jwt.parse(compact);
    String algorithm = JwtHeaderCheck.algorithm(jwt.header());
    String kid = JwtHeaderCheck.keyId(jwt.header());
    SignerSearch search = checks.search(jwt, algorithm, kid, JwtVerification.MOST_CHECKS);
    IssuerTemplate template = issuer.server().template();
    if (template != null) {
      search = search.only(key -> template.maySign(key.issuer(), name));
    }
    long answer = issuer.keys().answer(); // before the check, which may be by a newer one
    try {
      VerificationKey unused = issuer.keys().signer(search);
    } catch (AuthException e) {
      if (e.reason() == ReasonCode.SIGNATURE_INVALID) {
        forgeries.add(hash, issuer.keys(), answer, e);
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return "IssuerSignatures" + byName.keySet();
  }
}
