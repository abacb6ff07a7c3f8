package io.mcpauth.issuer;

import io.mcpauth.internal.jose.JwtSigner;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.jose.PublishedKeys;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.io.Serial;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that sign access tokens: one entry of the store for each issuer, sealed as a whole, so
 * that who reads the store cannot sign, and who writes to it cannot publish a key of his own. Each
 * node looks at it once a minute, on use; whichever finds something due does it by compare-and-set.
 */
final class SigningKeys {
  static final String KEYS = "oauth.key";
  private static final Logger LOG = LoggerFactory.getLogger(OAuthServer.class);
  private static final Duration LOOK = Duration.ofMinutes(1);

  /** So much later than asked, that not every token is a change of the entry. */
  private static final Duration ROUNDED_UP = Duration.ofDays(1);

  /** Each time another node has changed the entry. */
  private static final int ATTEMPTS = 20;

  private final Store store;
  private final String name;
  private final StoredSecrets secrets;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Known known;

  /**
   * What this node knows.
   *
   * @param version of the entry
   * @param signer where it is not another key's turn by now
   */
  private record Known(
      KeyRing ring, long version, PublishedKeys published, Signer signer, Instant lookedAt) {
    boolean isNew(Instant now) {
      return !now.isBefore(lookedAt) && now.isBefore(lookedAt.plus(LOOK));
    }

    Known lookedAt(Instant now) {
      return new Known(ring, version, published, signer, now);
    }

    @Override
    public String toString() {
      return "Known[" + ring + "]";
    }
  }

  /** A key that is ready to sign. */
  private record Signer(String keyId, JwtSigner signer) {
    @Override
    public String toString() {
      return "Signer[" + keyId + "]";
    }
  }

  private SigningKeys(Store store, String name, StoredSecrets secrets, Clock clock) {
    this.store = store;
    this.name = name;
    this.secrets = secrets;
    this.clock = clock;
    this.known = read(null, clock.instant());
  }

  /**
   * Those of an issuer, made where there are none.
   *
   * @throws IllegalStateException if the seal keys do not open them. To make others instead would
   *     end what other servers have accepted, and of two nodes with different seal keys each would
   *     take the other's away
   * @throws StoreException if the store does not answer
   */
  static SigningKeys start(String issuer, Store store, SealKeys keys, Clock clock) {
    String name = Opaque.hash(issuer);
    try {
      return new SigningKeys(store, name, StoredSecrets.of(keys), clock);
    } catch (Unopened e) {
      throw new IllegalStateException(
          "The keys that sign the access tokens of '"
              + issuer
              + "' cannot be read. "
              + e.problem
              + " If that key is lost, let new ones be made: stop all nodes, run \"DELETE FROM"
              + " mcp_auth_entry WHERE collection = '"
              + KEYS
              + "' AND entry_key = '"
              + name
              + "'\", and start them. Other servers then refuse the access tokens that are out;"
              + " clients get new ones by their refresh tokens.");
    }
  }

  /** The entry is there, and the seal keys do not open it. */
  private static final class Unopened extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    private final String problem;

