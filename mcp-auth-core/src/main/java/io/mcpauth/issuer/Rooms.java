package io.mcpauth.issuer;

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

  /**
   * Joins them.
   *
   * @param register null where no client may register itself
   */
  Rooms(
      ServerSetup setup,
      EventLog events,
      Rates rates,
      Entrance entrance,
      Clients clients,
      Grants grants,
      @Nullable Endpoint register) {
    this.events = events;
    this.entrance = entrance;
    this.pages = new PageAnswers(setup);
    Browser browser = new Browser(setup.issuer());
    Asking asking = new Asking(setup.login(), events);
    Consents consents = new Consents(setup.store(), setup.clock());
    PendingConsents pending = new PendingConsents(setup.store(), setup.clock());
    ConsentDialogue dialogue =
        new ConsentDialogue(setup, grants, consents, pending, browser, asking, pages, events);
    OAuthAddresses at = setup.addresses();
    for (String path : at.metadataPaths()) {
      put(path, new MetadataEndpoint(setup), GET, false);
    }
    put(
        at.path(OAuthAddresses.AUTHORIZE),
        new AuthorizationEndpoint(
            setup, clients, grants, entrance, asking, dialogue, pages, rates, events),
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
        new TokenEndpoint(setup, clients, grants, entrance, rates, events),
        POST,
        false);
    put(
        at.path(OAuthAddresses.REVOKE),
        new RevocationEndpoint(clients, grants, events),
        POST,
        false);
    put(
        at.path(OAuthAddresses.INTROSPECT),
        new IntrospectionEndpoint(setup, clients, grants),
        POST,
        false);
    if (register != null) {
      put(at.path(OAuthAddresses.REGISTER), register, POST, false);
    }
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
    entrance.close();
  }
}
