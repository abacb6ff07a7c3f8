package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.ProofTerms;

/** Proves that a bound token is used by whom it is bound to. Asked on each request. */
interface Possession {
  /** What it proves: {@link Confirmation#JKT} or {@link Confirmation#X5T}. */
  String confirms();

  /** Whether it may be asked of tokens that are bound to nothing: they are then refused. */
  boolean isRequired();

  /** What clients have to know to make a DPoP proof; {@link ProofTerms#NONE} where it is none. */
  default ProofTerms terms() {
    return ProofTerms.NONE;
  }

  /**
   * Requires the proof.
   *
   * @param thumbprint what the token is bound to
   * @param credential the token, and how it was sent
   * @throws io.mcpauth.error.AuthException if there is none, or it is none
   */
  void require(String thumbprint, Credential.OfToken credential, AccessRequest request);
}
