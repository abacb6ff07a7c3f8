package io.mcpauth.token;

import io.mcpauth.error.AuthException;
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
    return claimsCheck.mint(verifier.verify(token), clock.instant());
  }

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
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
              Thread thread = new Thread(task, "mcp-auth-keys-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(Authenticator.class.getClassLoader());
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
