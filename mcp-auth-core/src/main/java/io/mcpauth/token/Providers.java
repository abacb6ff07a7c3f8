package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.outbound.OutboundConnections;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The configured authorization servers as this side talks to them: keys and metadata. */
final class Providers implements AutoCloseable {
  private final OutboundHttp http;
  private final AuthorizationServerDiscovery discovery;
  private final ThreadPoolExecutor keyFetches;
  private final List<ThreadPoolExecutor> otherFetches = new CopyOnWriteArrayList<>();
  private final List<Provider> others = new CopyOnWriteArrayList<>();
  private final SignatureChecks checks = SignatureChecks.onHalfTheProcessors();
  private final Forgeries forgeries = new Forgeries();
  private final List<Provider> providers;
  private final Introspections introspection;
  private final Issuers issuers;
  private final boolean clientsLogIn;
  private volatile boolean closed;

  /**
   * An issuer and the one fetch of its keys; for signals, and signed answers about tokens, alone
   * where it verifies no JWTs.
   *
   * @param introspector asks about its tokens, or null
   */
  private record Provider(
      AuthorizationServer server,
      KeysFetch fetch,
      IssuerKeys keys,
      @Nullable Introspector introspector) {
    boolean hasKeys() {
      return server.verifiesJwts();
    }
  }

  /**
   * The providers of some tokens.
   *
   * @param clientsLogIn whether clients get the tokens there by themselves, so that its metadata
   *     matters to them
   */
  Providers(
      List<AuthorizationServer> servers,
      boolean clientsLogIn,
      ClaimsCheck check,
      OutboundConnections connections,
      Clock clock) {
    this.clientsLogIn = clientsLogIn;
    http = new OutboundHttp(connections, 4);
    discovery = new AuthorizationServerDiscovery(connections);
    // A thread per issuer and purpose, so that one that stalls does not hold up the others.
    keyFetches =
        DaemonThread.pool(
            number -> "mcp-auth-keys-" + number, 2 * servers.size(), Integer.MAX_VALUE, 5);
    introspection = new Introspections(discovery, keyFetches, connections, checks, clock);
    providers =
        servers.stream()
            .map(server -> provider(server, keyFetches, clock))
            .map(known -> introspected(known, check))
            .toList();
    issuers =
        new Issuers(
            providers.stream()
                .map(p -> new Issuers.Issuer(p.server(), verification(p, check, clock)))
                .toList());
  }

  private Provider provider(AuthorizationServer server, ThreadPoolExecutor fetches, Clock clock) {
    KeysFetch fetch = new KeysFetch(server, http, discovery);
    return new Provider(server, fetch, new IssuerKeys(fetch, fetches, clock), null);
  }

  private Provider introspected(Provider provider, ClaimsCheck check) {
    Introspection how = provider.server().introspection();
    return how == null
        ? provider
        : new Provider(
            provider.server(),
            provider.fetch(),
            provider.keys(),
            introspection.of(provider.server(), how, provider.keys(), check.lifetime()));
  }

  private TokenVerification verification(Provider provider, ClaimsCheck check, Clock clock) {
    AuthorizationServer server = provider.server();
    TokenVerifier own = server.verifier();
    if (own != null) {
      return new OwnVerification(server, own, check, clock);
    }
    JwtVerification jwts =
        new JwtVerification(server, provider.keys(), checks, forgeries, check, clock);
    Introspector introspector = provider.introspector();
    if (introspector == null) {
      return jwts;
    }
    return server.verifiesJwts()
        ? new AlsoIntrospection(jwts, introspector, clock)
        : new IntrospectionVerification(server, introspector, check, clock);
  }

  /** Who may have issued a token. */
  Issuers issuers() {
    return issuers;
  }

  /** What the authorization servers sign, those with a verifier too: the keys are discovered. */
  IssuerSignatures signatures() {
    return signatures(providers);
  }

  /** What others sign, whose keys are fetched in the same way, but on threads of their own. */
  IssuerSignatures signatures(List<AuthorizationServer> of, Clock clock) {
    if (of.isEmpty()) {
      return signatures(List.of());
    }
    ThreadPoolExecutor fetches =
        DaemonThread.pool(
            number -> "mcp-auth-other-keys-" + number, of.size(), Integer.MAX_VALUE, 5);
    otherFetches.add(fetches);
    List<Provider> made = of.stream().map(one -> provider(one, fetches, clock)).toList();
    others.addAll(made);
    return signatures(made);
  }

  private IssuerSignatures signatures(List<Provider> of) {
    return new IssuerSignatures(
        of.stream().map(p -> new IssuerSignatures.Issuer(p.server(), p.keys())).toList(),
        checks,
        forgeries);
  }

  /** Which tokens were forged. */
  Forgeries forgeries() {
    return forgeries;
  }

  /** The state of the keys of every issuer but those with a verifier. */
  List<KeyStatus> keyStatus() {
    return Stream.concat(providers.stream(), others.stream())
        .filter(Provider::hasKeys)
        .map(provider -> KeyStatus.of(provider.server().issuer(), provider.keys().state()))
        .toList();
  }

  /**
   * Asks every authorization server for its keys and metadata, and every other issuer for its keys,
   * without waiting for them, and tells what an operator should know: now what the configuration
   * says, later whether the keys could be had, and what the metadata means for clients. After the
   * close nothing: that nobody could be asked any more says nothing of a server.
   */
  void checkSetup(Consumer<Authenticator.SetupNote> told) {
    Consumer<Authenticator.SetupNote> notes =
        note -> {
          if (!closed) {
            told.accept(note);
          }
        };
    List<SetupCheck> unread = new ArrayList<>();
    for (Provider provider : providers) {
      SetupCheck check = new SetupCheck(provider.server(), notes);
      check.configuration(issuers.ownVerifiers());
      Introspector introspector = provider.introspector();
      if (introspector != null) {
        introspector.endpoint().warmUp(check::introspectionEndpoint);
      }
      boolean opaque = provider.server().profile().tokens() == ProviderProfile.Tokens.OPAQUE;
      if (provider.hasKeys() && !opaque) {
        provider.keys().warmUp(problem -> warmedUp(check, provider.fetch(), problem));
      }
      // On the way to the keys the metadata is read anyway, unless their address is configured.
      boolean unreadYet = !provider.hasKeys() || (!opaque && !provider.server().discoversKeys());
      if (clientsLogIn && unreadYet && !provider.server().isLocal()) {
        unread.add(check);
      }
    }
    for (Provider other : others) { // nobody's login depends on its metadata
      SetupCheck check = new SetupCheck(other.server(), notes);
      other.keys().warmUp(check::keys);
    }
    if (!unread.isEmpty()) {
      DaemonThread.of("mcp-auth-setup", () -> unread.forEach(this::readMetadata)).start();
    }
  }

  private void warmedUp(SetupCheck check, KeysFetch fetch, @Nullable Throwable problem) {
    check.keys(problem);
    AuthorizationServerMetadata metadata = fetch.metadata();
    if (metadata != null && clientsLogIn) {
      check.metadata(metadata);
    }
  }

  private void readMetadata(SetupCheck check) {
    AuthorizationServer server = check.server();
    try {
      check.metadata(
          discovery
              .fetchForKeys(
                  server.metadataIssuer(),
                  server.issuer(),
                  server.profile().discovery(),
                  found -> found)
              .metadata());
    } catch (AuthException e) {
      check.noMetadata(e);
    }
  }

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
    closed = true;
    keyFetches.shutdownNow();
    otherFetches.forEach(ThreadPoolExecutor::shutdownNow);
    discovery.close();
    introspection.close();
    http.close();
  }
}
