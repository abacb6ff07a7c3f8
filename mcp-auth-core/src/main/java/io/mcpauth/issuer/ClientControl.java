package io.mcpauth.issuer;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The clients that the operator enters by hand, with an id and a secret of their own, in the store
 * that all nodes share. It works beside servers that run, which follow within a second, and while
 * none runs. Of a secret its SHA-256 is kept, which is enough for a random one.
 *
 * <pre>{@code
 * ClientControl clients = ClientControl.on(store);
 * CreatedClient created =
 *     clients.add(
 *         NewClient.withId("chatgpt-connector")
 *             .redirectUris("https://chat.openai.com/oauth/callback")
 *             .scopes("files:read"));
 * String secret = created.secret(); // to be seen here, and never again
 * }</pre>
 *
 * <p>What it takes from a client ends at once, on every node and in resource servers that have the
 * same store: first the client is changed, then what it has is ended; where it is removed, that is
 * ended before and behind it. Where the store fails in between, doing it again does the rest. To
 * end something the store has to list its entries ({@code Store.entries}).
 *
 * <p>Two who change something at once both do. All threads may use it.
 *
 * <p>Does not check: that the server offers the scopes of a client.
 */
public final class ClientControl {
  /** With what a secret begins that is made here, so that scanners of source code know it. */
  private static final String PREFIX = "mcpcs_";

  private static final int SECRET_BYTES = 32;
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  private final StoredClients clients;
  private final GrantEnd end;

  private ClientControl(StoredClients clients, GrantEnd end) {
    this.clients = clients;
    this.end = end;
  }

  /**
   * The clients of a store.
   *
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static ClientControl on(Store store) {
    return new ClientControl(new StoredClients(store), GrantEnd.of(store));
  }

  /**
   * Enters a client.
   *
   * @return the client with its secret, which nobody can show again
   * @throws IllegalArgumentException if a client of that id was entered, there are 10,000, or what
   *     it is to be contradicts itself
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public CreatedClient add(NewClient client) {
    ClientMetadata metadata = client.metadata();
    String given = client.secret();
    String secret = given == null && metadata.needsSecret() ? newSecret() : given;
    ClientEntry written =
        clients.change(
            client.id(),
            (known, now) -> {
              if (known != null) {
                throw new IllegalArgumentException(
                    "There is a client '" + client.id() + "'. Choose another id, or remove it.");
              }
              return ClientEntry.of(client, metadata, secret, now);
            });
    return new CreatedClient(written.entered(), secret);
  }

  /**
   * The clients that were entered, by id.
   *
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public List<EnteredClient> list() {
    return clients.all().stream()
        .map(ClientEntry::entered)
        .sorted((one, other) -> one.id().compareTo(other.id()))
        .toList();
  }

  /**
   * The client of an id, or null where none was entered.
   *
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public @Nullable EnteredClient find(String id) {
    ClientEntry entry = clients.find(id);
    return entry == null ? null : entry.entered();
  }

  /**
   * Gives a client a new secret. Those before are good for a while, so that the client can be given
   * the new one; with more than four of them the oldest end.
   *
   * @param overlap how long, none to 90 days
   * @return the client with its new secret, which nobody can show again
   * @throws IllegalArgumentException if no client of that id was entered, it proves itself without
   *     a secret, or the overlap is none
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public CreatedClient rotate(String id, Duration overlap) {
    return rotate(id, overlap, newSecret());
  }

  /**
   * The same, with a secret that is given.
   *
   * @param secret as {@link NewClient#secret} has it
   * @throws IllegalArgumentException as the other, or if the secret is none
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public CreatedClient rotate(String id, Duration overlap, String secret) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new IllegalArgumentException(
          "The secrets of a client cannot overlap for " + overlap + ". Write 0 to 90 days.");
    }
    ClientRules.requireSecret(secret);
    ClientEntry written =
        clients.change(
            id,
            (known, now) -> {
              ClientEntry client = require(id, known);
              if (!client.metadata().needsSecret()) {
                throw new IllegalArgumentException(
                    "Client '" + client.id() + "' has no secret that could be rotated.");
              }
              return client.rotated(secret, now, overlap);
            });
    return new CreatedClient(written.entered(), secret);
  }

  /**
   * Limits what a client may have. Access tokens of it that have a scope beyond that end; what its
   * users have granted goes on with the scopes that are left, so that nobody has to log in again.
   *
   * @param scopes all that it may have, or null for whatever the server offers
   * @throws IllegalArgumentException if no client of that id was entered, there is no scope among
   *     them, or one that is none; or if it acts for itself, and would have none of its own
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public EnteredClient limit(String id, @Nullable Set<String> scopes) {
    Set<String> only = scopes == null ? null : new LinkedHashSet<>(scopes);
    if (only != null) {
      ClientRules.requireScopes(only);
    }
    EnteredClient limited =
        change(
            id,
            entry -> {
              ClientRules.requireOwnScopes(entry.metadata(), only);
              return entry.limitedTo(only);
            });
    if (only != null) {
      int unused = end.beyond(id, only);
    }
    return limited;
  }

  /**
   * Says how long the access tokens of a client last, from its next one on.
   *
   * @param lifetime a minute to 30 days, or null for what the server says
   * @throws IllegalArgumentException if no client of that id was entered, or it is shorter or
   *     longer
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public EnteredClient lifetime(String id, @Nullable Duration lifetime) {
    if (lifetime != null) {
      ClientRules.requireLifetime(lifetime);
    }
    return change(id, entry -> entry.lasting(lifetime));
  }

  /**
   * Switches a client off: it gets no code and no token, and keeps its secret. All that it has
   * ends; once it is switched on again, its users log in again.
   *
   * @throws IllegalArgumentException if no client of that id was entered
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public EnteredClient disable(String id) {
    EnteredClient disabled = change(id, entry -> entry.enabled(false));
    int unused = end.all(id, null);
    return disabled;
  }

  /**
   * Switches a client on again.
   *
   * @throws IllegalArgumentException if no client of that id was entered
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public EnteredClient enable(String id) {
    return change(id, entry -> entry.enabled(true));
  }

  /**
   * Removes a client with its secrets, also one that this release cannot read. All that it has
   * ends, and what users have allowed it is forgotten: the next one of that id may be another.
   *
   * @return whether there was one
   * @throws io.mcpauth.store.StoreException if the store cannot do it
   */
  public boolean remove(String id) {
    if (clients.has(id)) { // before: where this fails, the client is there to be removed again
      endAll(id);
    }
    boolean removed = clients.remove(id);
    if (removed) {
      endAll(id); // what it has got meanwhile
    }
    return removed;
  }

  private void endAll(String id) {
    int unused = end.all(id, null);
    end.consents(id, null);
  }

  private EnteredClient change(String id, UnaryOperator<ClientEntry> change) {
    return clients.change(id, (known, now) -> change.apply(require(id, known))).entered();
  }

  private static ClientEntry require(String id, @Nullable ClientEntry known) {
    if (known == null) {
      throw new IllegalArgumentException(
          "There is no client '" + AuthException.fitForLog(id) + "'. List those there are.");
    }
    return known;
  }

  private static String newSecret() {
    return PREFIX + Opaque.random(SECRET_BYTES);
  }

  @Override
  public String toString() {
    return "ClientControl";
  }
}
