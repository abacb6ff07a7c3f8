package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.internal.net.SourceAddress;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a proxy in front writes into a header, believed from its address alone.
 *
 * @param name of the header
 * @param proxies who is believed
 */
record ForwardedCertificate(String name, HeaderFormat format, List<SourceAddress.Network> proxies)
    implements CertificateSource {
  /** One of an RSA key of 8,192 bits, escaped, has less. */
  private static final int MAX_CHARS = 16 * 1024;

  /** What Envoy calls its header, and lets nobody call otherwise. */
  private static final String OF_ENVOY = "x-forwarded-client-cert";

  static ForwardedCertificate of(String name, HeaderFormat format, String... trustedProxies) {
    if (trustedProxies.length == 0) {
      throw new IllegalArgumentException(
          "Client certificates in the header '"
              + name
              + "' would be believed from nobody. Write the addresses of the proxies that set it,"
              + " such as '10.0.0.7' or '10.0.0.0/24'.");
    }
    if (format != HeaderFormat.ENVOY || !name.equalsIgnoreCase(OF_ENVOY)) {
      CredentialHeader.require(name, "Client-Cert");
    }
    return new ForwardedCertificate(
        name, format, Arrays.stream(trustedProxies).map(SourceAddress.Network::of).toList());
  }

  @Override
  public String thumbprint(AccessRequest request) {
    if (!isTrusted(SourceAddress.parse(request.remoteAddress()))) {
      throw CertificateSource.none("the request is from no trusted proxy");
    }
    List<String> lines = request.headers(name);
    if (lines.size() != 1) {
      throw CertificateSource.none(
          lines.isEmpty() ? "the header is missing" : "the header is there several times");
    }
    String line = lines.get(0).strip();
    byte[] sha256 = line.length() > MAX_CHARS ? null : CertificateHeader.sha256(format, line);
    if (sha256 == null) {
      throw CertificateSource.none("the header cannot be read as " + format.wire());
    }
    return CertificateSource.written(sha256);
  }

  private boolean isTrusted(@Nullable SourceAddress peer) {
    return peer != null && proxies.stream().anyMatch(proxy -> proxy.contains(peer));
  }

  @Override
  public Set<String> headers() {
    return Set.of(name.toLowerCase(Locale.ROOT));
  }
}
