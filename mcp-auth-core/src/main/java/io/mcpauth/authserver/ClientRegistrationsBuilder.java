package io.mcpauth.authserver;

import io.mcpauth.internal.net.Loopback;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Fills {@link ClientRegistrations}. Each method replaces what was there before. */
public final class ClientRegistrationsBuilder {
  private static final Duration LONGEST = Duration.ofDays(3660);
  private static final int MOST = 1_000_000;

  private final Store store;
  private final RegistrationPolicy policy;
  Clock clock = Clock.systemUTC();
  Duration lifetime = Duration.ofDays(90);
  int capacity = 1000;
  boolean separate;
  @Nullable URI endpoint;
  private @Nullable Duration unusedLifetime;

  ClientRegistrationsBuilder(Store store, RegistrationPolicy policy) {
    this.store = store;
    this.policy = policy;
  }

  /** The clock of every expiry; for tests. */
  public ClientRegistrationsBuilder clock(Clock value) {
    clock = value;
    return this;
  }

  /**
   * How long a registration lasts without use; 90 days by default.
   *
   * @throws IllegalArgumentException if it is under one minute or over 3660 days
   */
  public ClientRegistrationsBuilder lifetime(Duration value) {
    lifetime = checked("lifetime", value);
    return this;
  }

  /**
   * How long a registration lasts before its first use; by default as long as any. A shorter one,
   * such as a day, makes room sooner after a flood. To register the same again is no use.
   *
   * @throws IllegalArgumentException if it is under one minute or over 3660 days
   */
  public ClientRegistrationsBuilder unusedLifetime(Duration value) {
    unusedLifetime = checked("unusedLifetime", value);
    return this;
  }

  /**
   * How many registrations may be open at a time; 1000 by default. More are refused with
   * REGISTRATIONS_FULL (429) until some have ended.
   *
   * @throws IllegalArgumentException if it is not 1 to 1,000,000
   */
  public ClientRegistrationsBuilder capacity(int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          "The capacity " + value + " is out of range: write 1 to " + MOST + ".");
    }
    capacity = value;
    return this;
  }

  /**
   * Lets clients manage their registrations (RFC 7592): each that is not shared gets a registration
   * access token and the URI of its own below this one, {@code base/client_id}. Off by default.
   *
   * @throws IllegalArgumentException if it is not an https URL (http on loopback) without query and
   *     fragment
   */
  public ClientRegistrationsBuilder configurationEndpoint(URI base) {
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
  public ClientRegistrationsBuilder registerPublicClientsSeparately() {
    separate = true;
    return this;
  }

  /** The registrations. */
  public ClientRegistrations build() {
    ClientRegistrationsBuilder copy = new ClientRegistrationsBuilder(store, policy);
    copy.clock = clock;
    copy.lifetime = lifetime;
    copy.capacity = capacity;
    copy.separate = separate;
    copy.endpoint = endpoint;
    copy.unusedLifetime = unusedLifetime;
    return new ClientRegistrations(store, policy, copy);
  }

  Duration unusedLifetime() {
    return unusedLifetime == null ? lifetime : unusedLifetime;
  }

  private static Duration checked(String name, Duration value) {
    if (value.compareTo(Duration.ofMinutes(1)) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " " + value + " is out of range: write one minute to 3660 days.");
    }
    return value;
  }
}
