package io.mcpauth.authserver;

import io.mcpauth.internal.net.ApplicationType;
import java.net.URI;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A redirect URI that {@link RedirectUriRules} accepted: where an authorization server may send a
 * browser with a code in hand. Kept and compared as the text that was registered; nothing is
 * normalised.
 *
 * <p>Does not check: that anything listens there, or that the client owns the host or the scheme.
 */
public final class RedirectUri {
  /** Scheme and host, port, and the rest. */
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(http://(?:localhost|127\\.0\\.0\\.1|\\[::1]))(?::([1-9]\\d{0,4}))?((?:[/?].*)?)");

  private static final int HIGHEST_PORT = 65_535;

  private final String value;
  private final URI uri;

  RedirectUri(String value, URI uri) {
    this.value = value;
    this.uri = uri;
  }

  /** The text, as registered. */
  public String value() {
    return value;
  }

  /**
   * Whether a requested redirect URI is this one: the same string (RFC 9700 section 4.1.3), or, for
   * http on loopback, the same but for the port, which a client learns only when it starts to
   * listen (RFC 8252 section 7.3). {@code localhost} is not {@code 127.0.0.1}.
   */
  public boolean matches(String requested) {
    return matches(value, requested);
  }

  /** Whether a requested redirect URI is one of those registered, as {@link #matches(String)}. */
  public static boolean matches(Collection<String> registered, String requested) {
    return registered.stream().anyMatch(known -> matches(known, requested));
  }

  /**
   * Whether a requested redirect URI is the registered one, as {@link #matches(String)}.
   *
   * @param registered one that was accepted; what it allows is not checked again
   */
  public static boolean matches(String registered, String requested) {
    if (registered.equals(requested)) {
      return true;
    }
    if (requested.length() > RedirectUriRules.MAX_LENGTH) {
      return false;
    }
    Matcher known = LOOPBACK.matcher(registered);
    Matcher asked = LOOPBACK.matcher(requested);
    return known.matches()
        && asked.matches()
        && known.group(1).equals(asked.group(1))
        && known.group(3).equals(asked.group(3))
        && (asked.group(2) == null || Integer.parseInt(asked.group(2)) <= HIGHEST_PORT);
  }

  /** Whether its host is {@code localhost}, {@code 127.0.0.1} or {@code [::1]}. */
  public boolean isLoopback() {
    String host = uri.getHost();
    return isWeb() && host != null && ApplicationType.isLoopbackHost(host);
  }

  /** Whether its scheme is neither http nor https, so that an application claims it. */
  public boolean isPrivateUse() {
    return !isWeb();
  }

  /**
   * Where a code goes, in words for a consent page: the host and port, or "an application on this
   * computer" with the address in parentheses. Printable ASCII; a page escapes it all the same.
   */
  public String place() {
    String authority = uri.getRawAuthority();
    if (isPrivateUse()) {
      return "an application on this computer ("
          + uri.getScheme()
          + (authority == null ? ":" : "://" + authority)
          + ")";
    }
    return isLoopback() ? "an application on this computer (" + authority + ")" : authority;
  }

  /**
   * What an approval holds for: the text, without the port of http on loopback, which changes with
   * every start of the client.
   */
  public String approval() {
    Matcher loopback = LOOPBACK.matcher(value);
    return loopback.matches() ? loopback.group(1) + loopback.group(3) : value;
  }

  private boolean isWeb() {
    return "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RedirectUri that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
