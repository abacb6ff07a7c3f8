package io.mcpauth.signals;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ProviderProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transmitter of security events that is none of the authorization servers: it has an issuer and
 * keys of its own, and speaks of the users of one of them.
 *
 * <p>Immutable.
 */
public final class EventTransmitter {
  private static final ProviderProfile PROFILE =
      ProviderProfile.builder("shared-signals")
          .discovery(AuthorizationServerDiscovery.Form.SHARED_SIGNALS)
          .build();

  private final AuthorizationServer keys;
  private final @Nullable String tokenIssuer;

  private EventTransmitter(AuthorizationServer keys, @Nullable String tokenIssuer) {
    this.keys = keys;
    this.tokenIssuer = tokenIssuer;
  }

  /**
   * A transmitter whose keys its metadata names, at {@code /.well-known/ssf-configuration} (OpenID
   * Shared Signals Framework 1.0 section 7).
   *
   * @param issuer the {@code iss} of its tokens, exactly as its metadata spells it
   * @throws IllegalArgumentException if it is no issuer identifier
   */
  public static EventTransmitter of(String issuer) {
    return new EventTransmitter(AuthorizationServer.of(issuer).withProfile(PROFILE), null);
  }

  /**
   * The same, with its keys at this address instead of where its metadata says.
   *
   * @throws IllegalArgumentException if it is not https (or http on loopback), or was set before
   */
  public EventTransmitter withJwksUri(String uri) {
    return new EventTransmitter(keys.withJwksUri(uri), tokenIssuer);
  }

  /**
   * The same, which speaks of the users of this authorization server. Needed where there are
   * several.
   *
   * @param issuer of the authorization server, as it is configured
   * @throws IllegalArgumentException if it was set before
   */
  public EventTransmitter forUsersOf(String issuer) {
    SetOnce.require(tokenIssuer == null, "The issuer that '" + keys.issuer() + "' speaks of");
    return new EventTransmitter(keys, issuer);
  }

  /** Where its keys are. */
  AuthorizationServer keys() {
    return keys;
  }

  /**
   * Requires that it is none of the authorization servers, and that it is said of whose users it
   * speaks.
   *
   * @throws IllegalArgumentException if it is not so
   */
  void requireBeside(List<AuthorizationServer> all) {
    String own = keys.issuer();
    if (all.stream().anyMatch(s -> s.issuer().equals(own) || s.acceptedIssuers().contains(own))) {
      throw new IllegalArgumentException(
          "Transmitter '"
              + own
              + "' is an authorization server here, whose events are taken anyway, with its own"
              + " keys. Remove fromTransmitter, without code MCP_AUTH_EVENTS_TRANSMITTER.");
    }
    requireUsersOf(all.stream().map(AuthorizationServer::issuer).toList());
  }

  private void requireUsersOf(List<String> servers) {
    String named = tokenIssuer;
    if (named == null && servers.size() > 1) {
      throw new IllegalArgumentException(
          "Transmitter '"
              + keys.issuer()
              + "' does not say of whose users it speaks, and there are several authorization"
              + " servers. Write forUsersOf(issuer), which needs code.");
    }
    if (named != null && !servers.contains(named)) {
      throw new IllegalArgumentException(
          "Transmitter '"
              + keys.issuer()
              + "' speaks of the users of '"
              + named
              + "', which is no authorization server here. Write one of "
              + servers
              + ".");
    }
  }

  /** The issuer of the authorization server whose users it speaks of. */
  String usersOf(List<String> servers) {
    return tokenIssuer == null ? servers.get(0) : tokenIssuer;
  }

  @Override
  public String toString() {
    return "EventTransmitter["
        + keys.issuer()
        + (keys.discoversKeys() ? "" : ", keys at " + keys.jwksUri())
        + "]";
  }
}
