package io.mcpauth.examples;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.examples.names.ForeignNames;
import io.mcpauth.examples.names.ForeignSetting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the file-tools server is started with, read from system properties and environment.
 *
 * @param port {@code FILE_TOOLS_PORT}, 8080 by default; 0 picks a free one
 * @param root {@code FILE_TOOLS_ROOT}, or null for a sample directory that is deleted at the end
 * @param anonymousAbout {@code FILE_TOOLS_ANONYMOUS_ABOUT}: whether the tool {@code about} is open
 *     to everybody; false by default, because clients that connect without a login then log in
 *     late, badly or never
 * @param oauth {@code MCP_AUTH_MODE}: {@code oauth} by default; {@code none} switches authorization
 *     off and is for loopback only
 * @param resource {@code MCP_AUTH_RESOURCE}, or null for {@code http://localhost:{port}/mcp}
 * @param issuers {@code MCP_AUTH_ISSUER}, comma-separated; none starts the embedded authorization
 *     server
 * @param authorizationServerPort {@code FILE_TOOLS_AS_PORT}, 9000 by default; 0 picks a free one
 * @param user {@code FILE_TOOLS_USER}, {@code demo} by default
 * @param password {@code FILE_TOOLS_PASSWORD}, or null for a new one, printed once
 * @param guestUser {@code FILE_TOOLS_GUEST_USER}, {@code guest} by default
 * @param guestPassword {@code FILE_TOOLS_GUEST_PASSWORD}, or null for a new one, printed once
 * @param settings all of them, with what foreign names say, for the resource server
 * @param notes what those became, for who starts it
 */
public record FileToolsSettings(
    int port,
    @Nullable String root,
    boolean anonymousAbout,
    boolean oauth,
    @Nullable String resource,
    List<String> issuers,
    int authorizationServerPort,
    String user,
    @Nullable String password,
    String guestUser,
    @Nullable String guestPassword,
    Settings settings,
    List<String> notes) {
  static final int DEFAULT_PORT = 8080;
  static final String STANDARD_URL = "http://localhost:" + DEFAULT_PORT + "/mcp";
  static final int DEFAULT_AS_PORT = 9000;
  private static final int MAX_PORT = 65_535;

  /** What only the embedded authorization server uses. */
  private static final List<FileToolsSetting> EMBEDDED_ONLY =
      List.of(
          FileToolsSetting.AS_PORT,
          FileToolsSetting.AS_ISSUER,
          FileToolsSetting.CLIENT_METADATA,
          FileToolsSetting.REGISTERED_SCOPES_ONLY,
          FileToolsSetting.AUDIENCE_SCOPES,
          FileToolsSetting.USER,
          FileToolsSetting.PASSWORD,
          FileToolsSetting.GUEST_USER,
          FileToolsSetting.GUEST_PASSWORD);

  /** Copies the lists. */
  public FileToolsSettings {
    issuers = List.copyOf(issuers);
    notes = List.copyOf(notes);
  }

  /** The passwords stay out. */
  @Override
  public String toString() {
    return "FileToolsSettings[port=" + port + ", oauth=" + oauth + ", resource=" + resource + "]";
  }

  /** Reads the settings from environment variables alone; see {@link #from(SettingSource...)}. */
  public static FileToolsSettings from(Map<String, String> environment) {
    return from(SettingSource.environment(environment));
  }

  /**
   * Reads the settings.
   *
   * @param mostImportantFirst where they are looked for
   * @throws IllegalArgumentException if one is unknown, wrong or contradicts another; the message
   *     names it and says what to write
   */
  public static FileToolsSettings from(SettingSource... mostImportantFirst) {
    return from(UnaryOperator.identity(), mostImportantFirst);
  }

  /**
   * Reads the settings, with what a program adds to them.
   *
   * @throws IllegalArgumentException as {@link #from(SettingSource...)} does
   */
  static FileToolsSettings from(
      UnaryOperator<Settings> added, SettingSource... mostImportantFirst) {
    ForeignNames names = ForeignNames.of(Settings.of(known(), mostImportantFirst));
    Settings settings = added.apply(names.settings());
    boolean oauth = oauth(settings);
    FileToolsSettings all =
        new FileToolsSettings(
            port(settings, FileToolsSetting.PORT, DEFAULT_PORT),
            settings.value(FileToolsSetting.ROOT),
            settings.flag(FileToolsSetting.ANONYMOUS_ABOUT),
            oauth,
            settings.value(Setting.RESOURCE),
            settings.values(Setting.ISSUER),
            port(settings, FileToolsSetting.AS_PORT, DEFAULT_AS_PORT),
            orElse(settings.value(FileToolsSetting.USER), "demo"),
            settings.value(FileToolsSetting.PASSWORD),
            orElse(settings.value(FileToolsSetting.GUEST_USER), "guest"),
            settings.value(FileToolsSetting.GUEST_PASSWORD),
            settings,
            names.notes());
    all.requireConsistent();
    return all;
  }

  /**
   * The settings by themselves, not held against each other.
   *
   * @throws IllegalArgumentException if one is unknown or empty
   */
  static Settings read(SettingSource... mostImportantFirst) {
    return ForeignNames.of(Settings.of(known(), mostImportantFirst)).settings();
  }

  /** Those of the filter aside: the server installs it in code, in a context of its own. */
  private static List<Settings.Key> known() {
    EnumSet<Setting> ofTheServer = EnumSet.allOf(Setting.class);
    ofTheServer.removeAll(Setting.ofTheFilter());
    List<Settings.Key> known = new ArrayList<>(List.of(FileToolsSetting.values()));
    known.addAll(ofTheServer);
    known.addAll(List.of(ForeignSetting.values()));
    return known;
  }

  /** The resource is on loopback unless it is set: it gets the port, which is not known yet. */
  private static boolean oauth(Settings settings) {
    boolean set = settings.value(Setting.RESOURCE) != null;
    Settings complete = set ? settings : settings.with(Setting.RESOURCE, "http://localhost/mcp");
    return Setting.Mode.of(complete) == Setting.Mode.OAUTH;
  }

  private void requireConsistent() {
    boolean loopback = EndpointUrl.loopback(settings);
    requireOwnPolicy();
    if (!oauth) {
      settings.requireUnset(EMBEDDED_ONLY, settings.at(Setting.MODE) + " is 'none'");
    } else if (!issuers.isEmpty()) {
      String why = settings.at(Setting.ISSUER) + " is set, so no embedded server starts";
      settings.requireUnset(EMBEDDED_ONLY, why);
    } else {
      settings.requireUnset(
          EmbeddedAuthorizationServer.SETTLED, Setting.ISSUER.key() + " is not set");
      requireTwoPorts();
      requireTwoUsers();
      if (!loopback) {
        throw settings.wrong(
            Setting.RESOURCE,
            "but the embedded authorization server is for loopback only."
                + " Write MCP_AUTH_ISSUER with the issuer of your identity provider.");
      }
    }
  }

  /** What is said of the policy of the jar means nothing where another one holds. */
  private void requireOwnPolicy() {
    List<FileToolsSetting> ofTheJar = List.of(FileToolsSetting.ANONYMOUS_ABOUT);
    if (!oauth) {
      settings.requireUnset(ofTheJar, settings.at(Setting.MODE) + " is 'none'");
    }
    for (Setting other : List.of(Setting.POLICY_FILE, Setting.REQUIRED_SCOPES)) {
      if (settings.value(other) != null) {
        settings.requireUnset(ofTheJar, settings.at(other) + " is the policy");
      }
    }
  }

  private void requireTwoPorts() {
    if (port != 0 && port == authorizationServerPort) {
      throw new IllegalArgumentException(
          "FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both "
              + port
              + ". Write two different ports, or 0 to have them picked.");
    }
  }

  private void requireTwoUsers() {
    if (user.equals(guestUser)) {
      throw new IllegalArgumentException(
          "FILE_TOOLS_USER and FILE_TOOLS_GUEST_USER are both '"
              + user
              + "'. Write two different names.");
    }
  }

  private static int port(Settings settings, FileToolsSetting key, int standard) {
    Integer port = settings.number(key, 0, MAX_PORT);
    return port == null ? standard : port;
  }

  private static String orElse(@Nullable String value, String standard) {
    return value == null ? standard : value;
  }
}
