package io.mcpauth.examples.guard;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.access.SettingsPolicy;
import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer;
import io.mcpauth.examples.authserver.LastingStore;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.authserver.Strictness;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.examples.names.ForeignNames;
import io.mcpauth.examples.names.ForeignSetting;
import io.mcpauth.examples.names.Naming;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The issuer that {@code MCP_AUTH_DEV} starts beside the guard, to try it without an identity
 * provider: for the clients of this computer alone, with two users.
 *
 * @param server what runs
 * @param login who can log in there
 */
record DevelopmentIssuer(EmbeddedAuthorizationServer server, Login login) {
  static final int DEFAULT_PORT = 9000;
  private static final int MAX_PORT = 65_535;
  private static final String USER = "demo";
  private static final String GUEST = "guest";
  private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofMinutes(10);

  /** What callers need where nothing else is said. */
  private static final String STANDARD_SCOPE = "mcp";

  private static final List<GuardSetting> OF_ITS_OWN =
      List.of(
          GuardSetting.GUARD_DEV_PORT,
          GuardSetting.GUARD_DEV_PASSWORD,
          GuardSetting.GUARD_DEV_ROLES);

  /** Whether settings ask for one. */
  static boolean isAskedFor(Settings settings) {
    return settings.flag(GuardSetting.MCP_AUTH_DEV);
  }

  /**
   * Requires what goes with it.
   *
   * @throws IllegalArgumentException if another setting names an issuer, or others than this
   *     computer could reach the guard; or if something is said of it that does not start
   */
  static void requireAlone(Settings settings) {
    if (!isAskedFor(settings)) {
      settings.requireUnset(
          OF_ITS_OWN, GuardSetting.MCP_AUTH_DEV.key() + " is not 'true', so none starts");
      return;
    }
    List<Settings.Key> others = new ArrayList<>();
    others.add(Setting.ISSUER);
    others.add(Setting.SERVER);
    others.add(GuardSetting.CASDOOR_URL);
    others.add(ForeignSetting.AUTH0_DOMAIN);
    others.add(ForeignSetting.AUTH0_AUDIENCE);
    others.addAll(EmbeddedAuthorizationServer.SETTLED);
    others.add(GuardSetting.OAUTH_CLIENT_ID); // nor does anybody else know its tokens
    settings.requireUnset(
        others, settings.at(GuardSetting.MCP_AUTH_DEV) + " starts an issuer of the guard's own");
  }

  /**
   * Requires that only this computer reaches the guard.
   *
   * @throws IllegalArgumentException if others could
   */
  private static void requireThisComputer(Settings settings) {
    Settings.Key forOthers = ThisComputer.namesForOthers(settings);
    if (ThisComputer.bindsForOthers(settings)) {
      forOthers = GuardSetting.GUARD_BIND;
    } else if (!EndpointUrl.loopback(settings)) {
      forOthers = Setting.RESOURCE;
    }
    if (forOthers != null) {
      throw settings.wrong(
          forOthers,
          "but "
              + GuardSetting.MCP_AUTH_DEV.key()
              + " is for this computer alone. For others write "
              + Setting.ISSUER.key()
              + " instead, with the issuer of your identity provider.");
    }
  }

  /**
   * Says what callers need, where nothing does.
   *
   * @throws IllegalArgumentException if others than this computer could reach the guard
   */
  static ForeignNames completing(ForeignNames names) {
    Settings settings = names.settings();
    if (!isAskedFor(settings)) {
      return names;
    }
    requireThisComputer(settings);
    if (settings.value(Setting.POLICY_FILE) == null
        && settings.value(Setting.REQUIRED_SCOPES) == null) {
      names.take(GuardSetting.MCP_AUTH_DEV, Setting.REQUIRED_SCOPES, STANDARD_SCOPE);
    }
    return names;
  }

  /** Its issuer identifier, for what is done beside the guard; none where it picks its port. */
  static List<Set<String>> issuers(Settings settings) {
    int port = port(settings);
    return port == 0 ? List.of() : List.of(Set.of("http://localhost:" + port));
  }

  /**
   * Starts it.
   *
   * @param resource for which its tokens are
   * @param policy whose scopes it knows
   * @param endpoint stops it with itself
   * @throws IllegalArgumentException if the policy names no scope
   * @throws IllegalStateException if its port is taken
   */
  static DevelopmentIssuer start(
      Settings settings, ResourceIdentifier resource, ToolPolicy policy, EndpointServer endpoint) {
    String password = settings.value(GuardSetting.GUARD_DEV_PASSWORD);
    Login.Account user = Login.Account.of(USER, password);
    Login.Account guest = Login.Account.of(GUEST, password);
    EmbeddedAuthorizationServer.Settings said =
        Naming.of(
            GuardSetting.MCP_AUTH_DEV.key(),
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    port(settings),
                    List.of(
                        user.with(Set.copyOf(settings.values(GuardSetting.GUARD_DEV_ROLES))),
                        guest.with(Set.of())),
                    scopes(policy),
                    Set.of(resource.value()),
                    ACCESS_TOKEN_LIFETIME,
                    Strictness.NONE,
                    ConfiguredServer.connections(settings),
                    null,
                    LastingStore.of(settings, endpoint)));
    EmbeddedAuthorizationServer server =
        endpoint.owning(
            Naming.of(
                GuardSetting.GUARD_DEV_PORT.key(), () -> EmbeddedAuthorizationServer.start(said)));
    return new DevelopmentIssuer(server, new Login(server.issuer(), user, guest));
  }

  /** The policy of settings, which name one or required scopes. */
  static ToolPolicy policy(Settings settings) {
    return SettingsPolicy.of(settings, () -> ToolPolicy.everythingForWhoHas(STANDARD_SCOPE));
  }

  private static int port(Settings settings) {
    Integer port = settings.number(GuardSetting.GUARD_DEV_PORT, 0, MAX_PORT);
    return port == null ? DEFAULT_PORT : port;
  }

  private static Map<String, String> scopes(ToolPolicy policy) {
    Map<String, String> scopes = new LinkedHashMap<>();
    policy
        .scopeTexts()
        .forEach(
            (scope, text) ->
                scopes.put(
                    scope,
                    text.description().isEmpty()
                        ? text.name()
                        : text.name() + ": " + text.description()));
    return scopes;
  }
}
