package io.mcpauth.issuer;

import io.mcpauth.seal.SealKeys;
import io.mcpauth.token.TokenVerifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The endpoints of a server, joined to what they share. */
final class Rooms implements AutoCloseable {
  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> POST = Set.of("POST");
  private static final Set<String> BOTH = Set.of("GET", "POST");

  private final Map<String, OAuthServer.Door> doors = new LinkedHashMap<>();
  private final EventLog events;
  private final PageAnswers pages;
  private final Entrance entrance;
  private final KnownClients clients;
  private final TokenVerifier verifier;
  private final GrantControl grantControl;

  private Rooms(
      ServerSetup setup,
      EventLog events,
      Entrance entrance,
      KnownClients clients,
      Grants grants,
      @Nullable SigningKeys keys) {
    this.events = events;
    this.entrance = entrance;
    this.clients = clients;
    this.verifier = new OwnTokens(setup.issuer(), grants, clients::mayHave, setup.clock());
    this.grantControl = GrantControl.of(setup.issuer(), setup.store(), entrance.control());
    Rates rates = new Rates(setup.clock());
    this.pages = new PageAnswers(setup);
    Browser browser = new Browser(setup.issuer());
    Asking asking = new Asking(setup.login(), events);
    Consents consents = new Consents(setup.store(), setup.clock());
    PendingConsents pending = new PendingConsents(setup.store(), setup.clock());
    ConsentDialogue dialogue =
        new ConsentDialogue(
            setup, entrance, grants, consents, pending, browser, asking, pages, events);
    OAuthAddresses at = setup.addresses();
    for (String path : at.metadataPaths()) {
      put(path, new MetadataEndpoint(setup), GET, false);
    }
    put(
        at.path(OAuthAddresses.AUTHORIZE),
        new AuthorizationEndpoint(setup, clients, entrance, asking, dialogue, pages, rates, events),
        BOTH,
        true);
    put(
        at.path(OAuthAddresses.CONSENT),
        new ConsentEndpoint(
            setup, clients, entrance, asking, browser, pending, dialogue, pages, events),
        POST,
        true);
    put(
        at.path(OAuthAddresses.APPLICATIONS),
        new ApplicationsEndpoint(setup, clients, grants, consents, asking, browser, pages, events),
        BOTH,
        true);
    put(
        at.path(OAuthAddresses.LOGOUT),
        new LogoutEndpoint(setup, asking, browser, pending, pages),
        POST,
        true);
    put(
        at.path(OAuthAddresses.TOKEN),
        new TokenEndpoint(setup, clients, grants, entrance, asking, rates, events),
        POST,
        false);
    put(
        at.path(OAuthAddresses.REVOKE),
        new RevocationEndpoint(setup, clients, grants, rates, events),
        POST,
        false);
    put(
        at.path(OAuthAddresses.INTROSPECT),
        new IntrospectionEndpoint(setup, clients, grants, rates),
        POST,
        false);
    if (keys != null) {
      put(at.path(OAuthAddresses.KEYS), new KeysEndpoint(keys), GET, false);
    }
    if (setup.ways().contains(Client.Way.REGISTERED)) {
      put(
          at.path(OAuthAddresses.REGISTER),
          new RegistrationEndpoint(setup, clients, entrance, rates, events),
          POST,
          false);
    }
  }

  /** Joins them; the entrance follows the store from here on. */
  static Rooms of(ServerSetup setup) {
    StoredIssuers.add(setup.store(), setup.issuer());
    SealKeys sealedWith = setup.signing();
    SigningKeys keys = // first: nothing runs yet that would have to be stopped
        sealedWith == null
            ? null
            : SigningKeys.start(setup.issuer(), setup.store(), sealedWith, setup.clock());
    EventLog events = new EventLog(setup.issuer(), setup.clock(), setup.events());
    NodeClients entered = new NodeClients();
    Entrance entrance = Entrance.to(setup, entered);
    KnownClients clients = new KnownClients(setup, entered);
    SignedTexts signed = keys == null ? null : new SignedTexts(setup.issuer(), keys);
    Grants grants = new StoredGrants(setup, entrance.control(), signed);
    return new Rooms(setup, events, entrance, clients, grants, keys);
  }

  /** Of the access tokens of this server. */
  TokenVerifier verifier() {
    return verifier;
  }

  GrantControl grantControl() {
    return grantControl;
  }

  private void put(String path, Endpoint endpoint, Set<String> methods, boolean isPage) {
    doors.put(path, new OAuthServer.Door(endpoint, methods, isPage));
  }

  Map<String, OAuthServer.Door> doors() {
    return doors;
  }

  EventLog events() {
    return events;
  }

  PageAnswers pages() {
    return pages;
  }

  @Override
  public void close() {
    try (entrance) {
      clients.close();
    }
  }
}
