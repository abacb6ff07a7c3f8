package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundHttp;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From the headers of a request to its proven caller: reads the credential, has it verified, checks
 * the claims. Part of the machinery behind {@code ResourceServer}; applications do not need it.
 */
public final class Authenticator implements AutoCloseable {
  private final TokenVerifier verifier;
  private final ClaimsCheck claimsCheck;
  private final Clock clock;
  private final OutboundHttp http;
  private final ThreadPoolExecutor keyFetches;
  private volatile boolean closed;

  /**
   * What an authenticator is made of.
   *
   * @param servers the authorization servers, at least one
   * @param verifier the application's own verifier, or null for JWTs of these servers
   * @param audience whether an {@code aud} value is this resource
   * @param clockSkew how far clocks may differ
   * @param exposeClaims the claims that a principal keeps
   */
  public record Settings(
      List<AuthorizationServer> servers,
      @Nullable TokenVerifier verifier,
      Predicate<String> audience,
      Duration clockSkew,
      Set<String> exposeClaims) {}

  /** An authenticator; makes no request before the first token arrives. */
  public Authenticator(Settings settings, Clock clock) {
    requireDistinctIssuers(settings.servers());
    this.clock = clock;
    this.http = new OutboundHttp(OutboundHttp.Limits.defaults());
    this.keyFetches = executor(settings.servers().size());
    Map<String, IssuerKeys> keysByIssuer = keysByIssuer(settings.servers());
    this.verifier =
        settings.verifier() != null ? settings.verifier() : new JwtVerifier(keysByIssuer);
    this.claimsCheck =
        new ClaimsCheck(
            Set.copyOf(keysByIssuer.keySet()),
            settings.audience(),
            settings.clockSkew(),
            new LinkedHashSet<>(settings.exposeClaims()));
  }

  /**
   * Authenticates a request.
   *
   * @param authorization every Authorization header line
   * @param query the raw query, or null
   * @return the caller, or null where the request has no credential
   * @throws AuthException if the credential is bad, or cannot be judged at the moment
   */
  public @Nullable McpPrincipal authenticate(List<String> authorization, @Nullable String query) {
    PresentedToken token = CredentialReader.read(authorization, query);
    if (token == null) {
      return null;
    }
    if (closed) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "closed"));
    }
    return claimsCheck.mint(verified(token), clock.instant());
  }

  private TokenClaims verified(PresentedToken token) {
    try {
      return verifier.verify(token);
    } catch (AuthException e) {
      // A verifier says whether a token is authentic; scopes and requests are not its business.
      boolean itsBusiness = e.reason().status() == 401 || e.reason().status() == 503;
      throw itsBusiness
          ? e
          : new AuthException(
              ReasonCode.INTERNAL_FAULT, Map.of("verifier_reason", e.reason().name()));
    }
  }

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
    closed = true;
    keyFetches.shutdownNow();
    http.close();
  }

  private Map<String, IssuerKeys> keysByIssuer(List<AuthorizationServer> servers) {
    Map<String, IssuerKeys> keysByIssuer = new HashMap<>();
    for (AuthorizationServer server : servers) {
      IssuerKeys keys = new IssuerKeys(new KeysFetch(server, http), keyFetches, clock);
      server.acceptedIssuers().forEach(issuer -> keysByIssuer.put(issuer, keys));
    }
    return keysByIssuer;
  }

  private static void requireDistinctIssuers(List<AuthorizationServer> servers) {
    Set<String> seen = new HashSet<>();
    for (AuthorizationServer server : servers) {
      for (String issuer : server.acceptedIssuers()) {
        if (!seen.add(issuer)) {
          throw new IllegalArgumentException(
              "Issuer '"
                  + issuer
                  + "' is accepted for two authorization servers, so a token could not be routed."
                  + " Write it for one of them only.");
        }
      }
    }
  }

  /** A thread per issuer at most, so that one that stalls does not hold up the others. */
  private static ThreadPoolExecutor executor(int servers) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            servers,
            servers,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              // No thread-locals of the request that starts it: they would outlive a redeploy.
              String name = "mcp-auth-keys-" + number.incrementAndGet();
              Thread thread = new Thread(null, task, name, 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(Authenticator.class.getClassLoader());
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
