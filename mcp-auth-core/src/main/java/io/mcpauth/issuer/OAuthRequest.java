package io.mcpauth.issuer;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to an {@link OAuthServer}, as an adapter for a server API supplies it. Each thread has
 * its own.
 */
public interface OAuthRequest {
  /** The HTTP method in its exact spelling, such as {@code POST}. */
  String method();

  /** The raw path on the host, the path of a context included. */
  String path();

  /** The raw query string, or null where there is none. */
  @Nullable String query();

  /** Every line of a header, in order; empty where there is none. Names ignore case. */
  List<String> headers(String name);

  /** The peer of the connection, never what a header says; null where the server does not say. */
  @Nullable String remoteAddress();

  /**
   * Reads the whole body, at most once.
   *
   * @param mostBytes the most that is wanted; of a longer one more than that is returned, or an
   *     exception thrown, and never a part that looks whole
   * @throws IOException if it breaks off or comes too slowly
   */
  byte[] body(int mostBytes) throws IOException;

  /**
   * The request of the server API, for a {@link Login} that needs it, such as an {@code
   * HttpServletRequest}; null where this is none.
   */
  default <T> @Nullable T unwrap(Class<T> type) {
    return null;
  }
}
