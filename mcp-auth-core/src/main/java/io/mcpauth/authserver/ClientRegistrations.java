package io.mcpauth.authserver;

import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The clients that registered themselves at an authorization server (RFC 7591), and what they may
 * do with their registrations afterwards (RFC 7592). Used by all threads, and by all nodes that
 * share the store. Secrets are kept as SHA-256 hashes.
 *
 * <p>Registration is open, so it is bounded: a registration ends after 90 days unless the client is
 * used ({@link #touch}), and at most 1000 are open at a time. A <em>public</em> client that
 * registers what is registered already gets the client id that is there (RFC 7591 section 3.2.1
 * allows it): programs that register with every start add nothing. Such a client is shared by
 * whoever says the same about itself, which is all that a public client can prove anyway; it gets
 * no registration access token, with which one of them could change or delete it for the others. A
 * <em>confidential</em> client is registered anew each time, since its secret is told only once. A
 * server that remembers a user's consent by client id either asks for public clients each time, or
 * says {@link ClientRegistrationsBuilder#registerPublicClientsSeparately}: else whoever registers
 * the same inherits the consent.
 *
 * <p>Does not check: how often somebody registers. Limits by address are the container's, or the
 * proxy's in front of it. Nor the type of the content, which must be {@code application/json}, or
 * every web page could register without a preflight.
 */
public final class ClientRegistrations {
  private final RegistrationEntries entries;
  private final RegistrationPolicy policy;
  private final ClientRegistrationsBuilder settings;
  private final ClientConfiguration configuration;
  private final Clock clock;

  ClientRegistrations(Store store, RegistrationPolicy policy, ClientRegistrationsBuilder settings) {
    this.entries = new RegistrationEntries(store);
    this.policy = policy;
    this.settings = settings;
    this.clock = settings.clock;
    this.configuration = new ClientConfiguration(entries, policy, settings);
  }

  /** Registrations in a store, with the defaults that the builder's methods name. */
  public static ClientRegistrationsBuilder builder(Store store, RegistrationPolicy policy) {
    return new ClientRegistrationsBuilder(store, policy);
  }

  /**
   * Registers a client; the answer's {@code toJson()} goes out with status 201.
   *
   * @throws AuthException REDIRECT_URI_NOT_ACCEPTED, CLIENT_METADATA_INVALID, REGISTRATIONS_FULL,
   *     STORE_UNAVAILABLE
   */
  public ClientInformation register(ClientMetadata asked) {
    ClientMetadata accepted = policy.accept(asked);
    if (settings.separate || !accepted.tokenEndpointAuthMethod().equals("none")) {
      return registerAnew(accepted);
    }
    String hash = sharedHash(accepted);
    RegistrationEntries.Found known = entries.shared(hash);
    if (known != null) {
      // Not a use: or whoever floods the store registers twice, and gets the full life.
      renew(known, settings.unusedLifetime());
      return answer(known.client());
    }
    RegisteredClient mine = newClient(accepted, new RegisteredClient.Hashes(null, null, hash));
    open(mine);
    RegistrationEntries.Found other = entries.claim(hash, mine);
    if (other == null) {
      return answer(mine);
    }
    entries.discard(mine);
    return answer(other.client());
  }

  /**
   * The client of that id, or null where none is registered (any more).
   *
   * @throws AuthException STORE_UNAVAILABLE
   */
  public @Nullable RegisteredClient find(String clientId) {
    RegistrationEntries.Found found = entries.find(clientId);
    return found == null ? null : found.client();
  }

  /**
   * The client of that id if the secret is its own, or null; an unknown client and a wrong secret
   * take the same time but for the store's. Counts as a use.
   *
   * <p>Does not check: that the secret came in the way that the client registered ({@code
   * client_secret_basic} or {@code client_secret_post}).
   *
   * @throws AuthException STORE_UNAVAILABLE
   */
  public @Nullable RegisteredClient authenticate(String clientId, String secret) {
    RegistrationEntries.Found found = entries.find(clientId);
    boolean good = Secrets.matches(found == null ? null : found.client().hashes().secret(), secret);
    if (found == null || !good) {
      return null;
    }
    renew(found, settings.lifetime);
    return found.client();
  }

  /**
   * Takes note that a client was used, such as by a token that it got: its registration lasts
   * another full life. Writes at most once in a tenth of that.
   *
   * @return whether the client is registered
   * @throws AuthException STORE_UNAVAILABLE
   */
  public boolean touch(String clientId) {
    RegistrationEntries.Found found = entries.find(clientId);
    if (found != null) {
      renew(found, settings.lifetime);
    }
    return found != null;
  }

  /**
   * Ends a registration, for the operator; whether there was one. Its tokens are not revoked.
   *
   * @throws AuthException STORE_UNAVAILABLE
   */
  public boolean remove(String clientId) {
    RegistrationEntries.Found found = entries.find(clientId);
    return found != null && entries.remove(found.client());
  }

  /**
   * What is registered, for the client itself (RFC 7592 section 2.1). The secret is not told again.
   *
   * @param token the registration access token of the request
   * @throws AuthException REGISTRATION_TOKEN_INVALID, also for a client that is gone
   *     (STORE_UNAVAILABLE as everywhere)
   */
  public ClientInformation read(String clientId, String token) {
    return configuration.read(clientId, token);
  }

  /**
   * Replaces what is registered (RFC 7592 section 2.2); what is left out is gone. A client that
   * comes to need a secret gets one; another keeps its own, which is not told again.
   *
   * @param asked the body, which must name the client by {@code client_id}
   * @throws AuthException REGISTRATION_TOKEN_INVALID, REDIRECT_URI_NOT_ACCEPTED,
   *     CLIENT_METADATA_INVALID, STORE_UNAVAILABLE
   */
  public ClientInformation update(String clientId, String token, ClientMetadata asked) {
    return configuration.update(clientId, token, asked);
  }

  /**
   * Ends a registration, for the client itself (RFC 7592 section 2.3). Its tokens are not revoked
   * here; they should be.
   *
   * @throws AuthException REGISTRATION_TOKEN_INVALID, STORE_UNAVAILABLE
   */
  public void delete(String clientId, String token) {
    configuration.delete(clientId, token);
  }

  private ClientInformation registerAnew(ClientMetadata accepted) {
    String secret = accepted.needsSecret() ? Secrets.newSecret() : null;
    String token = settings.endpoint == null ? null : Secrets.newSecret();
    RegisteredClient client =
        newClient(
            accepted,
            new RegisteredClient.Hashes(
                secret == null ? null : Secrets.hash(secret),
                token == null ? null : Secrets.hash(token),
                null));
    open(client);
    return configuration.answer(client, secret, token);
  }

  private RegisteredClient newClient(ClientMetadata accepted, RegisteredClient.Hashes hashes) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new RegisteredClient(
        Secrets.newClientId(), accepted, now, now.plus(settings.unusedLifetime()), hashes);
  }

  /**
   * Counts before and after: of many at once some may be refused early, but none stays too many.
   */
  private void open(RegisteredClient client) {
    if (entries.count() >= settings.capacity) {
      throw new AuthException(ReasonCode.REGISTRATIONS_FULL);
    }
    if (!entries.create(client)) {
      throw new IllegalStateException("A random client id was drawn twice.");
    }
    if (entries.count() > settings.capacity) {
      entries.discard(client);
      throw new AuthException(ReasonCode.REGISTRATIONS_FULL);
    }
  }

  private void renew(RegistrationEntries.Found found, Duration life) {
    RegisteredClient client = found.client();
    Instant end = clock.instant().plus(life);
    Duration gained = Duration.between(client.expiresAt(), end);
    if (gained.compareTo(life.dividedBy(10)) < 0) {
      return;
    }
    String shared = client.hashes().shared();
    if (shared != null) {
      entries.extendShared(shared, client.clientId(), end);
    }
    // Where another thread was faster, it did the same.
    boolean unused =
        entries.replace(
            found,
            new RegisteredClient(
                client.clientId(), client.metadata(), client.issuedAt(), end, client.hashes()));
  }

  private static ClientInformation answer(RegisteredClient shared) {
    return ClientInformation.of(
        shared.clientId(),
        shared.issuedAt(),
        ClientInformation.Credentials.NONE,
        shared.metadata());
  }

  /** Of the accepted metadata with its members in order, so that their order does not count. */
  private static String sharedHash(ClientMetadata accepted) {
    Map<String, Object> sorted = new TreeMap<>(accepted.members());
    return Secrets.hash(new String(Json.write(sorted), StandardCharsets.UTF_8));
  }

  /** The limits. */
  @Override
  public String toString() {
    return "ClientRegistrations[" + settings.capacity + ", " + settings.lifetime + "]";
  }
}
