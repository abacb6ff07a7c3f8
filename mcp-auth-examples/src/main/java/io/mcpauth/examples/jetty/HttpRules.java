package io.mcpauth.examples.jetty;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;

/** How the embedded servers speak HTTP. */
public final class HttpRules {
  /** What ends a peer that says nothing any more, within a request too. */
  static final long IDLE_MILLIS = 30_000;

  private HttpRules() {}

  /** HTTP/1.1 without the server's version, and with header values read as they came. */
  public static HttpConnectionFactory http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Room for a token of 16 KB, which the filter answers with a challenge and Jetty with a 431.
    http.setRequestHeaderSize(24 * 1024);
    http.setResponseHeaderSize(24 * 1024); // that of a target behind, and the filter's own
    // Jetty remembers the header lines of a connection and ignores case in doing so: a token in
    // another case would be read as the one that came before it.
    http.setHeaderCacheCaseSensitive(true);
    return new HttpConnectionFactory(http);
  }
}
