package io.mcpauth.internal.net;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The hosts that plain http is allowed for (RFC 8252 section 7.3). */
public final class Loopback {
  private static final Pattern IPV4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

  private Loopback() {}

  /** Whether the host of a URI is {@code localhost}, in 127.0.0.0/8 or {@code [::1]}. */
  public static boolean host(URI uri) {
    @Nullable String host = uri.getHost();
    if (host == null) {
      return false;
    }
    return host.toLowerCase(Locale.ROOT).equals("localhost")
        || host.equals("[::1]")
        || IPV4.matcher(host).matches();
  }
}
