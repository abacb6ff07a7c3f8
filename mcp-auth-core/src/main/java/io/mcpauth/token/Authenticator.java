package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From the headers of a request to its proven caller: reads the credential, has it verified, checks
 * the claims. Part of the machinery behind {@code ResourceServer}; applications do not need it.
 */
public final class Authenticator implements AutoCloseable {
  private final @Nullable TokenVerifier verifier;
  private final JwtVerifier jwtVerifier;
  private final KeptVerdicts verdicts;
  private final ClaimsCheck claimsCheck;
  private final Clock clock;
  private final OutboundHttp http;
  private final ThreadPoolExecutor keyFetches;
  private final AuthorizationServerDiscovery discovery;
  private final List<Provider> providers;
  private volatile boolean closed;

  /** An authorization server and the one fetch of its keys. */
  private record Provider(AuthorizationServer server, KeysFetch fetch, IssuerKeys keys) {}

  /**
   * What an authenticator is made of.
   *
   * @param servers the authorization servers, at least one
   * @param verifier the application's own verifier, or null for JWTs of these servers
   * @param resource the resource that tokens have to be for
   * @param clockSkew how far clocks may differ
   * @param maxTokenLifetime the longest that a token may last
   * @param revocations what is cut off
   */
  public record Settings(
      List<AuthorizationServer> servers,
      @Nullable TokenVerifier verifier,
      ResourceIdentifier resource,
      Duration clockSkew,
      Duration maxTokenLifetime,
      Revocations revocations) {}

  /** What came of looking for the caller of a request. */
  public sealed interface Outcome permits Proven, Nobody, Refused {}

  /** The request has no credential. */
  public record Nobody() implements Outcome {}

  /**
   * The credential is bad, or cannot be judged at the moment.
   *
   * @param refusal why
   */
  public record Refused(Refusal refusal) implements Outcome {}

  /**
   * A caller that has just been proven, and how long the proof holds.
   *
   * @param principal who it is
   * @param goodUntil when the credential ends, clock skew included
   * @param revoked whether it was cut off since
   * @param issuer the issuer of the authorization server that the token is from, as configured
   * @param token the token of this very request
   */
  public record Proven(
      McpPrincipal principal,
      Instant goodUntil,
      BooleanSupplier revoked,
      String issuer,
      PresentedToken token)
      implements Outcome {
    /** Whether {@link Revocations} have cut the caller off since it was proven. */
    public boolean isCutOff() {
      return revoked.getAsBoolean();
    }

    /** Shows the principal alone. */
    @Override
    public String toString() {
      return "Proven[" + principal + "]";
    }
  }

  /** An authenticator; makes no request before the first token arrives. */
  public Authenticator(Settings settings, Clock clock) {
    Map<String, AuthorizationServer> servers = byIssuer(settings.servers());
    this.clock = clock;
    this.http = new OutboundHttp(OutboundHttp.Limits.defaults());
    this.discovery = new AuthorizationServerDiscovery();
    this.keyFetches = executor(settings.servers().size());
    this.verifier = settings.verifier();
    this.claimsCheck =
        new ClaimsCheck(
            servers,
            settings.resource(),
            new Lifetime(settings.clockSkew(), settings.maxTokenLifetime()),
            settings.revocations());
    this.providers = settings.servers().stream().map(this::provider).toList();
    Map<String, JwtVerifier.Issuer> issuersByName = new HashMap<>();
    for (Provider provider : providers) {
      JwtVerifier.Issuer issuer = new JwtVerifier.Issuer(provider.server(), provider.keys());
      provider.server().acceptedIssuers().forEach(name -> issuersByName.put(name, issuer));
    }
    this.jwtVerifier =
        new JwtVerifier(
            issuersByName, claims -> claimsCheck.requireWorthVerifying(claims, clock.instant()));
    this.verdicts = new KeptVerdicts(clock);
  }

  /**
   * Authenticates a request, by its headers alone.
   *
   * @param generation of the principal
   */
  public Outcome authenticate(AccessRequest request, LivePolicy.Generation generation) {
    try {
      Proven proven = prove(request, generation);
      return proven == null ? new Nobody() : proven;
    } catch (AuthException e) {
      return new Refused(Refusal.of(e));
    }
  }

