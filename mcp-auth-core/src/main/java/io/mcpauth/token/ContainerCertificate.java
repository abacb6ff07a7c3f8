package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** The certificate of the connection, of which the server tells. */
record ContainerCertificate() implements CertificateSource {
  @Override
  public String thumbprint(AccessRequest request) {
    List<X509Certificate> chain = request.clientCertificates();
    if (chain.isEmpty()) {
      throw CertificateSource.none("the connection has none");
    }
    try {
      return CertificateSource.thumbprint(chain.get(0).getEncoded()); // the client's own is first
    } catch (CertificateEncodingException e) {
      throw CertificateSource.none("that of the connection cannot be encoded");
    }
  }

  @Override
  public Set<String> headers() {
    return Set.of();
  }
}
