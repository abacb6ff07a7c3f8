package io.mcpauth.examples.filetools;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The {@code Host} and {@code Origin} headers that the MCP endpoint accepts, so that no web page
 * can reach a server on the visitor's own machine by rebinding a name. For a server without
 * authorization: otherwise the filter in front looks at both.
 *
 * <p>A request must have an accepted {@code Host} (else 421). A request without {@code Origin} is
 * accepted, since programs other than browsers send none; one with another {@code Origin} gets a
 * 403.
 *
 * @param hosts values of {@code Host}, with the port unless it is the scheme's default
 * @param origins values of {@code Origin}
 */
public record AllowedCallers(List<String> hosts, List<String> origins) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if no host is accepted
   */
  public AllowedCallers {
    hosts = List.copyOf(hosts);
    origins = List.copyOf(origins);
    if (hosts.isEmpty()) {
      // An empty list would switch the check off in the MCP SDK.
      throw new IllegalArgumentException(
          "The accepted hosts [] are empty, so that no request could be accepted;"
              + " name at least one, such as localhost:8080");
    }
  }

  /**
   * Accepts callers of the three loopback names.
   *
   * @param port the port that the server listens on
   * @return the accepted headers
   */
  public static AllowedCallers loopback(int port) {
    return of(
        List.of(
            URI.create("http://localhost:" + port),
            URI.create("http://127.0.0.1:" + port),
            URI.create("http://[::1]:" + port)));
  }

  /**
   * Accepts callers of servers at these addresses.
   *
   * @param urls absolute http or https addresses; their paths are ignored
   * @return the accepted headers
   * @throws IllegalArgumentException if one is not an absolute http or https address
   */
  public static AllowedCallers of(List<URI> urls) {
    List<String> hosts = new ArrayList<>();
    List<String> origins = new ArrayList<>();
    for (URI url : urls) {
      String host = authority(url);
      hosts.add(host);
      origins.add(scheme(url) + "://" + host);
    }
    return new AllowedCallers(hosts, origins);
  }

  /**
   * Accepts further hosts and origins.
   *
   * @param other what is accepted beside these
   * @return the accepted headers of both
   */
  public AllowedCallers and(AllowedCallers other) {
    List<String> allHosts = new ArrayList<>(hosts);
    allHosts.addAll(other.hosts);
    List<String> allOrigins = new ArrayList<>(origins);
    allOrigins.addAll(other.origins);
    return new AllowedCallers(allHosts, allOrigins);
  }

  private static String scheme(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "The address '"
              + url
              + "' is not an absolute http or https address; write it like"
              + " https://files.example.com");
    }
    return scheme;
  }

  private static String authority(URI url) {
    String scheme = scheme(url);
    String host = url.getHost().toLowerCase(Locale.ROOT);
    int defaultPort = scheme.equals("http") ? 80 : 443;
    // RFC 9110 section 4.2.3 and RFC 6454 section 6.1: clients leave the default port out.
    return url.getPort() < 0 || url.getPort() == defaultPort ? host : host + ":" + url.getPort();
  }
}
