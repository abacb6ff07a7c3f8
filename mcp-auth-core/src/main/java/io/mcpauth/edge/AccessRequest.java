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

  /**
   * The raw path, as the server behind sees it; null where the adapter does not say. Without it
   * requests whose query names a session of HTTP+SSE are refused, and others cannot be told. With
   * it the answers have to be shown too ({@code Granted.answers}), or the message paths declared:
   * else messages for anybody's session are handed on. A DPoP proof is held to it, and without it
   * to the path of the resource.
   */
  default @Nullable String path() {
    return null;
  }

  /**
   * Whether it is certainly for something else than the MCP endpoint, such as another page of the
   * application: then what the policy opens to everybody is not meant, and whoever asks has to log
   * in. False where the adapter does not know.
   */
  default boolean isElsewhere() {
    return false;
  }

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
   * The address of whoever the connection is from: the peer of TCP, and never what a header says of
   * somebody behind it, which anybody can write; null where the server does not say. Who is trusted
   * to tell of the client is trusted by this address.
   */
  default @Nullable String remoteAddress() {
    return null;
  }

  /**
   * Who has logged in to the application in the browser's session that this request is of; null
   * where there is none, or the adapter does not say. Asked at most once, only where {@code
   * BrowserSessions} are accepted, for a request without any other credential, and only where no
   * page of an origin that is not allowed can have had the browser send it. Whatever it throws
   * refuses the request. It must not open a session.
   */
  default @Nullable SessionUser session() {
    return null;
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
