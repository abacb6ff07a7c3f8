package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.metadata.ResourceIdentifier;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An access token as a caller sent it, with what a {@link TokenVerifier} may want to know of the
 * request: a handle that nothing prints. It is not handed to tool code, must not be kept, and is
 * for one thread.
 *
 * <p>What a verifier reads of the request is part of what its verdict is kept for: a request with
 * the same token and another value of it is verified anew. Only the latest verdict on a token is
 * kept.
 */
public final class PresentedToken {
  private static final String METHOD = "method";
  private static final String CERTIFICATES = "certificates";
  private static final String HEADER = "header ";

  private final String header;
  private final int start;
  private final AccessRequest request;
  private final ResourceIdentifier resource;
  private @Nullable List<String> read;
  private @Nullable String value;
  private KeptVerdicts.@Nullable TokenHash hash;

  /**
   * A token.
   *
   * @param header what it stands in: a token that was good before is not even cut out
   * @param start where it begins; it goes to the end
   */
  PresentedToken(String header, int start, AccessRequest request, ResourceIdentifier resource) {
    this.header = header;
    this.start = start;
    this.request = request;
    this.resource = resource;
  }

  /**
   * The token itself, for verification and for its issuer's own endpoints only. It may have every
   * visible character of ASCII but the comma and the quote (RFC 6749 appendix A.12), {@code &}
   * among them: encode it where you send it on.
   */
  public String value() {
    String cut = value;
    if (cut == null) {
      cut = header.substring(start);
      value = cut;
    }
    return cut;
  }

  /** How many characters it has. */
  int length() {
    return header.length() - start;
  }

  /** The HTTP method of the request. */
  public String method() {
    read(METHOD);
    return request.method();
  }

  /** Every line of a header of the request, in order; empty where there is none. */
  public List<String> headers(String name) {
    read(HEADER + name.toLowerCase(Locale.ROOT));
    return List.copyOf(request.headers(name));
  }

  /** The certificate that the client showed in TLS, with its chain; empty where it showed none. */
  public List<X509Certificate> clientCertificates() {
    read(CERTIFICATES);
    return List.copyOf(request.clientCertificates());
  }

  /** The URL of the MCP endpoint as clients know it: configured, and not what the request says. */
  public ResourceIdentifier resource() {
    return resource;
  }

  /** What its verdict is kept by; made once, since a token may be long. */
  KeptVerdicts.TokenHash hash() {
    KeptVerdicts.TokenHash made = hash;
    if (made == null) {
      made = KeptVerdicts.TokenHash.of(header, start);
      hash = made;
    }
    return made;
  }

  /** What was read of the request so far. */
  RequestFacts facts() {
    List<String> names = read;
    return names == null ? RequestFacts.NONE : RequestFacts.of(this, names);
  }

  private void read(String fact) {
    List<String> names = read;
    if (names == null) {
      names = new ArrayList<>();
      read = names;
    }
    names.add(fact);
  }

  /** The values of something that can be read. */
  List<byte[]> fact(String name) {
    if (name.equals(METHOD)) {
      return List.of(utf8(request.method()));
    }
    List<byte[]> values = new ArrayList<>();
    if (name.equals(CERTIFICATES)) {
      request.clientCertificates().forEach(certificate -> values.add(der(certificate)));
    } else {
      request.headers(name.substring(HEADER.length())).forEach(line -> values.add(utf8(line)));
    }
    return values;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("The certificate of the client cannot be encoded", e);
    }
  }

  @Override
  public String toString() {
    return "PresentedToken[elided]";
  }
}
