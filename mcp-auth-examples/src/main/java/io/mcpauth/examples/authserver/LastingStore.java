package io.mcpauth.examples.authserver;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.store.Store;
import org.jspecify.annotations.Nullable;

/** Where the embedded authorization server keeps what outlives the process. */
public final class LastingStore {
  private LastingStore() {}

  /**
   * The store of settings, or null where they name none that outlives the process.
   *
   * @param endpoint closes it with itself
   */
  public static @Nullable Store of(Settings settings, EndpointServer endpoint) {
    String url = settings.value(Setting.STORE_URL);
    return url == null || url.equals("memory")
        ? null
        : endpoint.owning(ConfiguredServer.store(settings)).store();
  }
}
