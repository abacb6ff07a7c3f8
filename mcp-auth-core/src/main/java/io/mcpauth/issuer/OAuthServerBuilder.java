package io.mcpauth.issuer;

import io.mcpauth.authserver.RequestSources;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.ScopeText;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds an {@link OAuthServer}. A value that is set twice stops the start. */
public final class OAuthServerBuilder {
  private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofHours(1);
  private static final Duration REFRESH_TOKEN_LIFETIME = Duration.ofDays(30);
  private static final Duration LONGEST_ACCESS = Duration.ofDays(1);
  private static final Duration LONGEST_REFRESH = Duration.ofDays(366);

  private final String issuer;
  private final Supplier<OpenStore> opening;
  private final Login login;
  private final Set<String> resources = new LinkedHashSet<>();
  private final Map<String, ScopeText> scopes = new LinkedHashMap<>();
  private @Nullable Duration accessTokenLifetime;
  private @Nullable Duration refreshTokenLifetime;
  private @Nullable Consent consent;
  private Set<String> firstParties = Set.of();
  private final Set<Client.Way> closed = EnumSet.noneOf(Client.Way.class);
  private @Nullable RequestSources sources;
  private @Nullable Consumer<AuthorizationEvent> events;
  private @Nullable PageRenderer pages;
  private @Nullable OutboundConnections connections;
  private boolean loopbackDocuments;
  private boolean registeredScopesOnly;
  private @Nullable SealKeys signing;
  private @Nullable Set<String> audienceScopes;
  private @Nullable Clock clock;

  OAuthServerBuilder(String issuer, Supplier<OpenStore> opening, Login login) {
    URI unused = ConfiguredUrl.issuer(issuer);
    if (issuer.endsWith("/")) {
      throw new IllegalArgumentException(
          "The issuer '"
              + issuer
              + "' ends with a slash. Write it without: clients compare it letter by letter.");
    }
    this.issuer = issuer;
    this.opening = opening;
    this.login = login;
  }

  /**
   * A resource that tokens may be asked for (RFC 8707), with the scopes of its policy. To be called
   * once for each resource, at least once. Where there is one, it is that of a request that names
   * none: clients of MCP 2025-03-26 name none.
   *
   * @throws IllegalArgumentException if it is not in normalised form
   */
  public OAuthServerBuilder resource(String resource, ToolPolicy policy) {
    String value = ResourceIdentifier.of(resource).value();
    SetOnce.require(resources.add(value), "The resource '" + value + "'");
    policy.scopeTexts().forEach(scopes::putIfAbsent);
    return this;
  }

  /**
   * How long an access token lasts, an hour by default. That of a client that the operator entered
   * may be another one.
   *
   * @param lifetime a second to a day
   */
  public OAuthServerBuilder accessTokenLifetime(Duration lifetime) {
    SetOnce.require(accessTokenLifetime == null, "The lifetime of access tokens");
    accessTokenLifetime = within("access tokens", lifetime, LONGEST_ACCESS);
    return this;
  }

  /**
   * How long a grant lasts that is not used, 30 days by default. Each refresh begins it anew.
   *
   * @param lifetime a second to 366 days
   */
  public OAuthServerBuilder refreshTokenLifetime(Duration lifetime) {
    SetOnce.require(refreshTokenLifetime == null, "The lifetime of refresh tokens");
    refreshTokenLifetime = within("refresh tokens", lifetime, LONGEST_REFRESH);
    return this;
  }