    Unopened(StoreException cause) {
      super(cause);
      this.problem = String.valueOf(cause.getMessage());
    }
  }

  /** The public keys that tokens may have been signed with. */
  PublishedKeys published() {
    return known().published();
  }

  /** Their JWKs, with those that are about to sign. */
  List<Map<String, Object>> publicJwks() {
    return jwks(known().ring());
  }

  private static List<Map<String, Object>> jwks(KeyRing ring) {
    return ring.keys().stream().map(RingKey::published).toList();
  }

  /**
   * The key that signs a token now.
   *
   * @param tokenEnd when the token ends; the key is published until then
   * @throws StoreException if there is none
   */
  JwtSigner signer(Instant tokenEnd) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Known now = known();
      RingKey key = now.ring().signer(clock.instant());
      if (!key.tokensUntil().isBefore(tokenEnd)) {
        return signer(key, now.signer()).signer();
      }
      cover(now, key.id(), tokenEnd.plus(ROUNDED_UP));
    }
    throw busy();
  }

  private void cover(Known before, String keyId, Instant tokenEnd) {
    looking.lock();
    try {
      if (known.version() == before.version()) { // or another thread has done it
        boolean unusedIfSlower =
            store.replace(
                KEYS,
                name,
                before.version(),
                sealed(before.ring().covering(keyId, tokenEnd)),
                Instant.MAX);
        known = read(before, clock.instant());
      }
    } catch (Unopened e) {
      throw new StoreException(e.problem, e);
    } finally {
      looking.unlock();
    }
  }

  private Known known() {
    Known last = known;
    Instant now = clock.instant();
    if (last.isNew(now) || !looking.tryLock()) {
      return last; // or what another thread is just looking at anew
    }
    try {
      known = read(last, now);
    } catch (StoreException e) {
      known = last.lookedAt(now); // no token is issued without the store anyway
      LOG.warn("The keys that sign access tokens were not looked at anew: {}", e.getMessage());
    } catch (Unopened e) {
      known = last.lookedAt(now);
      LOG.error("The keys that sign access tokens cannot be read any more: {}", e.problem);
    } finally {
      looking.unlock();
    }
    return known;
  }

  /** Reads the entry, and does what is due. */
  private Known read(@Nullable Known last, Instant now) {
    for (int i = 0; i < ATTEMPTS; i++) {
      Store.Entry entry = store.find(KEYS, name);
      if (entry == null) {
        KeyRing first = new KeyRing(List.of(newKey(now)));
        boolean unusedIfSlower = store.create(KEYS, name, "", sealed(first), Instant.MAX);
        continue;
      }
      KeyRing ring = opened(entry.value());
      KeyRing due = due(ring, now);
      if (due.equals(ring) && secrets.isCurrent(entry.value())) {
        return known(ring, entry.version(), last, now);
      }
      boolean unusedIfSlower = store.replace(KEYS, name, entry.version(), sealed(due), Instant.MAX);
    }
    throw busy();
  }

  private Known known(KeyRing ring, long version, @Nullable Known last, Instant now) {
    Signer signer = signer(ring.signer(now), last == null ? null : last.signer());
    List<Map<String, Object>> jwks = jwks(ring);
    if (last != null && jwks(last.ring()).equals(jwks)) {
      return new Known(ring, version, last.published(), signer, now);
    }
    LOG.info("Access tokens are signed by these keys: {}", ring.keys());
    return new Known(ring, version, PublishedKeys.of(Map.of("keys", jwks)), signer, now);
  }

  private static Signer signer(RingKey key, @Nullable Signer last) {
    if (last != null && last.keyId().equals(key.id())) {
      return last;
    }
    String secret = key.secret();
    if (secret == null) { // for a node whose clock is more than an hour late
      throw new StoreException("The key " + key.id() + " signs no more, by the clock of another");
    }
    return new Signer(key.id(), JwtSigner.ofJwk(secret));
  }

  private static KeyRing due(KeyRing ring, Instant now) {
    KeyRing tidied = ring.tidied(now);
    Instant next = tidied.nextSignsFrom(now);
    return next == null ? tidied : tidied.with(newKey(next));
  }

  private static RingKey newKey(Instant signsFrom) {
    JwtSigner made = JwtSigner.generateRs256();
    return new RingKey(made.publicJwk(), made.jwk(), signsFrom, signsFrom);
  }

  private String sealed(KeyRing ring) {
    return secrets.seal(KEYS, name, ring.json());
  }

  private KeyRing opened(String value) {
    String json;
    try {
      json = secrets.open(KEYS, name, value);
    } catch (StoreException e) {
      throw new Unopened(e);
    }
    return KeyRing.read(json);
  }

  private static StoreException busy() {
    return new StoreException("The keys that sign access tokens are changed by too many at once.");
  }

  @Override
  public String toString() {
    return "SigningKeys[" + known.ring() + "]";
  }
}
