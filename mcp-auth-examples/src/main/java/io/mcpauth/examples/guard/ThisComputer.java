package io.mcpauth.examples.guard;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By which settings others than the programs of this computer can reach the guard. */
final class ThisComputer {
  private static final List<String> ADDRESSES = List.of("loopback", "127.0.0.1", "::1", "[::1]");

  private ThisComputer() {}

  /** Whether it is to listen on an address that others have as well. */
  static boolean bindsForOthers(Settings settings) {
    String bind = settings.value(GuardSetting.GUARD_BIND);
    return bind != null && !ADDRESSES.contains(bind);
  }

  /** Whether an address is one of those of loopback, of which {@code loopback} has both. */
  static boolean isOneOfTwo(@Nullable String bind) {
    return bind != null && !bind.equals("loopback") && ADDRESSES.contains(bind);
  }

  /**
   * The setting that lets a name of others in, or null: a guard on loopback may have a proxy on
   * this computer in front, which serves it to them. What is no URL of a loopback host counts as
   * one of others.
   */
  static @Nullable Setting namesForOthers(Settings settings) {
    if (letsIn(settings, Setting.ALLOWED_HOSTS, "http://")) {
      return Setting.ALLOWED_HOSTS;
    }
    return letsIn(settings, Setting.ALLOWED_ORIGINS, "") ? Setting.ALLOWED_ORIGINS : null;
  }

  private static boolean letsIn(Settings settings, Setting key, String scheme) {
    return settings.values(key).stream().anyMatch(name -> !loopback(scheme + name));
  }

  private static boolean loopback(String url) {
    try {
      return ResourceIdentifier.loopback(new URI(url));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
