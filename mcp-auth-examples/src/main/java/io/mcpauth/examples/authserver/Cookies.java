package io.mcpauth.examples.authserver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cookies of this server. It speaks plain http on loopback, where {@code Secure} means nothing. */
final class Cookies {
  private Cookies() {}

  /**
   * The value of that name, or null. Of several none counts: another server of this machine can
   * have set one of them.
   */
  static @Nullable String value(List<String> lines, String name) {
    String found = null;
    for (String line : lines) {
      for (String pair : line.split(";", -1)) {
        String[] parts = pair.trim().split("=", 2);
        if (parts.length == 2 && parts[0].equals(name)) {
          if (found != null && !found.equals(parts[1])) {
            return null;
          }
          found = parts[1];
        }
      }
    }
    return found;
  }

  /** A line of {@code Set-Cookie}: Lax, because browsers arrive by a link of the client's site. */
  static String line(String name, String value) {
    return name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax";
  }
}
