package io.mcpauth.issuer;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Login} is asked.
 *
 * @param returnTo where the browser comes back to when somebody has logged in: an address of this
 *     server, absolute, with all that the request needs
 * @param again whether somebody has to log in now, even if he is logged in (OpenID {@code
 *     prompt=login}); a login that cannot ask again says who is logged in, with the time
 * @param silent whether nobody may be asked ({@code prompt=none}): a login that would write its
 *     page says instead where it is, and the client is told that somebody has to log in
 * @param maxAge how long ago the login may be at most, or null for any time
 * @param http the request
 */
public record LoginRequest(
    URI returnTo, boolean again, boolean silent, @Nullable Duration maxAge, OAuthRequest http) {
  /** Without the address, which has the client's state in it. */
  @Override
  public String toString() {
    return "LoginRequest[again=" + again + "]";
  }
}
