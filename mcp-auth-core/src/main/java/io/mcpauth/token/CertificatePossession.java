package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Proves that a client has the certificate that its token is bound to (RFC 8705 section 3).
 *
 * @param source where the certificate is found
 * @param isRequired whether tokens that are bound to none are refused
 */
record CertificatePossession(CertificateSource source, boolean isRequired) implements Possession {
  @Override
  public String confirms() {
    return Confirmation.X5T;
  }

  @Override
  public void require(String thumbprint, Credential.OfToken credential, AccessRequest request) {
    String shown = source.thumbprint(request);
    boolean same =
        MessageDigest.isEqual(
            thumbprint.getBytes(StandardCharsets.US_ASCII),
            shown.getBytes(StandardCharsets.US_ASCII));
    if (!same) {
      throw new AuthException(ReasonCode.CERTIFICATE_MISMATCH);
    }
  }
}
