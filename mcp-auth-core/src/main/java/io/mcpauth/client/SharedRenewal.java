package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_ENDED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.STORE_UNAVAILABLE;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews tokens that several nodes share: takes what another node has got already, waits for one
 * that is about to, and else takes the refresh for itself, by compare-and-set in the store, before
 * it sends anything. Runs on the thread that {@link RefreshedTokens} has for a refresh.
 */
final class SharedRenewal implements Renewal.Source {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTokens.class);

  /** Between two looks at what another node does. */
  private static final long PAUSE_MILLIS = 50;

  /** What the store may take of a lease; the request needs the rest. */
  private static final Duration FOR_THE_STORE = Duration.ofSeconds(15);

  private static final int WRITES = 3;

  private final KeptGrant.Place place;
  private final Renewal.Source request;
  private final Duration lease;

  /** What the store could not take; used by one refresh after the other. */
  private volatile @Nullable Unsaved unsaved;

  /** Tokens, and those in whose place they are. */
  private record Unsaved(TokenSet spent, TokenSet tokens) {
    boolean standsFor(TokenSet kept) {
      return spent.toText().equals(kept.toText());
    }

    @Override
    public String toString() {
      return "Unsaved[...]";
    }
  }

  /**
   * A renewal.
   *
   * @param timeout of each request that a refresh takes
   */
  SharedRenewal(KeptGrant.Place place, Renewal.Source request, Duration timeout) {
    this.lease = KeptGrant.lease(timeout);
    this.place = place;
    this.request = request;
  }

  @Override
  public Renewal renew(TokenSet old) {
    long began = System.nanoTime();
    // By real time: a lease ends by the clock, which may stand still.
    long longest = lease.plus(FOR_THE_STORE).toNanos();
    try {
      while (System.nanoTime() - began < longest) {
        Renewal done = attempt(old);
        if (done != null) {
          return done;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      return failed(old, ENDPOINT_UNREACHABLE, "another node is still refreshing");
    } catch (StoreException e) {
      return failed(old, STORE_UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(old, ClientException.Reason.INTERRUPTED, "the refresh was interrupted");
    }
  }

  /** Another login, on any node, brings other tokens. */
  @Override
  public boolean mayRevive() {
    return true;
  }

  /** What is to be used now, or null where another node has to be waited for. */
  private @Nullable Renewal attempt(TokenSet old) {
    KeptGrant kept = place.find();
    if (kept == null) { // forgotten, or without its key
      return new Renewal(old, ClientException.authorizationEnded(place.issuer(), null));
    }
    Unsaved mine = unsaved;
    TokenSet now = mine != null && mine.standsFor(kept.tokens()) ? mine.tokens() : kept.tokens();
    Instant time = place.clock().instant();
    boolean other = !now.accessToken().value().equals(old.accessToken().value());
    if (other && now.accessToken().isGoodAt(time)) {
      return Renewal.of(now);
    }
    if (now.refreshToken() == null) {
      return new Renewal(now, ClientException.authorizationEnded(place.issuer(), null));
    }
    Instant until = time.plus(lease);
    String mark = Opaque.random(16);
    if (kept.isLeasedAt(time) || !place.lease(kept.version(), now, mark, until)) {
      return null;
    }
    // The store may have taken its time: what is not sent now cannot be sent twice.
    return place.clock().instant().isBefore(time.plus(FOR_THE_STORE)) ? refresh(now, mark) : null;
  }

  private Renewal refresh(TokenSet now, String mark) {
    Renewal renewal = request.renew(now);
    ClientException problem = renewal.problem();
    boolean ended = problem != null && problem.reason() == AUTHORIZATION_ENDED;
    TokenSet result =
        ended ? new TokenSet(place.issuer(), now.accessToken(), null) : renewal.tokens();
    for (int i = 1; ; i++) {
      try {
        if (place.release(mark, result)) {
          unsaved = null;
          return new Renewal(result, problem);
        }
        KeptGrant newer = place.find(); // another login, or a node that did not wait
        return newer == null || !newer.tokens().accessToken().isGoodAt(place.clock().instant())
            ? new Renewal(result, problem)
            : Renewal.of(newer.tokens());
      } catch (StoreException | IllegalArgumentException e) {
        if (i == WRITES) {
          LOG.warn(
              "The new tokens of {} are used on this node, but could not be kept: {}",
              AuthException.fitForLog(place.issuer()),
              e.getClass().getName());
          unsaved = new Unsaved(now, result);
          return new Renewal(result, problem);
        }
      }
    }
  }

  private Renewal failed(TokenSet old, ClientException.Reason reason, String detail) {
    return new Renewal(old, ClientException.noToken(reason, place.issuer(), detail));
  }
}