  private @Nullable Proven prove(AccessRequest request, LivePolicy.Generation generation) {
    PresentedToken token = CredentialReader.read(request.headers("Authorization"), request.query());
    if (token == null) {
      return null;
    }
    if (closed) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "closed"));
    }
    TokenVerifier own = verifier;
    if (own == null) {
      return kept(token, generation);
    }
    TokenClaims claims = verified(own, token);
    McpPrincipal principal =
        claimsCheck.mint(claims, null, generation.claimNames(), clock.instant());
    return claimsCheck.proven(token, principal, null, Lifetime.instant(claims.members(), "iat"));
  }

  /**
   * Asks every authorization server for its keys and metadata, without waiting for them, and tells
   * what an operator should know: now what the configuration says, later whether the keys could be
   * had, and what the metadata means for clients.
   */
  public void checkSetup(Consumer<SetupNote> notes) {
    List<SetupCheck> unread = new ArrayList<>();
    for (Provider provider : providers) {
      SetupCheck check = new SetupCheck(provider.server(), notes);
      check.configuration();
      boolean opaque = provider.server().profile().tokens() == ProviderProfile.Tokens.OPAQUE;
      if (verifier == null && !opaque) {
        provider.keys().warmUp(problem -> warmedUp(check, provider.fetch(), problem));
      }
      // On the way to the keys the metadata is read anyway, unless their address is configured.
      if (verifier != null || (!opaque && provider.server().jwksUri() != null)) {
        unread.add(check);
      }
    }
    if (!unread.isEmpty()) {
      DaemonThread.of("mcp-auth-setup", () -> unread.forEach(this::readMetadata)).start();
    }
  }

  private static void warmedUp(SetupCheck check, KeysFetch fetch, @Nullable Throwable problem) {
    check.keys(problem);
    AuthorizationServerMetadata metadata = fetch.metadata();
    if (metadata != null) {
      check.metadata(metadata);
    }
  }

  private void readMetadata(SetupCheck check) {
    AuthorizationServer server = check.server();
    try {
      check.metadata(discovery.fetch(server.issuer(), server.profile().discovery()).metadata());
    } catch (AuthException e) {
      if (!closed) {
        check.noMetadata(e);
      }
    }
  }

  /** The state of the keys of every issuer. */
  public List<KeyStatus> keyStatus() {
    return providers.stream()
        .map(provider -> KeyStatus.of(provider.server().issuer(), provider.keys().state()))
        .toList();
  }

  /** A verdict is kept for its cost; whether it still holds is asked each time. */
  private Proven kept(PresentedToken token, LivePolicy.Generation generation) {
    Jwt.requireSize(token.value()); // before its hash is made
    KeptVerdicts.Verdict verdict = verdicts.get(token, fresh -> verdict(fresh, generation));
    KeptVerdicts.Key kept = verdict.verified();
    // A principal of before a change of the policy may lack a claim that it asks for.
    if (verdict.generation() != generation.number() || !kept.keys().publishes(kept.key())) {
      verdicts.forget(token);
      verdict = verdicts.get(token, fresh -> verdict(fresh, generation)); // finds the reason
      if (verdict.generation() != generation.number()) {
        verdict = verdict(token, generation); // that of a request which came before the change
      }
    }
    try {
      claimsCheck.requireStillGood(
          verdict.principal(),
          verdict.verified().kid(), // not of the key that may just have been replaced
          verdict.issuedAt(),
          clock.instant());
    } catch (AuthException e) {
      verdicts.forget(token);
      throw e;
    }
    return claimsCheck.proven(
        token, verdict.principal(), verdict.verified().kid(), verdict.issuedAt());
  }

  private KeptVerdicts.Verdict verdict(PresentedToken token, LivePolicy.Generation generation) {
    JwtVerifier.Verified verified = jwtVerifier.verify(token);
    McpPrincipal principal =
        claimsCheck.mint(
            verified.claims(), verified.kid(), generation.claimNames(), clock.instant());
    return new KeptVerdicts.Verdict(
        principal,
        new KeptVerdicts.Key(verified.keys(), verified.key(), verified.kid()),
        Lifetime.instant(verified.claims().members(), "iat"),
        generation.number());
  }

  private static TokenClaims verified(TokenVerifier own, PresentedToken token) {
    try {
      return own.verify(token);
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
    discovery.close();
    http.close();
  }

  private Provider provider(AuthorizationServer server) {
    KeysFetch fetch = new KeysFetch(server, http, discovery);
    return new Provider(server, fetch, new IssuerKeys(fetch, keyFetches, clock));
  }

  private static Map<String, AuthorizationServer> byIssuer(List<AuthorizationServer> servers) {
    Map<String, AuthorizationServer> byIssuer = new HashMap<>();
    for (AuthorizationServer server : servers) {
      for (String issuer : server.acceptedIssuers()) {
        if (byIssuer.put(issuer, server) != null) {
          throw new IllegalArgumentException(
              "Issuer '"
                  + issuer
                  + "' is accepted for two authorization servers, so a token could not be routed."
                  + " Write it for one of them only.");
        }
      }
    }
    return Map.copyOf(byIssuer);
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
            task -> DaemonThread.of("mcp-auth-keys-" + number.incrementAndGet(), task));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
