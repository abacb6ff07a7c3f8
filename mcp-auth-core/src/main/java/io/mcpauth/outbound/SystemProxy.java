package io.mcpauth.outbound;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that the system names for https: the properties of the JDK ({@code https.proxyHost},
 * {@code https.proxyPort}, {@code http.nonProxyHosts}), else {@code HTTPS_PROXY} and {@code
 * NO_PROXY} of the environment, also in lower case.
 */
final class SystemProxy {
  private static final String DEFAULT_PORT = "443"; // of the JDK

  private SystemProxy() {}

  static @Nullable EgressProxy of(
      UnaryOperator<@Nullable String> properties, Map<String, String> environment) {
    String host = properties.apply("https.proxyHost");
    if (host != null && !host.isBlank()) {
      return ofProperties(host.strip(), properties);
    }
    String url = either(environment, "HTTPS_PROXY");
    if (url == null) {
      return null;
    }
    String noProxy = either(environment, "NO_PROXY");
    List<String> direct = noProxy == null ? List.of() : Arrays.asList(noProxy.split("[,\\s]+"));
    // Whatever the proxy is then, nobody means to use it: it cannot be a wrong one.
    return direct.contains("*") ? null : ofEnvironment(url, direct);
  }

  private static EgressProxy ofProperties(String host, UnaryOperator<@Nullable String> properties) {
    String written = properties.apply("https.proxyPort");
    String port = written == null || written.isBlank() ? DEFAULT_PORT : written.strip();
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535 || port.matches("0+")) {
      throw new IllegalArgumentException(
          "https.proxyPort is '" + port + "', which is no port. Write one from 1 to 65535.");
    }
    if (host.contains("@")) { // not repeated: a password may be in it
      throw new IllegalArgumentException(
          "https.proxyHost is no host. Write it such as 'proxy.example.com', and credentials as"
              + " https.proxyUser and https.proxyPassword.");
    }
    EgressProxy proxy = EgressProxy.of(host, Integer.parseInt(port));
    String user = properties.apply("https.proxyUser");
    String password = properties.apply("https.proxyPassword");
    if (user != null && password != null) {
      proxy = proxy.withCredentials(user, password);
    }
    String direct = properties.apply("http.nonProxyHosts");
    return direct == null
        ? proxy
        : proxy.exceptFor(DirectHosts.ofPatterns(Arrays.asList(direct.split("\\|", -1))));
  }

  private static EgressProxy ofEnvironment(String written, List<String> noProxy) {
    EgressProxy proxy;
    try {
      URI uri = EgressProxy.uri(written.contains("://") ? written : "http://" + written);
      proxy = withCredentials(EgressProxy.at(bare(uri)), uri.getRawUserInfo());
    } catch (IllegalArgumentException e) { // not as the cause: the message says it all
      throw new IllegalArgumentException(
          "HTTPS_PROXY (environment): "
              + e.getMessage()
              + " Or set a proxy, or that there is none, for this library alone.");
    }
    // What others write there, and is no host, is passed over: it is not ours to say.
    List<String> direct = noProxy.stream().filter(DirectHosts::isEntry).toList();
    return proxy.exceptFor(DirectHosts.of(direct));
  }

  private static EgressProxy withCredentials(EgressProxy proxy, @Nullable String credentials) {
    if (credentials == null) {
      return proxy;
    }
    String[] parts = credentials.split(":", 2);
    return proxy.withCredentials(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "");
  }

  /**
   * Without credentials; without a port it is that of http. The rest stays, so that it is refused:
   * what looks like a path or a query may be the end of a password that was not encoded.
   */
  private static URI bare(URI uri) {
    if (uri.getHost() == null) {
      return uri;
    }
    String text = uri.toString();
    String rest =
        text.substring(text.indexOf(uri.getRawAuthority()) + uri.getRawAuthority().length());
    int port = uri.getPort() == -1 ? 80 : uri.getPort();
    return URI.create(uri.getScheme() + "://" + uri.getHost() + ":" + port + rest);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static @Nullable String either(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      value = environment.get(name.toLowerCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}
