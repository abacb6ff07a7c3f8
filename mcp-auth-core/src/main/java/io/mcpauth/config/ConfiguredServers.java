package io.mcpauth.config;

import io.mcpauth.ResourceServer;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.issuer.OAuthServerBuilder;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A resource server from settings and, where they ask for one ({@link Setting#SERVER}), the
 * authorization server that issues its tokens. They share a store, which the one closes that is
 * closed last.
 *
 * @param resourceServer is closed by whoever has made them
 * @param authorizationServer is closed so too; null where the issuers are others
 */
public record ConfiguredServers(
    ResourceServer resourceServer, @Nullable OAuthServer authorizationServer)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredServers.class);

  /**
   * The servers of settings, as {@link ConfiguredServer#builder(Settings)} makes the one.
   *
   * @param ofTheContainer the login of the container, by the roles that are asked for; not called
   *     where the settings ask for no authorization server
   * @throws IllegalArgumentException if a setting that is required is missing, is wrong or
   *     contradicts another, or the mode is {@code none}
   * @throws IllegalStateException as {@link ConfiguredServer#store} does
   * @throws io.mcpauth.store.StoreException as {@link ConfiguredServer#store} does
   */
  public static ConfiguredServers of(
      Settings settings, Function<List<String>, Login> ofTheContainer) {
    return of(settings, ofTheContainer, LOG);
  }

  static ConfiguredServers of(
      Settings settings, Function<List<String>, Login> ofTheContainer, Logger log) {
    if (!AuthorizationServerSettings.ask(settings)) {
      return new ConfiguredServers(ConfiguredServer.builder(settings).build(), null);
    }
    SharedStore store = new SharedStore(() -> opened(settings, log));
    OAuthServer own = authorizationServer(settings, ofTheContainer, store).build();
    try {
      return new ConfiguredServers(
          ConfiguredServer.builder(
                  settings,
                  new Mistakes(),
                  new ConfiguredServer.Beside(own.authorizationServer(), store::open))
              .build(),
          own);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** Told of mistakes in settings of either server, nobody waits for a database first. */
  private static OAuthServerBuilder authorizationServer(
      Settings settings, Function<List<String>, Login> ofTheContainer, SharedStore store) {
    Mistakes mistakes = new Mistakes();
    AuthorizationServerSettings said = new AuthorizationServerSettings(settings, mistakes);
    OAuthServerBuilder builder = said.builder(store::open, ofTheContainer);
    AuthorizationServer standIn =
        mistakes.collect(
            AuthorizationServer.of(Mistakes.STAND_IN), () -> AuthorizationServer.of(said.issuer()));
    var unused =
        ConfiguredServer.builder(
            settings, mistakes, new ConfiguredServer.Beside(standIn, store::open));
    return builder.resource(settings.require(Setting.RESOURCE), ConfiguredServer.policy(settings));
  }

  private static OpenStore opened(Settings settings, Logger log) {
    StoreSettings said = StoreSettings.of(settings);
    if (said != null) {
      return said.open();
    }
    log.warn(
        "{} names no store that lasts: the authorization server keeps clients and logins in memory,"
            + " and a restart forgets them, so that users have to connect every client again. Write"
            + " {}=file:PATH, or jdbc:postgresql://HOST/DATABASE for several nodes.",
        Setting.STORE_URL.key(),
        Setting.STORE_URL.key());
    return OpenStore.of(Store.inMemory());
  }

  /** Closes both. */
  @Override
  public void close() {
    try (resourceServer) {
      if (authorizationServer != null) {
        authorizationServer.close();
      }
    }
  }
}