  private static Duration within(String what, Duration lifetime, Duration longest) {
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "The lifetime of " + what + " is " + lifetime + ". Write 1 second to " + longest + ".");
    }
    return lifetime;
  }

  /** When users are asked: {@link Consent#ONCE} by default. */
  public OAuthServerBuilder consent(Consent when) {
    SetOnce.require(consent == null, "The consent");
    consent = when;
    return this;
  }

  /**
   * Clients that belong to whoever runs this server, by their ids: with {@link
   * Consent#NEVER_FOR_FIRST_PARTIES} nobody is asked for them. None by default.
   *
   * @throws IllegalArgumentException if there is none
   */
  public OAuthServerBuilder firstParties(String... clientIds) {
    SetOnce.require(firstParties.isEmpty(), "The list of first parties");
    if (clientIds.length == 0) {
      throw new IllegalArgumentException("No first party is named. Name one, or leave it out.");
    }
    firstParties = Collections.unmodifiableSet(new LinkedHashSet<>(List.of(clientIds)));
    return this;
  }

  /** Lets no client register itself (RFC 7591); those that have done so are not known either. */
  public OAuthServerBuilder refuseRegistration() {
    SetOnce.require(closed.add(Client.Way.REGISTERED), "refuseRegistration");
    return this;
  }

  /**
   * Takes no URL of a metadata document for a client id, and does not offer it: for a server that
   * reaches no public addresses.
   */
  public OAuthServerBuilder refuseMetadataDocuments() {
    SetOnce.require(closed.add(Client.Way.DOCUMENT), "refuseMetadataDocuments");
    return this;
  }

  /** Where requests come from: {@link RequestSources#direct()} by default. */
  public OAuthServerBuilder requestSources(RequestSources from) {
    SetOnce.require(sources == null, "The sources of requests");
    sources = from;
    return this;
  }

  /**
   * Hears of every event, on the thread of its request: it must be quick. What it throws is logged
   * and changes nothing. None by default; the log has a line for each anyway.
   */
  public OAuthServerBuilder events(Consumer<AuthorizationEvent> listener) {
    SetOnce.require(events == null, "The listener for events");
    events = listener;
    return this;
  }

  /** Makes the pages instead of the library. */
  public OAuthServerBuilder pages(PageRenderer renderer) {
    SetOnce.require(pages == null, "The renderer of pages");
    pages = renderer;
    return this;
  }

  /**
   * Holds a client to the scopes that it registered, as some servers do: one that registered with
   * the scopes of a first challenge never gets another. Clients that named none may ask for all.
   */
  public OAuthServerBuilder holdClientsToRegisteredScopes() {
    SetOnce.require(!registeredScopesOnly, "holdClientsToRegisteredScopes");
    registeredScopesOnly = true;
    return this;
  }

  /**
   * Makes access tokens signed JWTs (RFC 9068, RS256) instead of opaque ones, for resource servers
   * in other processes: they verify them by the key set at {@code jwks_uri}. What ends a token
   * before its time is heard of only by those that share the store, or introspect it.
   *
   * <p>The signing keys are in the store, for all nodes. A new one is published a day before it
   * signs, signs for 90 days, and is published until the last token of it has ended; nobody has to
   * restart anything for it. Opaque tokens of before are good until they end. The {@code sub} of a
   * client that acts for itself is its id: enter no such client under the id of a user.
   *
   * @param keys encrypt the signing keys; {@link SealKeys#generated} for a store in memory
   */
  public OAuthServerBuilder signedTokens(SealKeys keys) {
    SetOnce.require(signing == null, "signedTokens");
    signing = keys;
    return this;
  }

  /**
   * Gives tokens their audience by their scopes, as an audience mapper in a client scope of
   * Keycloak does: one without any of these has the id of its client for its {@code aud}, and the
   * {@code resource} of requests (RFC 8707) is not read. To try clients and policies on it:
   * resource servers refuse such a token, whatever its scopes are.
   *
   * @throws IllegalArgumentException if no scope is named, or, from {@link #build()}, if one is not
   *     on offer, or there are several resources
   */
  public OAuthServerBuilder audienceByScopes(String... bringing) {
    SetOnce.require(audienceScopes == null, "audienceByScopes");
    if (bringing.length == 0) {
      throw new IllegalArgumentException(
          "No scope brings the audience. Name one, or leave it out.");
    }
    audienceScopes = Collections.unmodifiableSet(new LinkedHashSet<>(List.of(bringing)));
    return this;
  }

  /** How documents and keys of clients are fetched; directly by default. */
  public OAuthServerBuilder connections(OutboundConnections through) {
    SetOnce.require(connections == null, "The connections");
    connections = through;
    return this;
  }

  /**
   * Takes metadata documents and keys of clients from addresses on this machine too. For
   * development: where others reach this server, they could have it look around on its own machine.
   */
  public OAuthServerBuilder allowLoopbackDocumentsForDevelopment() {
    SetOnce.require(!loopbackDocuments, "allowLoopbackDocumentsForDevelopment");
    loopbackDocuments = true;
    return this;
  }

  /** The clock of all that ends; the system's by default. For tests. */
  public OAuthServerBuilder clock(Clock source) {
    SetOnce.require(clock == null, "The clock");
    clock = source;
    return this;
  }

  /**
   * The server, which serves from now on.
   *
   * @throws IllegalArgumentException if no resource is named, or {@link #firstParties} and {@link
   *     #consent}, or {@link #audienceByScopes} and the resources, contradict each other
   * @throws IllegalStateException if there are signing keys in the store that the keys of {@link
   *     #signedTokens} do not open
   * @throws io.mcpauth.store.StoreException if the store does not answer
   */
  public OAuthServer build() {
    requireComplete();
    OpenStore opened = opening.get();
    try {
      return new OAuthServer(setup(opened.store()), opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void requireComplete() {
    if (resources.isEmpty()) {
      throw new IllegalArgumentException(
          "The authorization server has no resource. Name one: resource(\"https://...\", policy).");
    }
    requireAudience();
    if (!firstParties.isEmpty() && consent != Consent.NEVER_FOR_FIRST_PARTIES) {
      throw new IllegalArgumentException(
          "First parties mean nothing without the consent NEVER_FOR_FIRST_PARTIES. Write it, or"
              + " leave them out.");
    }
  }

  private ServerSetup setup(Store store) {
    Set<Client.Way> ways = EnumSet.complementOf(EnumSet.copyOf(orNone(closed)));
    return new ServerSetup(
        new OAuthAddresses(issuer),
        store,
        login,
        Collections.unmodifiableSet(new LinkedHashSet<>(resources)),
        Collections.unmodifiableMap(new LinkedHashMap<>(scopes)),
        accessTokenLifetime == null ? ACCESS_TOKEN_LIFETIME : accessTokenLifetime,
        refreshTokenLifetime == null ? REFRESH_TOKEN_LIFETIME : refreshTokenLifetime,
        consent == null ? Consent.ONCE : consent,
        firstParties,
        Collections.unmodifiableSet(ways),
        signing,
        sources == null ? RequestSources.direct() : sources,
        events == null ? event -> {} : events,
        pages,
        connections == null ? OutboundConnections.defaults() : connections,
        loopbackDocuments,
        registeredScopesOnly,
        audienceScopes,
        clock == null ? Clock.systemUTC() : clock);
  }

  private void requireAudience() {
    if (audienceScopes == null) {
      return;
    }
    if (!scopes.keySet().containsAll(audienceScopes)) {
      throw new IllegalArgumentException(
          "The audience is to come by "
              + audienceScopes
              + ", not all of which are on offer. Write some of "
              + scopes.keySet()
              + ".");
    }
    if (resources.size() > 1) {
      throw new IllegalArgumentException(
          "An audience that comes by scopes is one. Write one resource, not " + resources + ".");
    }
  }

  private static EnumSet<Client.Way> orNone(Set<Client.Way> ways) {
    return ways.isEmpty() ? EnumSet.noneOf(Client.Way.class) : EnumSet.copyOf(ways);
  }
}
