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

  /** Whether it has the name {@code localhost}, as it has where nothing is set. */
  public static boolean isLocalhost(Settings settings) {
    String configured = settings.value(Setting.RESOURCE);
    return configured == null
        || settings
            .naming(Setting.RESOURCE, () -> ResourceIdentifier.of(configured))
            .origin()
            .matches("https?://localhost(:\\d+)?");
  }

  /**
   * The URL: what is set, or {@code http://localhost:{port}/mcp}.
   *
   * @throws IllegalArgumentException if what is set is no resource identifier, or has no path and
   *     nothing says where on the origin the endpoint is; or if that is said and no origin set
   */
  public static ResourceIdentifier of(Settings settings, int port) {
    String configured = settings.value(Setting.RESOURCE);
    if (configured == null) {
      requireNoEndpointPath(settings);
      return ResourceIdentifier.of("http://localhost:" + port + "/mcp");
    }
    ResourceIdentifier resource =
        settings.naming(Setting.RESOURCE, () -> ResourceIdentifier.of(configured));
    if (resource.path().isEmpty() && settings.value(Setting.ENDPOINT_PATH) == null) {
      throw settings.wrong(
          Setting.RESOURCE,
          "which has no path. Write '"
              + resource
              + "/mcp' instead. For tokens of the origin, write MCP_AUTH_ENDPOINT_PATH too.");
    }
    return resource;
  }

  /**
   * The URL, for what is done beside the server.
   *
   * @param port where it listens
   * @param standard its port where that is not set
   * @throws IllegalArgumentException as {@link #of} does, and if the port is picked at each start
   */
  public static ResourceIdentifier beside(Settings settings, Settings.Key port, int standard) {
    Integer said = settings.number(port, 0, 65_535);
    if (said != null && said == 0 && settings.value(Setting.RESOURCE) == null) {
      throw settings.wrong(
          port,
          "so the URL of the endpoint is known to the server alone. Write MCP_AUTH_RESOURCE as the"
              + " server has printed it.");
    }
    return of(settings, said == null ? standard : said);
  }

  /** Whoever writes one did not write the resource that the default would contradict. */
  private static void requireNoEndpointPath(Settings settings) {
    if (settings.value(Setting.ENDPOINT_PATH) != null) {
      throw settings.wrong(
          Setting.ENDPOINT_PATH,
          "which is for a resource that is an origin. Write MCP_AUTH_RESOURCE as the origin, such"
              + " as 'https://mcp.example.com', or remove MCP_AUTH_ENDPOINT_PATH.");
    }
  }

  /** The path of the endpoint: that of the resource, unless it is an origin alone. */
  public static String path(Settings settings, ResourceIdentifier resource) {
    String configured = settings.value(Setting.ENDPOINT_PATH);
    return configured == null ? resource.path() : configured;
  }
}
