package io.mcpauth.signals;

import java.util.Set;

/**
 * That logout tokens of the authorization servers are received (OpenID Connect Back-Channel Logout
 * 1.0): who logs out at the provider, or is logged out there, has no access here from then on. One
 * with a {@code sid} ends the tokens of that login, and those of the user that carry none; one with
 * a {@code sub} alone ends all of the user's.
 *
 * <pre>{@code
 * builder.backChannelLogout(BackChannelLogout.at("/backchannel-logout", "my-client-id"));
 * }</pre>
 *
 * <p>Immutable.
 *
 * <p>Does not check: whether the {@code sub} of logout tokens is that of access tokens. Of a
 * provider that gives each client a {@code sub} of its own it is not.
 */
public final class BackChannelLogout {
  private final String path;
  private final Set<String> clientIds;

  private BackChannelLogout(String path, Set<String> clientIds) {
    this.path = path;
    this.clientIds = clientIds;
  }

  /**
   * Received at a path, for clients of the provider.
   *
   * @param path within the web application, such as {@code /backchannel-logout}; the clients have
   *     its URL as {@code backchannel_logout_uri} at the provider
   * @param clientIds their ids, one of which is in the {@code aud} of each token (section 2.4)
   * @throws IllegalArgumentException if it is no such path, or there is no client id or a blank one
   */
  public static BackChannelLogout at(String path, String... clientIds) {
    return new BackChannelLogout(
        SignalPath.checked(path), Audiences.named("client id of logout tokens", clientIds));
  }

  String path() {
    return path;
  }

  Set<String> clientIds() {
    return clientIds;
  }

  @Override
  public String toString() {
    return "BackChannelLogout[" + path + ", " + clientIds + "]";
  }
}
