package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client id that is the URL of the client's metadata document
 * (draft-ietf-oauth-client-id-metadata-document section 3).
 *
 * <p>It is {@code https}, has a host by name and a path, may have a port and a query, and has no
 * user-info, no fragment and no dot segment, not even an escaped one. Scheme and host are in lower
 * case. At most 255 characters of printable ASCII, so that it can be a key of the store. Two are
 * equal when their strings are: no other spelling of a URL is the same client (RFC 3986 section
 * 6.2.1).
 *
 * <p>Does not check: whether there is a document, where the host leads to, and who is behind it.
 */
public final class ClientIdUrl {
  private static final int MAX_LENGTH = 255;

  /**
   * Two labels or more, the last with a letter first: an address in any notation, or a name of the
   * inner network, is nothing that a user could recognise or {@link DomainTrust} could judge.
   */
  private static final Pattern DOMAIN_NAME =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final Pattern ESCAPED_SEPARATOR = Pattern.compile("(?i)%(?:2f|5c)");
  private static final Pattern ESCAPED_DOT = Pattern.compile("(?i)%2e");

  private final String value;
  private final URI uri;
  private final String host;

  private ClientIdUrl(String value, URI uri, String host) {
    this.value = value;
    this.uri = uri;
    this.host = host;
  }

  /**
   * Whether a client id is meant as the URL of a document, well-formed or not. Client ids that a
   * server makes itself should not be (section 7.1 of the draft).
   */
  public static boolean looksLikeOne(String clientId) {
    String start = clientId.substring(0, Math.min(8, clientId.length())).toLowerCase(Locale.ROOT);
    return start.startsWith("https://") || start.startsWith("http://");
  }

  /**
   * Reads a client id.
   *
   * @throws AuthException {@code CLIENT_ID_URL_INVALID}; the description says what is wrong
   */
  public static ClientIdUrl parse(String clientId) {
    return parse(clientId, false);
  }

  /**
   * Like {@link #parse}, and accepts loopback hosts, with {@code http} too. Not for a server that
   * others can reach: it lets whoever sends a client id make the server ask its own machine.
   */
  public static ClientIdUrl parseAllowingLoopbackForDevelopment(String clientId) {
    return parse(clientId, true);
  }

  static ClientIdUrl parse(String clientId, boolean allowLoopback) {
    if (clientId.isEmpty() || clientId.length() > MAX_LENGTH) {
      throw refused(clientId, "must have 1 to " + MAX_LENGTH + " characters");
    }
    if (!clientId.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw refused(clientId, "must be printable ASCII: escape other characters");
    }
    URI uri = WebAddress.parsed(clientId);
    if (uri == null) {
      throw refused(clientId, "is not a URL");
    }
    String host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null) {
      throw refused(clientId, "must have a host and no user-info");
    }
    boolean loopback = allowLoopback && Loopback.host(uri);
    if (!"https".equals(uri.getScheme()) && !(loopback && "http".equals(uri.getScheme()))) {
      throw refused(clientId, "must start with https://, in lower case");
    }
    if (!loopback && !DOMAIN_NAME.matcher(host).matches()) {
      throw refused(clientId, "must have a full domain name in lower case as its host");
    }
    requireAuthority(clientId, uri, host);
    requirePath(clientId, uri);
    return new ClientIdUrl(clientId, uri, host);
  }

  /** Anything beside host and port, such as a colon without a port, has no meaning of its own. */
  private static void requireAuthority(String clientId, URI uri, String host) {
    int port = uri.getPort();
    String plain = port == -1 ? host : host + ":" + port;
    if (!plain.equals(uri.getRawAuthority()) || port == 0 || port > 65_535) {
      throw refused(clientId, "must have a port from 1 to 65535, or none and no colon");
    }
  }

  private static void requirePath(String clientId, URI uri) {
    String path = uri.getRawPath();
    if (path == null || !path.startsWith("/")) {
      throw refused(clientId, "must have a path");
    }
    if (uri.getRawFragment() != null) {
      throw refused(clientId, "must have no fragment");
    }
    // RFC 3986 section 3.3, and what servers that unescape first take for the same.
    String plain = ESCAPED_DOT.matcher(path).replaceAll(".");
    for (String segment : ESCAPED_SEPARATOR.matcher(plain).replaceAll("/").split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw refused(clientId, "must have no dot segment, not even an escaped one");
      }
    }
  }

  private static AuthException refused(String clientId, String rule) {
    return new AuthException(
        ReasonCode.CLIENT_ID_URL_INVALID,
        "A client_id that is a URL " + rule,
        Map.of("client_id", clientId, "problem", rule));
  }

  /** The client id, to the letter. */
  public String value() {
    return value;
  }

  /** Its host, for the consent page: what the user can recognise (section 8.5 of the draft). */
  public String host() {
    return host;
  }

  /** The client id as a URI. */
  public URI uri() {
    return uri;
  }

  /** Whether it is on this machine, which only the switch for development lets happen. */
  boolean isLoopback() {
    return Loopback.host(uri);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClientIdUrl url && url.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
