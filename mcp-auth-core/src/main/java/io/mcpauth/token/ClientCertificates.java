package io.mcpauth.token;

import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.policy.Scheme;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Access tokens that are bound to the certificate of their client (RFC 8705 section 3): on each
 * request the client has to show that very certificate in TLS. Without this, such tokens are
 * refused.
 *
 * <pre>{@code
 * builder.accept(ClientCertificates.fromContainer().required());
 * }</pre>
 *
 * <p>Immutable. What is compared is the SHA-256 of the certificate, with {@code x5t#S256} of the
 * token's {@code cnf}.
 *
 * <p>Does not check: chain, names and end of a certificate, or whether it was withdrawn. Whoever
 * terminates TLS has had the client prove its key, and may ask for more; the authorization server
 * has named the one certificate that counts.
 */
public final class ClientCertificates extends CredentialScheme {
  private final CertificateSource source;
  private final boolean required;

  /** How a proxy writes the certificate of a client into a header. */
  public enum HeaderFormat {
    /** DER in base64 between colons (RFC 9440 section 2.1). */
    RFC_9440,
    /** PEM with percent-encoding: {@code $ssl_client_escaped_cert} of nginx. */
    ESCAPED_PEM,
    /**
     * The {@code x-forwarded-client-cert} of Envoy, of which the {@code Hash} of the only element
     * counts: a list of several says what others say.
     */
    ENVOY;

    /** The name in settings, such as {@code rfc-9440}. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private ClientCertificates(CertificateSource source, boolean required) {
    this.source = source;
    this.required = required;
  }

  /**
   * Certificates of connections that end at this server: what {@code
   * AccessRequest.clientCertificates()} says. The server has to ask clients for one; whether it
   * knows who issued it is the server's to say, and a certificate that nobody vouches for will do.
   *
   * <p>A container can be told to make one of a header (Tomcat's {@code SSLValve}): then anybody
   * who reaches it can write what he likes, unless it is told otherwise.
   */
  public static ClientCertificates fromContainer() {
    return new ClientCertificates(new ContainerCertificate(), false);
  }

  /**
   * Certificates of connections that end at a proxy in front, which writes them into a header.
   * Think twice: whoever can send this header from one of these addresses has every certificate
   * that he knows, and certificates are no secret. The proxy has to replace the header of the
   * client, or take it out where the client showed no certificate, and has to be alone at its
   * address.
   *
   * <p>The address is {@code AccessRequest.remoteAddress()}. A container that puts a forwarded
   * address in its place believes whoever writes that header, and so does this. From any other
   * address the header is ignored, and so is one that is there twice, cannot be read, or has more
   * than 16 KiB.
   *
   * @param name of the header, such as {@code Client-Cert}
   * @param trustedProxies their addresses, such as {@code 10.0.0.7}, or blocks such as {@code
   *     10.0.0.0/24}
   * @throws IllegalArgumentException if the name is none for this, there is no address, or one is
   *     none
   */
  public static ClientCertificates fromHeader(
      String name, HeaderFormat format, String... trustedProxies) {
    return new ClientCertificates(ForwardedCertificate.of(name, format, trustedProxies), false);
  }

  /**
   * The same, and a token that is bound to no certificate is refused.
   *
   * @throws IllegalArgumentException if that was said before
   */
  public ClientCertificates required() {
    SetOnce.require(!required, "That certificates are required");
    return new ClientCertificates(source, true);
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.MUTUAL_TLS);
  }

  @Override
  Set<String> headers() {
    return source.headers();
  }

  /** RFC 8705 section 3.3, RFC 9728 section 2. */
  @Override
  void describe(ProtectedResourceMetadata.Builder members) {
    members.tlsClientCertificateBoundAccessTokens(true);
  }

  @Override
  Running start(Parts parts) {
    Possession possession = new CertificatePossession(source, required);
    return new Running(List.of(), List.of(possession), List.of(), () -> {});
  }
}
