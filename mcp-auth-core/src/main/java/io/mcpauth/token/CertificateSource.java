package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Where the certificate that a client showed in TLS is found. */
interface CertificateSource {
  /**
   * The thumbprint of the certificate (RFC 8705 section 3.1).
   *
   * @throws AuthException PROOF_OF_POSSESSION_MISSING if there is none that counts
   */
  String thumbprint(AccessRequest request);

  /** The headers that it may stand in, in lower case. */
  Set<String> headers();

  /** That of a certificate in DER. */
  static String thumbprint(byte[] der) {
    return written(Opaque.sha256(der));
  }

  /** A SHA-256 as tokens have it: base64url without padding. */
  static String written(byte[] sha256) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256);
  }

  /** Says that there is none, and to the operator why. */
  static AuthException none(String problem) {
    return new AuthException(
        ReasonCode.PROOF_OF_POSSESSION_MISSING,
        Map.of("proof", "client certificate", "problem", problem));
  }
}
