package io.mcpauth.examples.guard;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.examples.names.ForeignNames;
import io.mcpauth.examples.names.ForeignSetting;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the guard is started with, read from system properties and environment.
 *
 * @param target {@code TARGET_URL}, or {@code CASDOOR_URL} with {@code /api/mcp}
 * @param port {@code PORT}, 3000 by default; 0 picks a free one
 * @param bind {@code GUARD_BIND}: {@code loopback}, {@code all} or an address; never one of the two
 *     that {@code localhost} has, where the URL of the endpoint has that name
 * @param targetTimeout {@code GUARD_TARGET_TIMEOUT_SECONDS}, 300 by default: until the target's
 *     answer begins
 * @param keepAlive {@code GUARD_KEEPALIVE_SECONDS}, 15 by default: after how long a silence an
 *     event stream gets a comment; zero for never
 * @param targetCheck {@code GUARD_TARGET_CHECK_SECONDS}, 30 by default: how often the target is
 *     looked at; zero for never
 * @param requestHeaders those of a caller that pass, with {@code GUARD_PASS_HEADERS}
 * @param responseHeaders those of the target that pass, with {@code GUARD_PASS_RESPONSE_HEADERS}
 * @param identityHeaders {@code GUARD_IDENTITY_HEADERS}
 * @param credential what the guard shows the target
 * @param settings all of them, with what foreign names say
 * @param notes what those became, for who starts it
 */
record GuardSettings(
    URI target,
    int port,
    String bind,
    Duration targetTimeout,
    Duration keepAlive,
    Duration targetCheck,
    RequestHeaders requestHeaders,
    ResponseHeaders responseHeaders,
    boolean identityHeaders,
    CredentialKind credential,
    Settings settings,
    List<String> notes) {
  /** Copies the list. */
  GuardSettings {
    notes = List.copyOf(notes);
  }

  static final int DEFAULT_PORT = 3000;
  private static final int MAX_PORT = 65_535;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
  private static final int LONGEST_TIMEOUT_SECONDS = 24 * 60 * 60;

  /** What HTML recommends; the usual idle times of proxies begin at 30 seconds. */
  private static final Duration DEFAULT_KEEP_ALIVE = Duration.ofSeconds(15);

  private static final Duration DEFAULT_CHECK = Duration.ofSeconds(30);
  private static final int LONGEST_SILENCE_SECONDS = 60 * 60;

  /** Every setting there is. */
  private static final List<Settings.Key> KNOWN =
      Stream.<Settings.Key[]>of(GuardSetting.values(), ForeignSetting.values(), Setting.values())
          .flatMap(Stream::of)
          .toList();

  /** What is said of a web application with pages or a path of its own. */
  private static final List<Setting> OF_AN_APPLICATION =
      List.of(Setting.OPEN_PATHS, Setting.SERVE_TRAILING_SLASH, Setting.WELL_KNOWN_MAPPED);

  /** The query of the target may hold a key, and stays out. */
  @Override
  public String toString() {
    return "GuardSettings[port=" + port + ", credential=" + credential + ", " + settings + "]";
  }

  /**
   * Reads the settings.
   *
   * @param mostImportantFirst where they are looked for
   * @throws IllegalArgumentException if one is unknown, wrong or contradicts another; the message
   *     names it and says what to write
   */
  static GuardSettings from(SettingSource... mostImportantFirst) {
    ForeignNames names = names(mostImportantFirst);
    Settings settings = names.settings();
    if ("none".equals(settings.value(Setting.MODE))) {
      throw settings.wrong(
          Setting.MODE,
          "and nothing would be guarded. Write 'oauth', or let clients call the target itself.");
    }
    settings.requireUnset(
        OF_AN_APPLICATION, "the guard serves one endpoint, and the well-known locations itself");
    Integer port = settings.number(GuardSetting.PORT, 0, MAX_PORT);
    Duration timeout =
        settings.seconds(GuardSetting.GUARD_TARGET_TIMEOUT_SECONDS, 1, LONGEST_TIMEOUT_SECONDS);
    Duration keepAlive =
        settings.seconds(GuardSetting.GUARD_KEEPALIVE_SECONDS, 0, LONGEST_SILENCE_SECONDS);
    Duration check =
        settings.seconds(GuardSetting.GUARD_TARGET_CHECK_SECONDS, 0, LONGEST_SILENCE_SECONDS);
    return new GuardSettings(
        target(settings),
        port == null ? DEFAULT_PORT : port,
        bind(settings),
        timeout == null ? DEFAULT_TIMEOUT : timeout,
        keepAlive == null ? DEFAULT_KEEP_ALIVE : keepAlive,
        check == null ? DEFAULT_CHECK : check,
        headers(settings, GuardSetting.GUARD_PASS_HEADERS, RequestHeaders::with),
        headers(settings, GuardSetting.GUARD_PASS_RESPONSE_HEADERS, ResponseHeaders::with),
        settings.flag(GuardSetting.GUARD_IDENTITY_HEADERS),
        CredentialKind.of(settings),
        settings,
        names.notes());
  }

  private static <T> T headers(
      Settings settings, GuardSetting key, Function<List<String>, T> withFurther) {
    List<String> further = settings.values(key);
    return settings.naming(key, () -> withFurther.apply(further));
  }

  /**
   * The settings by themselves, with what foreign names say.
   *
   * @throws IllegalArgumentException if one is unknown or empty, or the issuer is there twice
   */
  static Settings read(SettingSource... mostImportantFirst) {
    return names(mostImportantFirst).settings();
  }

  private static ForeignNames names(SettingSource... mostImportantFirst) {
    Settings settings = Settings.of(KNOWN, mostImportantFirst);
    DevelopmentIssuer.requireAlone(settings);
    return DevelopmentIssuer.completing(CasdoorNames.read(settings));
  }

  /**
   * The URL that is set. Not quoted in a message: it may be a secret in the wrong place.
   *
   * @throws IllegalArgumentException if it is not set, no http or https URL, or has more than a
   *     path and a query
   */
  static URI url(Settings settings, GuardSetting key) {
    String value = settings.value(key);
    URI url;
    try {
      url = new URI(value == null ? "" : value);
    } catch (URISyntaxException e) { // not as the cause: it quotes the value
      throw noUrl(settings, key, "is no URL");
    }
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      String problem = value == null ? "is not set" : "is no absolute http or https URL";
      throw noUrl(settings, key, problem);
    }
    if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw noUrl(settings, key, "has user-info or a fragment");
    }
    return url;
  }

  private static IllegalArgumentException noUrl(
      Settings settings, GuardSetting key, String problem) {
    return new IllegalArgumentException(
        settings.at(key) + " " + problem + ". Write one such as 'http://127.0.0.1:4000/mcp'.");
  }

  /** Casdoor's own MCP server, unless another is named. */
  private static URI target(Settings settings) {
    boolean casdoors =
        settings.value(GuardSetting.TARGET_URL) == null
            && settings.value(GuardSetting.CASDOOR_URL) != null;
    return casdoors
        ? URI.create(settings.values(Setting.ISSUER).get(0) + "/api/mcp")
        : url(settings, GuardSetting.TARGET_URL);
  }

  private static String bind(Settings settings) {
    String bind = settings.value(GuardSetting.GUARD_BIND);
    String standard = EndpointUrl.loopback(settings) ? "loopback" : "all";
    // Clients find localhost at either address: whoever had the other one would get their tokens.
    boolean half = ThisComputer.isOneOfTwo(bind) && EndpointUrl.isLocalhost(settings);
    return bind == null || half ? standard : bind;
  }
}
