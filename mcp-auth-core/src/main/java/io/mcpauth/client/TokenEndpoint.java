package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.DISCOVERY_FAILED;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.net.ConfiguredUrl;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The token endpoint of one authorization server, and the client that is registered there. It is
 * asked by {@link ClientCredentials} and {@link TokenExchange}, which may share one. Used by all
 * threads.
 */
public final class TokenEndpoint {
  /** After a lookup that failed, those that waited for it do not repeat it one by one. */
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final String issuer;
  private final ClientAuthentication authentication;
  private final @Nullable EndpointLookup lookup;
  private EndpointLookup.@Nullable Location location;
  private @Nullable ClientException problem;
  private long problemAt;

  private TokenEndpoint(
      String issuer,
      ClientAuthentication authentication,
      @Nullable EndpointLookup lookup,
      EndpointLookup.@Nullable Location location) {
    URI unused = ConfiguredUrl.issuer(issuer);
    this.issuer = issuer;
    this.authentication = authentication;
    this.lookup = lookup;
    this.location = location;
  }

  /**
   * The token endpoint at an address that the operator knows; its host may be private.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @param endpoint its {@code token_endpoint}
   * @param authentication the client
   * @throws IllegalArgumentException if one of them is not https (or http on loopback), or has a
   *     fragment or user-info (RFC 6749 section 3.2); or if the issuer has a query (RFC 8414
   *     section 2)
   */
  public static TokenEndpoint of(String issuer, URI endpoint, ClientAuthentication authentication) {
    URI unused =
        ConfiguredUrl.endpoint(
            "Token endpoint", endpoint.toString(), "https://login.example.com/token");
    return new TokenEndpoint(
        issuer,
        authentication,
        null,
        new EndpointLookup.Location(endpoint, AddressPolicy.OPERATOR_CONFIGURED));
  }

  /**
   * The token endpoint that the issuer's metadata names (RFC 8414 section 2). It is read with the
   * first token request, and again after the endpoint could not be reached.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @param authentication the client
   * @throws IllegalArgumentException if the issuer is not https (or http on loopback), or has a
   *     fragment, user-info or a query (RFC 8414 section 2)
   */
  public static TokenEndpoint discovered(String issuer, ClientAuthentication authentication) {
    return found(issuer, new MetadataLookup(), authentication);
  }

  /** The token endpoint where a lookup finds it, which is asked with the first token request. */
  static TokenEndpoint found(
      String issuer, EndpointLookup lookup, ClientAuthentication authentication) {
    return new TokenEndpoint(issuer, authentication, lookup, null);
  }

  /** The issuer identifier, verbatim. */
  public String issuer() {
    return issuer;
  }

  ClientAuthentication authentication() {
    return authentication;
  }

  /** Where to send the request; one thread looks it up, the others wait for it. */
  synchronized EndpointLookup.Location location() throws ClientException {
    EndpointLookup.Location known = location;
    if (known != null || lookup == null) {
      return Objects.requireNonNull(known, "configured or looked up");
    }
    if (problem != null && System.nanoTime() - problemAt < RETRY_NANOS) {
      throw problem;
    }
    try {
      EndpointLookup.Location found = lookup.locate(issuer);
      String wrong = ConfiguredUrl.problemOf(found.uri().toString(), true);
      if (wrong != null) {
        throw ClientException.noToken(DISCOVERY_FAILED, issuer, "its token_endpoint: " + wrong);
      }
      location = found;
      problem = null;
      return found;
    } catch (ClientException e) {
      throw remembered(e);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /** Looks the address up again next time: the provider may have moved. */
  synchronized void forgetLocation() {
    if (lookup != null) {
      location = null;
    }
  }

  /** The issuer and the client. */
  @Override
  public String toString() {
    return "TokenEndpoint[" + issuer + ", " + authentication + "]";
  }

  private ClientException failed(RuntimeException e) {
    if (Thread.currentThread().isInterrupted()) {
      return ClientException.noToken(
          ClientException.Reason.INTERRUPTED, issuer, "the caller was interrupted");
    }
    return remembered(
        ClientException.noToken(DISCOVERY_FAILED, issuer, String.valueOf(e.getMessage())));
  }

  private ClientException remembered(ClientException failure) {
    problem = failure;
    problemAt = System.nanoTime();
    return failure;
  }
}
