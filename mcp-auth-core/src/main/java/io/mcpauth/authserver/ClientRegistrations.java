package io.mcpauth.authserver;

import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.store.Store;
import java.net.URI;
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
 * share the store. Secrets are kept as SHA-256 hashes, and have no end of their own ({@code
 * client_secret_expires_at} is 0): one lasts as long as its registration, which moves with its use,
 * so that any time told at registration would be another than the one that is kept.
 *
 * <pre>{@code
 * RegistrationPolicy policy =
 *     RegistrationPolicy.builder()
 *         .authenticationMethods("none", "client_secret_basic")
 *         .scopes(List.of("files:read", "files:write"))
 *         .build();
 * ClientRegistrations registrations = ClientRegistrations.builder(store, policy).build();
 * ClientInformation registered = registrations.register(ClientMetadata.parse(body));
 * }</pre>
 *
 * <p>Registration is open, so it is bounded: a registration ends after 90 days unless the client is
 * used ({@link #touch}), and at most 1000 are open at a time. Of those that were never used one
 * source may have a tenth, and all whose source is unknown a half ({@link #register(ClientMetadata,
 * String)}); whoever registers more loses his own oldest. Where the room is full, the oldest that
 * was never used gives way; one that was used does not. A <em>public</em> client that registers
 * what is registered already gets the client id that is there (RFC 7591 section 3.2.1 allows it):
 * programs that register with every start add nothing. Such a client is shared by whoever says the
 * same about itself, which is all that a public client can prove anyway; it gets no registration
 * access token, with which one of them could change or delete it for the others. A
 * <em>confidential</em> client is registered anew each time, since its secret is told only once. A
 * server that remembers a user's consent by client id either asks for public clients each time, or
 * says {@link Builder#registerPublicClientsSeparately}: else whoever registers the same inherits
 * the consent.
 *
 * <p>Does not check: how often somebody registers. Nor the type of the content, which must be
 * {@code application/json}, or every web page could register without a preflight; nor the {@code
 * Origin}, which for a page that may register is in a list of the server's.
 */
public final class ClientRegistrations {
  private final RegistrationEntries entries;
  private final StrangersRoom unused;
  private final RegistrationPolicy policy;
  private final Settings settings;
  private final ClientConfiguration configuration;
  private final Clock clock;

  private ClientRegistrations(Store store, RegistrationPolicy policy, Settings settings) {
    this.entries = new RegistrationEntries(store);
    this.unused = new StrangersRoom(store, RegistrationEntries.UNUSED, settings.capacity());
    this.policy = policy;
    this.settings = settings;
    this.clock = settings.clock();
    this.configuration = new ClientConfiguration(entries, policy, settings);
  }

  /** What the builder was told, the defaults included. */
  record Settings(
      Clock clock,
      Duration lifetime,
      Duration unusedLifetime,
      int capacity,
      @Nullable URI endpoint,
      boolean separate) {}

  /** Registrations in a store, with the defaults that the builder's methods name. */
  public static Builder builder(Store store, RegistrationPolicy policy) {
    return new Builder(store, policy);
  }

  /**
   * Registers a client of whom nobody knows where it is.
   *
   * @throws AuthException as the other method
   */
  public ClientInformation register(ClientMetadata asked) {
    return register(asked, null);
  }

  /**
   * Registers a client; the answer's {@code toJson()} goes out with status 201.
   *
   * @param source where the request came from, such as {@link RequestSources#of} says; null where
   *     that is not known. Kept as a hash until the client is used.
   * @throws AuthException REDIRECT_URI_NOT_ACCEPTED, CLIENT_METADATA_INVALID, REGISTRATIONS_FULL
   *     where the room is full of clients that were used, STORE_UNAVAILABLE
   */
  public ClientInformation register(ClientMetadata asked, @Nullable String source) {
    ClientMetadata accepted = policy.accept(asked);
    if (settings.separate() || !accepted.tokenEndpointAuthMethod().equals("none")) {
      return registerAnew(accepted, source);
    }
    String hash = sharedHash(accepted);
    RegistrationEntries.Found known = entries.shared(hash);
    if (known != null) {
      // Not a use: or whoever floods the store registers twice, and gets the full life.
      renew(known, settings.unusedLifetime(), known.client().isUsed());
      return answer(known.client());
    }
    RegisteredClient mine = newClient(accepted, new RegisteredClient.Hashes(null, null, hash));
    open(mine, source);
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
   * take the same time but for the store's. Counts as a use of a client that {@link #touch} was
   * called for before, and not as the first: whoever registers has a secret.
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
    if (found.client().isUsed()) {
      renew(found, settings.lifetime(), true);
    }
    return found.client();
  }

  /**
   * Takes note that a client was used, such as by a token that it got for a user: its registration
   * lasts another full life, and gives way to no other. To be called for nothing that a stranger
   * can do. Writes at the first use, then at most once in a tenth of that life.
   *
   * @return whether the client is registered
   * @throws AuthException STORE_UNAVAILABLE
   */
  public boolean touch(String clientId) {
    RegistrationEntries.Found found = entries.find(clientId);
    if (found != null) {
      renew(found, settings.lifetime(), true);
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

  private ClientInformation registerAnew(ClientMetadata accepted, @Nullable String source) {
    String secret = accepted.needsSecret() ? Secrets.newSecret() : null;
    String token = settings.endpoint() == null ? null : Secrets.newSecret();
    RegisteredClient client =
        newClient(
            accepted,
            new RegisteredClient.Hashes(
                secret == null ? null : Secrets.hash(secret),
                token == null ? null : Secrets.hash(token),
                null));
    open(client, source);
    return configuration.answer(client, secret, token);
  }

  private RegisteredClient newClient(ClientMetadata accepted, RegisteredClient.Hashes hashes) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return new RegisteredClient(
        Secrets.newClientId(), accepted, now, now.plus(settings.unusedLifetime()), hashes, false);
  }

  /** Counts before and after: of many at once none makes it too many. */
  private void open(RegisteredClient client, @Nullable String source) {
    unused.makeRoomInShare(source, entries::giveWay);
    while (entries.count() >= settings.capacity()) {
      if (!unused.letOldestGo(entries::giveWay)) {
        throw new AuthException(ReasonCode.REGISTRATIONS_FULL);
      }
    }
    if (!entries.create(client, source)) {
      throw new IllegalStateException("A random client id was drawn twice.");
    }
    while (entries.count() > settings.capacity()) {
      // It may be this very one, where all others were used.
      if (!unused.letOldestGo(entries::giveWay) || entries.find(client.clientId()) == null) {
        entries.discard(client);
        throw new AuthException(ReasonCode.REGISTRATIONS_FULL);
      }
    }
  }

  private void renew(RegistrationEntries.Found found, Duration life, boolean used) {
    RegisteredClient client = found.client();
    Instant end = clock.instant().plus(life);
    Duration gained = Duration.between(client.expiresAt(), end);
    boolean first = used && !client.isUsed();
    if (gained.isNegative()) {
      end = client.expiresAt(); // an unused life may be the longer one
    }
    if (gained.compareTo(life.dividedBy(10)) < 0 && !first) {
      return;
    }
    // Where another thread was faster, it did the same.
    if (!entries.replace(found, client.lasting(end, used))) {
      return;
    }
    String shared = client.hashes().shared();
    if (shared != null) {
      entries.extendShared(shared, client.clientId(), end);
    }
    if (first) {
      entries.takeNoteOfUse(client.clientId());
    } else if (!used) {
      entries.extendUnused(client.clientId(), end);
    }
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
    return "ClientRegistrations[" + settings.capacity() + ", " + settings.lifetime() + "]";
  }

  /**
   * Collects the settings. Each method that takes a value throws an {@link
   * IllegalArgumentException} if it was called before.
   */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofDays(3660);
    private static final int MOST = 1_000_000;

    private final Store store;
    private final RegistrationPolicy policy;
    private @Nullable Clock clock;
    private @Nullable Duration lifetime;
    private @Nullable Duration unusedLifetime;
    private @Nullable Integer capacity;
    private @Nullable URI endpoint;
    private boolean separate;

    private Builder(Store store, RegistrationPolicy policy) {
      this.store = store;
      this.policy = policy;
    }

    /** The clock of every expiry; for tests. */
    public Builder clock(Clock value) {
      SetOnce.require(clock == null, "The clock");
      clock = value;
      return this;
    }

    /**
     * How long a registration lasts without use; 90 days by default.
     *
     * @throws IllegalArgumentException if it is under one minute or over 3660 days
     */
    public Builder lifetime(Duration value) {
      SetOnce.require(lifetime == null, "The lifetime");
      lifetime = checked("lifetime", value);
      return this;
    }

    /**
     * How long a registration lasts before its first use; by default as long as any. A shorter one,
     * such as a day, makes room sooner after a flood. To register the same again is no use.
     *
     * @throws IllegalArgumentException if it is under one minute or over 3660 days
     */
    public Builder unusedLifetime(Duration value) {
      SetOnce.require(unusedLifetime == null, "The unused lifetime");
      unusedLifetime = checked("unusedLifetime", value);
      return this;
    }

    /**
     * How many registrations may be open at a time; 1000 by default. For one more the oldest that
     * was never used gives way; where there is none it is refused with REGISTRATIONS_FULL (429).
     *
     * @throws IllegalArgumentException if it is not 1 to 1,000,000
     */
    public Builder capacity(int value) {
      SetOnce.require(capacity == null, "The capacity");
      if (value < 1 || value > MOST) {
        throw new IllegalArgumentException(
            "The capacity " + value + " is out of range: write 1 to " + MOST + ".");
      }
      capacity = value;
      return this;
    }

    /**
     * Lets clients manage their registrations (RFC 7592): each that is not shared gets a
     * registration access token and the URI of its own below this one, {@code base/client_id}. Off
     * by default.
     *
     * @throws IllegalArgumentException if it is not an https URL (http on loopback) without query
     *     and fragment
     */
    public Builder configurationEndpoint(URI base) {
      SetOnce.require(endpoint == null, "The configuration endpoint");
      boolean web =
          "https".equals(base.getScheme())
              || ("http".equals(base.getScheme()) && Loopback.host(base));
      if (!web
          || base.getHost() == null
          || base.getRawUserInfo() != null
          || base.getRawQuery() != null
          || base.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "The configuration endpoint '"
                + base.getHost()
                + "' is no https URL without user-info, query and fragment. Write one such as"
                + " 'https://login.example.com/register'.");
      }
      endpoint = URI.create(base.toString().replaceFirst("/$", ""));
      return this;
    }

    /**
     * Gives every public client an id of its own, also where another registered the same, and with
     * {@link #configurationEndpoint} a registration access token. Programs that register with every
     * start then fill the room.
     */
    public Builder registerPublicClientsSeparately() {
      SetOnce.require(!separate, "registerPublicClientsSeparately");
      separate = true;
      return this;
    }

    /** The registrations. */
    public ClientRegistrations build() {
      Duration used = lifetime == null ? Duration.ofDays(90) : lifetime;
      return new ClientRegistrations(
          store,
          policy,
          new Settings(
              clock == null ? Clock.systemUTC() : clock,
              used,
              unusedLifetime == null ? used : unusedLifetime,
              capacity == null ? 1000 : capacity,
              endpoint,
              separate));
    }

    private static Duration checked(String name, Duration value) {
      if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            name + " " + value + " is out of range: write one minute to 3660 days.");
      }
      return value;
    }
  }
}
