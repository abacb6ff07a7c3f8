package io.mcpauth.examples.jetty;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.metadata.ResourceIdentifier;

/** The URL of an MCP endpoint, which is on loopback where {@code MCP_AUTH_RESOURCE} is not set. */
public final class EndpointUrl {
  private EndpointUrl() {}

  /**
   * Whether clients on this computer alone can use it.
   *
   * @throws IllegalArgumentException if what is set is no resource identifier
   */
  public static boolean loopback(Settings settings) {
    String configured = settings.value(Setting.RESOURCE);
    return configured == null
        || settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(configured)).loopback();
  }

  /**
   * The URL: what is set, or {@code http://localhost:{port}/mcp}.
   *
   * @throws IllegalArgumentException if what is set is no resource identifier, or has no path
   */
  public static ResourceIdentifier of(Settings settings, int port) {
    String configured = settings.value(Setting.RESOURCE);
    if (configured == null) {
      return ResourceIdentifier.of("http://localhost:" + port + "/mcp");
    }
    ResourceIdentifier resource =
        settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(configured));
    if (resource.path().isEmpty()) {
      throw settings.wrong(
          Setting.RESOURCE, "which has no path. Write '" + resource + "/mcp' instead.");
    }
    return resource;
  }
}
