package io.mcpauth.token;

import io.mcpauth.internal.jose.SelfSignedJwt;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DPoP proofs of requests for tokens (RFC 9449 section 5): checked as those of requests with tokens
 * are, but for the hash of a token, which there is none of yet. Part of the machinery behind {@code
 * OAuthServer}; applications do not need it.
 */
public final class TokenRequestProofs {
  /** The HTTP header that has the proof. */
  public static final String HEADER = ProofCheck.HEADER;

  private final RequestUrl url;
  private final ProofCheck check;

  private TokenRequestProofs(RequestUrl url, ProofCheck check) {
    this.url = url;
    this.check = check;
  }

  /**
   * Those of a token endpoint.
   *
   * @param endpoint its configured URL, which is what {@code htu} has to be
   * @param store remembers used proofs for all nodes, if it outlives this process; else memory does
   */
  public static TokenRequestProofs of(String endpoint, Store store, Clock clock) {
    return new TokenRequestProofs(
        new RequestUrl(URI.create(endpoint)),
        new ProofCheck(
            DpopProofs.ALGORITHMS, DpopProofs.LIFETIME, UsedProofs.in(store, clock), clock));
  }

  /** What proofs may be signed with, the best first. */
  public static List<String> algorithms() {
    return DpopProofs.ALGORITHMS;
  }

  /**
   * The proof of a POST, or null where there is none. Nothing is proven by it yet: this is what can
   * be told without a signature check.
   *
   * @param lines of the header
   * @throws io.mcpauth.error.AuthException DPOP_PROOF_INVALID, also where there are two
   */
  public @Nullable Shown read(List<String> lines) {
    if (lines.isEmpty()) {
      return null;
    }
    SelfSignedJwt proof = check.parse(lines);
    Map<String, @Nullable Object> claims = proof.claims();
    ProofCheck.requireRequest(claims, "POST", htu -> url.isOf(htu, null));
    return new Shown(check, proof, check.mark(claims));
  }

  /** A proof that was sent. */
  public static final class Shown {
    private final ProofCheck check;
    private final SelfSignedJwt proof;
    private final ProofCheck.Mark mark;

    private Shown(ProofCheck check, SelfSignedJwt proof, ProofCheck.Mark mark) {
      this.check = check;
      this.proof = proof;
      this.mark = mark;
    }

    /** The SHA-256 thumbprint of its key (RFC 7638), whoever sent it. */
    public String thumbprint() {
      return proof.thumbprint();
    }

    /**
     * Requires that its sender has the key. A proof is good for one request, so this is, too.
     *
     * @throws io.mcpauth.error.AuthException DPOP_PROOF_INVALID, DPOP_PROOF_REPLAYED; OVER_LIMIT or
     *     STORE_UNAVAILABLE where that cannot be told now
     */
    public void requireSigned() {
      check.requireSignedAndFirst(proof, mark);
    }

    @Override
    public String toString() {
      return "Shown[elided]";
    }
  }
}
