package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.SignatureChecks;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The configured authorization servers as this side talks to them: keys and metadata. */
final class Providers implements AutoCloseable {
  private final OutboundHttp http = new OutboundHttp(OutboundHttp.Limits.defaults());
  private final AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery();
  private final ThreadPoolExecutor keyFetches;
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();
  private final Forgeries forgeries = new Forgeries();
  private final List<Provider> providers;
  private final Issuers issuers;
  private volatile boolean closed;

  /** An authorization server and the one fetch of its keys; unused where it has a verifier. */
  private record Provider(AuthorizationServer server, KeysFetch fetch, IssuerKeys keys) {
    boolean hasKeys() {
      return server.verifier() == null;
    }
  }

  Providers(List<AuthorizationServer> servers, ClaimsCheck check, Clock clock) {
    // A thread per issuer at most, so that one that stalls does not hold up the others.
    keyFetches =
        DaemonThread.pool(
            number -> "mcp-auth-keys-" + number, servers.size(), Integer.MAX_VALUE, 5);
    providers = servers.stream().map(server -> provider(server, clock)).toList();
    issuers =
        new Issuers(
            providers.stream()
                .map(p -> new Issuers.Issuer(p.server(), verification(p, check, clock)))
                .toList());
  }

  private Provider provider(AuthorizationServer server, Clock clock) {
    KeysFetch fetch = new KeysFetch(server, http, discovery);
    return new Provider(server, fetch, new IssuerKeys(fetch, keyFetches, clock));
  }

  private TokenVerification verification(Provider provider, ClaimsCheck check, Clock clock) {
    TokenVerifier own = provider.server().verifier();
    return own == null
        ? new JwtVerification(provider.server(), provider.keys(), checks, forgeries, check, clock)
        : new OwnVerification(provider.server(), own, check, clock);
  }

  /** Who may have issued a token. */
  Issuers issuers() {
    return issuers;
  }

  /** Which tokens were forged. */
  Forgeries forgeries() {
    return forgeries;
  }

  /** The state of the keys of every issuer that has some here. */
  List<KeyStatus> keyStatus() {
    return providers.stream()
        .filter(Provider::hasKeys)
        .map(provider -> KeyStatus.of(provider.server().issuer(), provider.keys().state()))
        .toList();
  }

  /**
   * Asks every authorization server for its keys and metadata, without waiting for them, and tells
   * what an operator should know: now what the configuration says, later whether the keys could be
   * had, and what the metadata means for clients.
   */
  void checkSetup(Consumer<Authenticator.SetupNote> notes) {
    List<SetupCheck> unread = new ArrayList<>();
    for (Provider provider : providers) {
      SetupCheck check = new SetupCheck(provider.server(), notes);
      check.configuration(issuers.ownVerifiers());
      boolean opaque = provider.server().profile().tokens() == ProviderProfile.Tokens.OPAQUE;
      if (provider.hasKeys() && !opaque) {
        provider.keys().warmUp(problem -> warmedUp(check, provider.fetch(), problem));
      }
      // On the way to the keys the metadata is read anyway, unless their address is configured.
      if (!provider.hasKeys() || (!opaque && provider.server().jwksUri() != null)) {
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

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
    closed = true;
    keyFetches.shutdownNow();
    discovery.close();
    http.close();
  }
}
