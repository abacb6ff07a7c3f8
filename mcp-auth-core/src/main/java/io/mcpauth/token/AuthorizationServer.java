package io.mcpauth.token;

import io.mcpauth.metadata.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server whose tokens are accepted: the issuer that is advertised to clients, the
 * {@code iss} values accepted in its tokens, and where its keys are.
 *
 * <p>Immutable. The issuer is kept byte for byte, a trailing slash included, because clients
 * compare it so (RFC 8414 section 3.3). Addresses are https, or http on a loopback host.
 */
public final class AuthorizationServer {
  /** StringOrURI without blanks, controls and the separator of {@link McpPrincipal#getName()}. */
  private static final Pattern ISS = Pattern.compile("[!-{}~]+");

  private final String issuer;
  private final Set<String> acceptedIssuers;
  private final @Nullable URI jwksUri;

  private AuthorizationServer(String issuer, Set<String> acceptedIssuers, @Nullable URI jwksUri) {
    this.issuer = issuer;
    this.acceptedIssuers = acceptedIssuers;
    this.jwksUri = jwksUri;
  }

  /**
   * An authorization server whose tokens carry the advertised issuer and whose keys its metadata
   * names.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @throws IllegalArgumentException if it is no issuer identifier (RFC 8414 section 2: https, no
   *     query, no fragment)
   */
  public static AuthorizationServer of(String issuer) {
    address("Issuer", issuer);
    return new AuthorizationServer(issuer, Set.of(issuer), null);
  }

  /**
   * The same server, whose tokens carry one of these {@code iss} values instead of the advertised
   * issuer. Compared exactly.
   *
   * @throws IllegalArgumentException if there is none, one is blank, or they were set before
   */
  public AuthorizationServer acceptingIssuers(String... issuers) {
    if (!acceptedIssuers.equals(Set.of(issuer))) {
      throw new IllegalArgumentException(
          "Accepted issuers of '" + issuer + "' are set twice. Set them once, all together.");
    }
    Set<String> accepted = new LinkedHashSet<>(List.of(issuers));
    if (accepted.isEmpty() || accepted.stream().anyMatch(iss -> !ISS.matcher(iss).matches())) {
      throw new IllegalArgumentException(
          "Accepted issuers of '"
              + issuer
              + "' are "
              + accepted
              + ": none, or one that no token can carry. Write the exact iss values.");
    }
    return new AuthorizationServer(issuer, Set.copyOf(accepted), jwksUri);
  }

  /**
   * The same server, with its keys at this address instead of where its metadata says; then its
   * metadata is not read. For providers inside a cluster; the host may be private.
   *
   * @throws IllegalArgumentException if it is not https (or http on loopback), or was set before
   */
  public AuthorizationServer withJwksUri(String uri) {
    if (jwksUri != null) {
      throw new IllegalArgumentException("jwks_uri of '" + issuer + "' is set twice. Set it once.");
    }
    return new AuthorizationServer(issuer, acceptedIssuers, address("jwks_uri", uri));
  }

  /** The issuer as advertised in the protected-resource metadata, verbatim. */
  public String issuer() {
    return issuer;
  }

  /** The {@code iss} values accepted in tokens. */
  public Set<String> acceptedIssuers() {
    return acceptedIssuers;
  }

  /** Where the keys are, or null where the server's metadata says so. */
  public @Nullable URI jwksUri() {
    return jwksUri;
  }

  @Override
  public String toString() {
    return "AuthorizationServer[" + issuer + "]";
  }

  private static URI address(String what, String value) {
    URI uri;
    try {
      uri = new URI(value);
    } catch (URISyntaxException e) {
      throw wrong(what, value, "it is not a URI");
    }
    boolean https = "https".equals(uri.getScheme());
    boolean http = "http".equals(uri.getScheme());
    if (uri.getHost() == null || !(https || http)) {
      throw wrong(what, value, "it is not an absolute https URL with the scheme in lower case");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw wrong(what, value, "the port is not in 1 to 65535");
    }
    if (http && !Loopback.host(uri)) {
      throw wrong(what, value, "plain http is only for loopback hosts");
    }
    if (uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
      throw wrong(what, value, "user-info and fragment do not belong in it");
    }
    if (what.equals("Issuer") && uri.getRawQuery() != null) {
      throw wrong(what, value, "an issuer has no query");
    }
    return uri;
  }

  private static IllegalArgumentException wrong(String what, String value, String problem) {
    String shown = value.replaceFirst("//[^/]*@", "//...@"); // user-info may hold a password
    return new IllegalArgumentException(
        what
            + " '"
            + shown
            + "': "
            + problem
            + ". Write it as the provider's metadata does, such as '"
            + (what.equals("Issuer")
                ? "https://login.example.com"
                : "https://login.example.com/jwks")
            + "'.");
  }
}
