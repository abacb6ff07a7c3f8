package io.mcpauth.token;

import io.mcpauth.policy.Scheme;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that an identity-aware proxy in front writes into a header of its own once it has let
 * a user in, such as Cloudflare Access or Google's Identity-Aware Proxy. They are then the only
 * credentials: what {@code Authorization} and every other header say is not looked at, and the
 * tokens of the authorization servers are not accepted. Those are what the metadata names, for
 * clients that log in at the proxy by them; where it has a login of its own, give its issuer there
 * too.
 *
 * <pre>{@code
 * builder.accept(
 *     ProxyTokens.ofCloudflareAccess("https://example.cloudflareaccess.com", "the AUD tag"));
 * }</pre>
 *
 * <p>Immutable. The token is judged as every other one is: issuer, audience, lifetime, signature,
 * and it is the proxy's issuer that principals, policy and rules of access know. Neither header
 * reaches the server behind.
 *
 * <p>Does not check: that the request came through the proxy. Whoever gets hold of such a token can
 * use it past the proxy for as long as it lasts, so let nobody but the proxy connect.
 */
public final class ProxyTokens extends CredentialScheme {
  private final String header;
  private final AuthorizationServer proxy;

  private ProxyTokens(String header, AuthorizationServer proxy) {
    this.header = header;
    this.proxy = proxy;
  }

  /**
   * The tokens of a proxy.
   *
   * @param name of the header
   * @param proxy its issuer, its audience for this server ({@link
   *     AuthorizationServer#expectAudience}) and its keys, which proxies seldom have metadata for
   *     ({@link AuthorizationServer#withJwksUri})
   * @throws IllegalArgumentException if the name is none for this
   */
  public static ProxyTokens inHeader(String name, AuthorizationServer proxy) {
    CredentialHeader.require(name, "X-Proxy-Assertion");
    return new ProxyTokens(name, proxy);
  }

  /**
   * The tokens of Cloudflare Access, in {@code Cf-Access-Jwt-Assertion}.
   *
   * @param issuer the address of the team, such as {@code https://example.cloudflareaccess.com}
   * @param audienceTags of the applications in Access that are this server
   * @throws IllegalArgumentException if the issuer is none or ends with a slash, or there is no tag
   */
  public static ProxyTokens ofCloudflareAccess(String issuer, String... audienceTags) {
    if (issuer.endsWith("/")) {
      throw new IllegalArgumentException(
          "The issuer '" + issuer + "' ends with a slash, and no token's does. Write it without.");
    }
    return inHeader(
        "Cf-Access-Jwt-Assertion",
        AuthorizationServer.of(issuer)
            .withProfile("cloudflare-access")
            .expectAudience(audienceTags)
            .withJwksUri(issuer + "/cdn-cgi/access/certs"));
  }

  /**
   * The tokens of Google's Identity-Aware Proxy, in {@code x-goog-iap-jwt-assertion}.
   *
   * @param audiences such as {@code /projects/123456789/global/backendServices/987654321}
   * @throws IllegalArgumentException if there is none
   */
  public static ProxyTokens ofGoogleIap(String... audiences) {
    return inHeader(
        "x-goog-iap-jwt-assertion",
        AuthorizationServer.of("https://cloud.google.com/iap")
            .withProfile("google-iap")
            .expectAudience(audiences)
            .withJwksUri("https://www.gstatic.com/iap/verify/public_key-jwk"));
  }

  /** The {@code iss} of its tokens, which principals, policy and rules of access know. */
  public String issuer() {
    return proxy.acceptedIssuers().iterator().next();
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.PROXY);
  }

  @Override
  Set<String> headers() {
    return Set.of(header.toLowerCase(Locale.ROOT));
  }

  @Override
  @Nullable AuthorizationServer soleIssuer() {
    return proxy;
  }

  @Override
  void read(CredentialReader.Rules rules) {
    rules.proxyHeader(header);
  }

  @Override
  Running start(Parts parts) {
    return new Running(List.of(), List.of(), List.of(), () -> {});
  }
}
