package io.mcpauth.config;

import io.mcpauth.metadata.ResourceIdentifier;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Whether authorization is on. */
public enum Mode {
  /** Every request needs what the policy says. */
  OAUTH,
  /** Nothing is guarded. For development on one computer. */
  NONE;

  /**
   * The mode that settings ask for; {@link #OAUTH} where they say nothing.
   *
   * @throws IllegalArgumentException if it is neither, or {@code none} with a resource that is not
   *     on loopback, with none at all, or with any other setting of {@link Setting}
   */
  public static Mode of(Settings settings) {
    String value = settings.value(Setting.MODE);
    if (value == null || value.equals("oauth")) {
      return OAUTH;
    }
    if (!value.equals("none")) {
      throw settings.wrong(Setting.MODE, "which is no mode. Write 'oauth' or 'none'.");
    }
    requireLoopback(settings);
    EnumSet<Setting> others = EnumSet.complementOf(EnumSet.of(Setting.MODE, Setting.RESOURCE));
    settings.requireUnset(others, settings.at(Setting.MODE) + " is 'none'");
    return NONE;
  }

  private static void requireLoopback(Settings settings) {
    @Nullable String resource = settings.value(Setting.RESOURCE);
    boolean loopback =
        resource != null
            && settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource)).loopback();
    if (!loopback) {
      throw settings.wrong(
          Setting.MODE,
          "which only a loopback MCP_AUTH_RESOURCE may use, but that is "
              + (resource == null ? "not set" : "'" + resource + "'")
              + ". Write MCP_AUTH_MODE=oauth, or a resource such as 'http://localhost:8080/mcp'.");
    }
  }
}
