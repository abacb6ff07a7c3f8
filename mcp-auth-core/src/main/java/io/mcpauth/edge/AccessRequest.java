package io.mcpauth.edge;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request as a decision sees it: what an adapter for a server API has to supply. */
public interface AccessRequest {
  /** The HTTP method in its exact spelling, such as {@code POST}. */
  String method();

  /** Every line of a header, in order; empty where there is none. Names ignore case. */
  List<String> headers(String name);

  /** The raw query string, or null where there is none. */
  @Nullable String query();

  /**
   * The certificate that the client showed in TLS, with its chain, as the server has checked it;
   * empty where it showed none, or the server does not say.
   */
  default List<X509Certificate> clientCertificates() {
    return List.of();
  }

  /**
   * Reads the whole body. Called at most once, and only for a caller that is authenticated, or
   * where the policy has something that is open to everybody. Asked for every method: from HTTP/2
   * on bytes may come that no header announces. Of one other than {@code POST} the first byte is
   * enough to refuse it, so no more has to be read.
   *
   * @param reader reads the stream of the server, within what this caller may cost
   * @return the very bytes that the server behind will read
   * @throws io.mcpauth.error.AuthException as {@link BodyReader#read} does
   * @throws IOException if the body breaks off
   */
  byte[] body(BodyReader reader) throws IOException;
}
