package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.Edge;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the one credential of a request, from the whole of it. Never from the query. Which it is
 * depends on where it stands, and on the prefix of keys: never on what it says.
 */
final class CredentialReader {
  private static final String BEARER = "bearer";
  private static final String DPOP = "dpop";
  private static final String BASIC = "basic";

  /** Of the registry of RFC 9110 section 16.4.1, and what is in use without being in it. */
  private static final List<String> KNOWN_SCHEMES =
      List.of(
          "Basic", "DPoP", "Digest", "Negotiate", "NTLM", "ApiKey", "Token", "PoP", "GNAP", "HOBA");

  private final ResourceIdentifier resource;
  private final Rules rules;

  /** Where credentials of other schemes than Bearer stand. Set up while a server is built. */
  static final class Rules {
    private @Nullable String proxyHeader;
    private @Nullable String keyHeader;
    private @Nullable String keyPrefix;
    private @Nullable String secretPrefix;
    private boolean dpop;
    private boolean basic;
    private boolean sessions;

    /** A header of an identity-aware proxy, which is then the only credential. */
    void proxyHeader(String name) {
      proxyHeader = name;
    }

    /**
     * Keys, which are told from tokens by what they begin with.
     *
     * @param header in which they may stand too, or null
     */
    void keys(String prefix, @Nullable String header) {
      keyPrefix = prefix;
      keyHeader = header;
    }

    /** Whether a text is meant for a key of this server's own, good or not. */
    boolean isKey(String text) {
      String prefix = keyPrefix;
      return prefix != null && text.startsWith(prefix);
    }

    /**
     * What begins so is the secret of an account and no token: an authorization server that is
     * asked about tokens would be shown it.
     */
    void secrets(String prefix) {
      secretPrefix = prefix;
    }

    /** Tokens of the scheme DPoP. */
    void dpop() {
      dpop = true;
    }

    /** Ids and secrets of the scheme Basic. */
    void basic() {
      basic = true;
    }

    /** Sessions of browsers, where nothing else is. */
    void sessions() {
      sessions = true;
    }
  }

  /**
   * A reader.
   *
   * @param resource that requests are for: its public URL, as configured
   * @param rules which credentials there are
   */
  CredentialReader(ResourceIdentifier resource, Rules rules) {
    this.resource = resource;
    this.rules = rules;
  }

  /**
   * The credential of a request.
   *
   * @return it, or null where the request has none
   * @throws AuthException AUTHORIZATION_MALFORMED, SEVERAL_CREDENTIALS, TOKEN_NOT_BOUND for a key
   *     in the scheme DPoP, or API_KEY_UNKNOWN for the secret of an account as a token
   */
  @Nullable Credential read(AccessRequest request) {
    String proxyHeader = rules.proxyHeader;
    if (proxyHeader != null) { // whatever else is there is not looked at
      String token = only(request, proxyHeader);
      if (token != null && token.indexOf(',') >= 0) { // two lines that somebody joined
        throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
      }
      return token == null ? null : new Credential.OfProxy(token(token, 0, request));
    }
    String key = rules.keyHeader == null ? null : only(request, rules.keyHeader);
    // A token in the query is no credential here (OAuth 2.1 section 5.1.1).
    String header = only(request, "Authorization");
    if (key != null) {
      if (header != null || namesAccessToken(request.query())) {
        throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
      }
      return new Credential.Key(key);
    }
    if (header != null) {
      return authorization(header, request);
    }
    return rules.sessions && mayBeOfASession(request) ? new Credential.Session() : null;
  }

  /** An empty header is no credential, and yet nothing that a page sends beside a cookie. */
  private boolean mayBeOfASession(AccessRequest request) {
    String keyHeader = rules.keyHeader;
    return request.headers("Authorization").isEmpty()
        && (keyHeader == null || request.headers(keyHeader).isEmpty())
        && !namesAccessToken(request.query())
        && Edge.isOfOwnPage(request);
  }

  /** The value of a header that may be there once; null where it is empty, as proxies write it. */
  private static @Nullable String only(AccessRequest request, String name) {
    List<String> lines = request.headers(name);
    if (lines.size() > 1) {
      throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
    }
    String value = lines.isEmpty() ? "" : withoutOws(lines.get(0));
    return value.isEmpty() ? null : value;
  }

  private Credential authorization(String header, AccessRequest request) {
    int end = endOfScheme(header);
    boolean bearer = isScheme(header, end, BEARER);
    boolean dpop = rules.dpop && isScheme(header, end, DPOP);
    boolean basic = rules.basic && isScheme(header, end, BASIC);
    if (!bearer && !dpop && !basic) {
      return new Credential.OtherScheme(named(header.substring(0, end)));
    }
    // RFC 6750 section 2.1: "Bearer" 1*SP b64token; a tab is no space.
    int start = end;
    while (start < header.length() && header.charAt(start) == ' ') {
      start++;
    }
    if (start == end || start == header.length() || header.indexOf(',', start) >= 0) {
      throw new AuthException(ReasonCode.AUTHORIZATION_MALFORMED);
    }
    if (namesAccessToken(request.query())) {
      // RFC 6750 section 2: not more than one method in a request.
      throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
    }
    if (basic) {
      return new Credential.Basic(header.substring(start));
    }
    String prefix = rules.keyPrefix;
    if (prefix != null && header.startsWith(prefix, start)) {
      if (dpop) { // no authorization server is shown a key, which one that is asked would be
        throw new AuthException(ReasonCode.TOKEN_NOT_BOUND);
      }
      return new Credential.Key(header.substring(start));
    }
    String secretPrefix = rules.secretPrefix;
    if (secretPrefix != null && header.startsWith(secretPrefix, start)) {
      throw new AuthException(ReasonCode.API_KEY_UNKNOWN);
    }
    PresentedToken token = token(header, start, request);
    return dpop ? new Credential.Dpop(token) : new Credential.Bearer(token);
  }

  private PresentedToken token(String header, int start, AccessRequest request) {
    return new PresentedToken(header, start, request, resource);
  }

  private static boolean isScheme(String header, int end, String scheme) {
    return end == scheme.length() && header.regionMatches(true, 0, scheme, 0, end);
  }

  /** By a name that is known: where a token stands without a scheme, it is no name to log. */
  private static String named(String scheme) {
    return KNOWN_SCHEMES.stream().filter(scheme::equalsIgnoreCase).findAny().orElse("unknown");
  }

  private static int endOfScheme(String header) {
    int end = 0;
    while (end < header.length() && isTchar(header.charAt(end))) {
      end++;
    }
    return end;
  }

  /** RFC 9110 section 5.6.2: {@code Bearer-X} is a scheme of its own. */
  private static boolean isTchar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** RFC 9110 section 5.5: space and tab surround a value; anything else is a part of it. */
  private static String withoutOws(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isOws(value.charAt(start))) {
      start++;
    }
    while (end > start && isOws(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isOws(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean namesAccessToken(@Nullable String query) {
    if (query == null) {
      return false;
    }
    for (String parameter : query.split("&", -1)) {
      if (parameter.equals("access_token") || parameter.startsWith("access_token=")) {
        return true;
      }
    }
    return false;
  }
}
