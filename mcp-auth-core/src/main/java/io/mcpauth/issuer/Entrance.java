package io.mcpauth.issuer;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessFacts;
import io.mcpauth.access.AccessGate;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.Refusal;
import io.mcpauth.store.Follower;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the rules of access say of clients, users and grants; they are those of all nodes. */
final class Entrance implements AutoCloseable {
  private static final Duration MAX_AGE = Duration.ofSeconds(30);

  private final AccessGate gate;
  private final String issuer;

  private Entrance(AccessGate gate, String issuer) {
    this.gate = gate;
    this.issuer = issuer;
  }

  /**
   * Of a server.
   *
   * @param also hears of the changes in the store too
   */
  static Entrance to(ServerSetup setup, Follower.Listener also) {
    return new Entrance(
        AccessGate.start(
            new AccessGate.Following(
                setup.store(), MAX_AGE, Set.of(setup.issuer()), () -> {}, List.of(also))),
        setup.issuer());
  }

  /**
   * Nobody gets anything while access is closed, or who is cut off is not known.
   *
   * @throws AuthException ACCESS_CLOSED, STATE_UNAVAILABLE
   */
  void requireOpen() {
    Refusal closed = gate.entrance();
    if (closed == null) {
      return;
    }
    Refusal.Notice notice = closed.notice();
    if (notice == null) {
      throw new AuthException(closed.reason(), closed.facts());
    }
    Map<String, String> facts =
        Map.of(OAuthErrors.RETRY_AFTER, Long.toString(notice.retryAfterSeconds()));
    throw notice.message().isEmpty()
        ? new AuthException(closed.reason(), facts)
        : new AuthException(closed.reason(), notice.message(), facts);
  }

  /** Changes the rules, for all nodes. */
  AccessControl control() {
    return gate.control();
  }

  /** Whether only clients that are known get in, by a rule, an entry or a grant. */
  boolean isKnownOnly() {
    return gate.isKnownOnly();
  }

  /** Whether a rule lets this client in while only the known get in. */
  boolean isAllowed(String clientId, @Nullable User user) {
    return !gate.needsSession(new Facts(issuer, clientId, user, null, null, null));
  }

  /**
   * Why a client or user is kept out, or a grant has ended; null where none of it is so.
   *
   * @param since when the user allowed it; null for now
   */
  @Nullable Refusal refusal(String clientId, @Nullable User user, @Nullable Instant since) {
    return gate.refusal(new Facts(issuer, clientId, user, since, since, null));
  }

  /**
   * The same of a grant that is used again.
   *
   * @param usedAt when it was used before, and was not kept out
   */
  @Nullable Refusal refusal(Grant grant, Instant usedAt) {
    return gate.refusal(
        new Facts(issuer, grant.clientId(), grant.user(), grant.createdAt(), usedAt, grant.id()));
  }

  @Override
  public void close() {
    gate.close();
  }

  /** A grant as rules see the tokens of it. */
  private record Facts(
      String issuer,
      String clientId,
      @Nullable User user,
      @Nullable Instant since,
      @Nullable Instant usedAt,
      @Nullable String grantId)
      implements AccessFacts {
    @Override
    public @Nullable String subject() {
      return user == null ? null : user.id();
    }

    @Override
    public @Nullable String keyId() {
      return null;
    }

    /** A new one is made now, which no rule of before now is about. */
    @Override
    public Instant surelyGrantedAt() {
      return since == null ? Instant.MAX : since;
    }

    /**
     * Cut-offs that are older than tokens get are one instant for all: which of them were about
     * this grant was asked when it was used.
     */
    @Override
    public Instant surelyIssuedAt() {
      return usedAt == null ? Instant.MAX : usedAt;
    }

    @Override
    public long tokenMark() {
      return 0;
    }

    @Override
    public long sessionMark() {
      return AccessFacts.mark(issuer, grantId);
    }

    @Override
    public String tokenHash() {
      return "";
    }

    @Override
    public Collection<String> groups() {
      Object groups = user == null ? null : user.claims().get("groups");
      return groups instanceof Collection<?> names
          ? names.stream().map(String::valueOf).toList()
          : List.of();
    }
  }
}
