package io.mcpauth.outbound;

import io.mcpauth.internal.net.SetOnce;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxy through which this network is left (HTTP {@code CONNECT}, RFC 9110 section 9.3.6): it
 * sees the names of servers, and nothing of what is said, because TLS goes through it end to end.
 * Immutable. Hosts on loopback are never asked for through it, nor is anything over plain http.
 *
 * <p>It resolves the names itself. What the operator configured, or what that names, goes through
 * it; what a stranger names (client id metadata documents, keys of clients, where a public MCP
 * server sends its clients) does not, unless {@link #refusingPrivateAddressesByItself()} was
 * called.
 */
public final class EgressProxy {
  private final String host;
  private final int port;
  private final @Nullable PasswordAuthentication credentials;
  private final DirectHosts direct;
  private final boolean refusesPrivate;

  private EgressProxy(
      String host,
      int port,
      @Nullable PasswordAuthentication credentials,
      DirectHosts direct,
      boolean refusesPrivate) {
    this.host = host;
    this.port = port;
    this.credentials = credentials;
    this.direct = direct;
    this.refusesPrivate = refusesPrivate;
  }

  /**
   * A proxy.
   *
   * @param url such as {@code http://proxy.example.com:3128}; its host may be private
   * @throws IllegalArgumentException if it is no http URL with host and port, or has more; the
   *     message does not show a password in it
   */
  public static EgressProxy at(String url) {
    URI uri = uri(url);
    if (uri.getRawUserInfo() != null) {
      throw wrong(uri, "has credentials in it. Give them apart, where no log shows them");
    }
    return at(uri);
  }

  static EgressProxy at(URI uri) {
    String host = uri.getHost();
    boolean bare = uri.getRawPath() == null || uri.getRawPath().matches("/?");
    if (host == null || uri.getPort() < 1 || uri.getPort() > 65_535) {
      throw wrong(uri, "has no host and port. Write it such as 'http://proxy.example.com:3128'");
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())
        || !bare
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw wrong(
          uri,
          "is no HTTP proxy that is spoken to without TLS. Write it such as"
              + " 'http://proxy.example.com:3128'");
    }
    return of(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
  }

  static EgressProxy of(String host, int port) {
    return new EgressProxy(host, port, null, DirectHosts.none(), false);
  }

  static URI uri(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) { // not as the cause: it quotes all of it
      throw new IllegalArgumentException(
          "The proxy is no URL. Write it such as 'http://proxy.example.com:3128'.");
    }
  }

  /** The proxy of the system, or null: see {@link SystemProxy}. */
  static @Nullable EgressProxy ofSystem() {
    return SystemProxy.of(System::getProperty, System.getenv());
  }

  /**
   * The same proxy with credentials, which it is sent as {@code Basic} (RFC 7617). Over a
   * connection without TLS: whoever is between here and the proxy can read them.
   *
   * @throws IllegalArgumentException if they cannot be sent, or were set before
   */
  public EgressProxy withCredentials(String user, String password) {
    SetOnce.require(credentials == null, "The credentials of the proxy");
    if (user.contains(":") || !DirectHosts.printable(user) || !DirectHosts.printable(password)) {
      throw new IllegalArgumentException(
          "The credentials of the proxy have a control character, or the user a colon, which"
              + " RFC 7617 section 2 does not allow. Write others.");
    }
    return new EgressProxy(
        host,
        port,
        new PasswordAuthentication(user, password.toCharArray()),
        direct,
        refusesPrivate);
  }

  /**
   * The same proxy, through which these are not asked for: {@code example.com} with the names below
   * it, {@code .example.com} those alone, an address, a block such as {@code 10.0.0.0/8} for hosts
   * that are written as addresses, each with {@code :port} for that port alone, and {@code *}.
   *
   * @throws IllegalArgumentException if one is none of these, or they were set before
   */
  public EgressProxy exceptFor(String... hosts) {
    SetOnce.require(direct.isEmpty(), "The list of hosts without the proxy");
    return exceptFor(DirectHosts.of(List.of(hosts)));
  }

  EgressProxy exceptFor(DirectHosts hosts) {
    return new EgressProxy(host, port, credentials, hosts, refusesPrivate);
  }

  /**
   * States that this proxy connects to no private, loopback or link-local address, whatever a name
   * resolves to. Then what strangers name is fetched through it as well. Think twice: the library
   * cannot check it, and where it is not so, whoever writes a client id metadata URL, or runs a
   * public MCP server that is called, has the proxy reach the inside of its network, instance
   * credentials of a cloud included.
   */
  public EgressProxy refusingPrivateAddressesByItself() {
    SetOnce.require(!refusesPrivate, "refusingPrivateAddressesByItself");
    return new EgressProxy(host, port, credentials, direct, true);
  }

  /** Its host, an IPv6 address without brackets. */
  public String host() {
    return host;
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** What it is sent, or null. */
  public @Nullable PasswordAuthentication credentials() {
    return credentials;
  }

  /** Whether the operator has stated {@link #refusingPrivateAddressesByItself()}. */
  public boolean refusesPrivateAddresses() {
    return refusesPrivate;
  }

  /** Whether a server is asked for through it. */
  public boolean isFor(String server, int serverPort) {
    return !direct.contain(server, serverPort);
  }

  /** Where it is; nothing of its credentials. */
  @Override
  public String toString() {
    return "EgressProxy[" + host + ":" + port + "]";
  }

  /** Shows nothing of what may have credentials: where they are not is no question of syntax. */
  private static IllegalArgumentException wrong(URI uri, String problem) {
    String text = uri.toString();
    boolean secret = text.contains("@") || text.contains("%40");
    return new IllegalArgumentException(
        "The proxy " + (secret ? "" : "'" + text + "' ") + problem + ".");
  }
}
