package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.SCHEME_REFUSED;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request whose URL and headers have passed the checks that need no network. */
final class OutboundRequest {
  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");
  private static final Pattern ADDRESS_V4 =
      Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  /** What some resolvers take for an IPv4 address: its last part is a number. */
  private static final Pattern NUMERIC =
      Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)\\.?", Pattern.CASE_INSENSITIVE);

  /** This machine by any name that stands for it (RFC 6761 section 6.3). */
  private static final Pattern LOCALHOST =
      Pattern.compile("(.*\\.)?localhost\\.?", Pattern.CASE_INSENSITIVE);

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7e]*");

  /** Framing, routing and encoding belong to this package. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "user-agent");

  /** The bytes of a request with content, and their media type. */
  static final class Content {
    private final byte[] bytes;
    private final String type;

    Content(byte[] bytes, String type) {
      this.bytes = bytes.clone();
      this.type = requireVisible("Content-Type", type);
    }

    byte[] bytes() {
      return bytes;
    }

    String type() {
      return type;
    }
  }

  private final String method;
  private final URI uri;
  private final String host;
  private final AddressPolicy policy;
  private final Map<String, String> headers;
  private final @Nullable Content content;

  /** A GET, or a POST where there is content. */
  OutboundRequest(
      URI uri, AddressPolicy policy, Map<String, String> headers, @Nullable Content content)
      throws OutboundException {
    this(content == null ? "GET" : "POST", uri, policy, headers, content);
  }

  OutboundRequest(
      String method,
      URI uri,
      AddressPolicy policy,
      Map<String, String> headers,
      @Nullable Content content)
      throws OutboundException {
    this.method = method;
    // Characters beyond ASCII, which java.net.URI lets into paths, become percent escapes.
    this.uri = URI.create(uri.toASCIIString());
    this.host = checkedHost(this.uri, policy);
    this.policy = policy;
    this.headers = checkedHeaders(headers);
    this.content = content;
  }

  String method() {
    return method;
  }

  /** The host, an IPv6 address without its brackets. */
  String host() {
    return host;
  }

  String scheme() {
    return isPlain() ? "http" : "https";
  }

  /** Whether this is plain http, which only loopback may speak. */
  boolean isPlain() {
    return "http".equalsIgnoreCase(uri.getScheme());
  }

  /** Whether the host is this machine by its name. */
  boolean isLoopback() {
    return isLoopbackName(host);
  }

  /** Whether the host is written as an address, so that nothing has to be looked up. */
  boolean isAddress() {
    return host.contains(":") || ADDRESS_V4.matcher(host).matches();
  }

  /**
   * Whether whoever resolves the host may find an address in it that nobody sees here: an octal,
   * hexadecimal or shortened IPv4 address, or a name of this machine.
   */
  boolean hidesAnAddress() {
    return (NUMERIC.matcher(host).matches() && !isAddress()) || LOCALHOST.matcher(host).matches();
  }

  /** Whether plain http may leave this machine, because the operator said so of this address. */
  boolean mayBePlainAnywhere() {
    return policy == AddressPolicy.PLAIN_HTTP_THAT_THE_OPERATOR_INSISTS_ON;
  }

  /** The port as written, or -1. */
  int explicitPort() {
    return uri.getPort();
  }

  int port() {
    if (uri.getPort() != -1) {
      return uri.getPort();
    }
    return isPlain() ? 80 : 443;
  }

  /** The origin form of the request target (RFC 9112 section 3.2.1). */
  String target() {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  AddressPolicy policy() {
    return policy;
  }

  Map<String, String> headers() {
    return headers;
  }

  @Nullable Content content() {
    return content;
  }

  /** Whether the caller has a copy and asks for another one only (RFC 9110 section 13.1.2). */
  boolean isConditional() {
    return method.equals("GET")
        && headers.keySet().stream().anyMatch("If-None-Match"::equalsIgnoreCase);
  }

  private static String checkedHost(URI uri, AddressPolicy policy) throws OutboundException {
    String host = uri.getHost();
    if (host == null || host.contains("%")) {
      throw new OutboundException(SCHEME_REFUSED, "(no host)", "the URL has no usable host");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    if (uri.getRawUserInfo() != null) {
      throw new OutboundException(SCHEME_REFUSED, host, "the URL has user-info");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw new OutboundException(SCHEME_REFUSED, host, "the port is not in 1..65535");
    }
    boolean plain =
        "http".equalsIgnoreCase(uri.getScheme())
            && (isLoopbackName(host)
                || policy == AddressPolicy.PLAIN_HTTP_THAT_THE_OPERATOR_INSISTS_ON);
    if (!plain && !"https".equalsIgnoreCase(uri.getScheme())) {
      throw new OutboundException(
          SCHEME_REFUSED, host, "only https is allowed, and http on a loopback host");
    }
    return host;
  }

  private static boolean isLoopbackName(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("::1")
        || LOOPBACK_V4.matcher(host).matches();
  }

  private static Map<String, String> checkedHeaders(Map<String, String> headers) {
    headers.forEach(
        (name, value) -> {
          if (!TOKEN.matcher(name).matches()
              || OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("The caller may not set the header '" + name + "'.");
          }
          requireVisible(name, value);
        });
    return Map.copyOf(headers);
  }

  /** Refuses line breaks above all (RFC 9110 section 5.5); the value may be a secret. */
  private static String requireVisible(String name, String value) {
    if (!VISIBLE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "The value of the header " + name + " must be visible ASCII; encode it.");
    }
    return value;
  }
}
