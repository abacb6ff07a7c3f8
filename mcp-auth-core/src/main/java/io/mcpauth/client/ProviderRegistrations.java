package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static io.mcpauth.error.ClientException.Reason.STORE_UNAVAILABLE;

import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations of this program at providers, one for each issuer, kept in a store and made
 * where there is none. What one issuer gave out is never used for another (MCP 2026-07-28, client
 * registration, "Authorization Server Binding"): the entry is found by the issuer, and names it
 * again inside its encrypted value.
 *
 * <p>A registration is made anew when its secret is about to expire, a year after it was made, when
 * other metadata is wanted than was asked for, and after {@link #forget}. Of threads that want one
 * at once, one asks the provider; of several nodes that do, the first to store its answer has made
 * the one that all use. A failure is told to those who waited, and not kept.
 *
 * <p>Ask without {@code scope} first: most providers then allow a client whatever it asks for, and
 * Keycloak keeps its default scopes. Where a provider answers {@code invalid_scope} to a client
 * that was registered here, ask once more with metadata that name all scopes that the program may
 * need. Where it answers {@code invalid_client}, {@link #forget(String, ClientInformation)} and
 * authorize again, once.
 *
 * <p>Want a loopback redirect URI without a port, or with a fixed one: another port is other
 * metadata.
 */
public final class ProviderRegistrations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderRegistrations.class);

  static final String COLLECTION = "provider-registration";

  private static final Duration LIFETIME = Duration.ofDays(365);

  /** A secret shall not end on its way. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private static final int LANES = 64;

  private final Store store;
  private final StoredSecrets secrets;
  private final RegistrationClient client;
  private final Clock clock;
  private final Lane[] lanes = new Lane[LANES];
  private volatile boolean closed;

  private ProviderRegistrations(
      Store store, StoredSecrets secrets, RegistrationClient client, Clock clock) {
    this.store = store;
    this.secrets = secrets;
    this.client = client;
    this.clock = clock;
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new Lane();
    }
  }

  /**
   * Registrations in a store, by the system's clock.
   *
   * @param secrets encrypts what providers gave out. What does not open, because its key is gone,
   *     counts as not there: the program registers anew.
   */
  public static ProviderRegistrations in(Store store, StoredSecrets secrets) {
    return in(store, secrets, Clock.systemUTC());
  }

  /** As {@link #in(Store, StoredSecrets)}, with another clock. */
  public static ProviderRegistrations in(Store store, StoredSecrets secrets, Clock clock) {
    return in(store, secrets, clock, OutboundConnections.defaults());
  }

  /** As {@link #in(Store, StoredSecrets, Clock)}, through connections of the application's own. */
  public static ProviderRegistrations in(
      Store store, StoredSecrets secrets, Clock clock, OutboundConnections connections) {
    return new ProviderRegistrations(store, secrets, new RegistrationClient(connections), clock);
  }

  /**
   * The registration at a provider, made where there is none.
   *
   * @throws ClientException where there is none and none could be made
   */
  public ClientInformation at(DiscoveredMetadata server, ClientMetadata wanted)
      throws ClientException {
    String issuer = server.metadata().issuer();
    String hash = hash(wanted);
    KeptRegistration kept = good(find(issuer), hash);
    if (kept != null) {
      return kept.client();
    }
    Lane lane = lanes[Math.floorMod(issuer.hashCode(), LANES)];
    long before = lane.runs();
    enter(lane, issuer);
    try {
      lane.rethrow(issuer + ' ' + hash, before);
      KeptRegistration other = good(find(issuer), hash);
      return other != null ? other.client() : register(server, wanted, hash, lane);
    } finally {
      lane.unlock();
    }
  }

  /**
   * Drops a registration that the provider does not know any more ({@code invalid_client}): the
   * next call makes another. Does nothing where another has been made since.
   *
   * @param refused the one that was used
   * @throws ClientException STORE_UNAVAILABLE
   */
  public void forget(String issuer, ClientInformation refused) throws ClientException {
    try {
      Store.Entry entry = store.find(COLLECTION, key(issuer));
      KeptRegistration kept = entry == null ? null : opened(issuer, entry.value());
      if (entry != null && (kept == null || isSame(kept.client(), refused))) {
        // Ends this very version, so that a newer one stays.
        boolean unused =
            store.replace(COLLECTION, key(issuer), entry.version(), entry.value(), clock.instant());
      }
    } catch (StoreException e) {
      throw storeFailure(issuer, e);
    }
  }

  /**
   * Drops whatever registration is kept for an issuer.
   *
   * @throws ClientException STORE_UNAVAILABLE
   */
  public void forget(String issuer) throws ClientException {
    try {
      boolean unused = store.remove(COLLECTION, key(issuer));
    } catch (StoreException e) {
      throw storeFailure(issuer, e);
    }
  }

  /** Ends the requests that run and every thread; later ones fail with CLOSED. */
  @Override
  public void close() {
    closed = true;
    client.close();
  }

  private void enter(Lane lane, String issuer) throws ClientException {
    try {
      if (!lane.tryLock(15, TimeUnit.SECONDS)) {
        throw ClientException.noRegistration(ENDPOINT_UNREACHABLE, issuer, "still waiting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientException.noRegistration(INTERRUPTED, issuer, "the caller was interrupted");
    }
  }

  private ClientInformation register(
      DiscoveredMetadata server, ClientMetadata wanted, String hash, Lane lane)
      throws ClientException {
    String issuer = server.metadata().issuer();
    try {
      if (closed) {
        throw ClientException.noRegistration(CLOSED, issuer, "the object was closed");
      }
      KeptRegistration made = new KeptRegistration(client.register(server, wanted), hash);
      KeptRegistration used = keep(issuer, made);
      lane.ended(issuer + ' ' + hash, null);
      return used.client();
    } catch (ClientException e) {
      lane.ended(issuer + ' ' + hash, e.reason() == INTERRUPTED ? null : e);
      throw e;
    }
  }

  /** Stores what was made, unless another node was faster with something that is as good. */
  private KeptRegistration keep(String issuer, KeptRegistration made) throws ClientException {
    String value = sealed(issuer, made);
    Instant end = end(made.client());
    try {
      while (true) {
        if (store.create(COLLECTION, key(issuer), "", value, end)) {
          return made;
        }
        Store.Entry entry = store.find(COLLECTION, key(issuer));
        KeptRegistration other =
            entry == null ? null : good(opened(issuer, entry.value()), made.wanted());
        if (other != null) {
          return other;
        }
        if (entry != null && store.replace(COLLECTION, key(issuer), entry.version(), value, end)) {
          return made;
        }
        if (!end.isAfter(clock.instant())) {
          return made; // as good as ended: nobody else could use it
        }
      }
    } catch (StoreException e) {
      throw storeFailure(issuer, e);
    }
  }

  private String sealed(String issuer, KeptRegistration made) throws ClientException {
    try {
      return secrets.seal(COLLECTION, key(issuer), made.encoded(issuer));
    } catch (IllegalArgumentException e) { // too long
      throw ClientException.noRegistration(
          RESPONSE_INVALID, issuer, "the answer is too large to keep");
    }
  }

  private @Nullable KeptRegistration find(String issuer) throws ClientException {
    try {
      Store.Entry entry = store.find(COLLECTION, key(issuer));
      return entry == null ? null : opened(issuer, entry.value());
    } catch (StoreException e) {
      throw storeFailure(issuer, e);
    }
  }

  private @Nullable KeptRegistration good(@Nullable KeptRegistration kept, String wanted) {
    return kept != null
            && kept.wanted().equals(wanted)
            && end(kept.client()).isAfter(clock.instant())
        ? kept
        : null;
  }

  private Instant end(ClientInformation registered) {
    Instant end = registered.clientSecretExpiresAt();
    return end == null ? clock.instant().plus(LIFETIME) : end.minus(MARGIN);
  }

  private static boolean isSame(ClientInformation one, ClientInformation other) {
    String secret = one.clientSecret() == null ? "" : one.clientSecret();
    return one.clientId().equals(other.clientId())
        && secret.equals(other.clientSecret() == null ? "" : other.clientSecret());
  }

  /** A store's keys are short and printable, an issuer need not be. */
  private static String key(String issuer) {
    return StoreKey.hash(issuer);
  }

  private static String hash(ClientMetadata wanted) {
    Map<String, Object> sorted = new TreeMap<>(wanted.members());
    return StoreKey.hash(new String(Json.write(sorted), StandardCharsets.UTF_8));
  }

  private @Nullable KeptRegistration opened(String issuer, String value) {
    try {
      return KeptRegistration.decoded(issuer, secrets.open(COLLECTION, key(issuer), value));
    } catch (StoreException e) {
      LOG.warn(
          "The registration at {} is made anew: {}",
          AuthException.fitForLog(issuer),
          e.getMessage());
      return null;
    }
  }

  private static ClientException storeFailure(String issuer, StoreException e) {
    return ClientException.noRegistration(
        STORE_UNAVAILABLE, issuer, String.valueOf(e.getMessage()));
  }
}
