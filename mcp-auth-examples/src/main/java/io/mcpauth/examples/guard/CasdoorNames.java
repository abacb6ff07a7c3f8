package io.mcpauth.examples.guard;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.examples.names.ForeignNames;
import io.mcpauth.examples.names.ForeignSetting;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;

/**
 * What the variables of Casdoor's guide become. {@code CASDOOR_URL} names issuer and profile,
 * {@code OAUTH_SCOPES} the scopes that callers need where no policy is set.
 *
 * <p>Where they alone say what is guarded, on this computer alone, a token needs no audience if it
 * is one of the client in {@code OAUTH_CLIENT_ID}: Casdoor writes the client id into {@code aud}
 * unless the client sends {@code resource}, and the reader of that guide has no other token. Such a
 * token says who asked for it and not whom it is for, so other servers that the client logs in to
 * could use it here. It is printed at the start, and nothing else is loosened by a foreign name.
 */
final class CasdoorNames {
  /** Whoever sets one of these says himself what is guarded, and how. */
  private static final List<Setting> SAID_OTHERWISE =
      List.of(
          Setting.RESOURCE,
          Setting.AUDIENCE,
          Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE,
          Setting.POLICY_FILE,
          Setting.REQUIRED_SCOPES);

  /** Between client and authorization server; no call can need it. */
  private static final String OFFLINE_ACCESS = "offline_access";

  private CasdoorNames() {}

  /** Every foreign name that the guard knows. */
  static ForeignNames read(Settings settings) {
    String casdoor = settings.value(GuardSetting.CASDOOR_URL);
    if (casdoor == null) {
      return ForeignNames.of(settings);
    }
    settings.requireUnset(
        List.of(ForeignSetting.AUTH0_DOMAIN, ForeignSetting.AUTH0_AUDIENCE),
        settings.at(GuardSetting.CASDOOR_URL) + " names the issuer and how its tokens look");
    ForeignNames names = ForeignNames.of(settings);
    String issuer = casdoor.endsWith("/") ? casdoor.substring(0, casdoor.length() - 1) : casdoor;
    AuthorizationServer checked =
        settings.naming(GuardSetting.CASDOOR_URL, () -> AuthorizationServer.of(issuer));
    Settings said = names.settings();
    List<Setting> otherwise =
        SAID_OTHERWISE.stream().filter(key -> said.value(key) != null).toList();
    names.take(GuardSetting.CASDOOR_URL, Setting.ISSUER, checked.issuer());
    names.take(GuardSetting.CASDOOR_URL, Setting.PROFILE, "casdoor");
    takeScopes(names);
    requireUrlOffLoopback(names.settings());
    if (otherwise.isEmpty()) {
      trustTheClient(names);
    } else {
      sayThatNoneIsTrusted(names, otherwise);
    }
    return names;
  }

  private static void takeScopes(ForeignNames names) {
    Settings settings = names.settings();
    List<String> scopes =
        settings.words(GuardSetting.OAUTH_SCOPES).stream()
            .filter(scope -> !scope.equals(OFFLINE_ACCESS))
            .toList();
    if (!scopes.isEmpty()
        && settings.value(Setting.POLICY_FILE) == null
        && settings.value(Setting.REQUIRED_SCOPES) == null) {
      names.take(GuardSetting.OAUTH_SCOPES, Setting.REQUIRED_SCOPES, String.join(" ", scopes));
    }
  }

  private static void requireUrlOffLoopback(Settings settings) {
    if (ThisComputer.bindsForOthers(settings) && settings.value(Setting.RESOURCE) == null) {
      throw withoutUrl(settings, GuardSetting.GUARD_BIND);
    }
  }

  private static IllegalArgumentException withoutUrl(Settings settings, Settings.Key key) {
    return settings.wrong(
        key,
        "but nothing says under which URL others reach the guard, and so whom tokens are for."
            + " Write "
            + ForeignSetting.PUBLIC_BASE_URL
            + ", such as 'https://mcp.example.com', or "
            + Setting.RESOURCE.key()
            + ".");
  }

  /** Whoever had the four names alone would not see why tokens are refused since. */
  private static void sayThatNoneIsTrusted(ForeignNames names, List<Setting> otherwise) {
    Settings settings = names.settings();
    if (settings.value(GuardSetting.OAUTH_CLIENT_ID) == null
        || otherwise.contains(Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE)) {
      return;
    }
    names.note(
        "OAUTH_CLIENT_ID is not trusted instead of an audience, because "
            + settings.at(otherwise.get(0))
            + " is set: tokens need the guard's URL as aud, or what "
            + Setting.AUDIENCE.key()
            + " says");
  }

  private static void trustTheClient(ForeignNames names) {
    Settings settings = names.settings();
    String client = settings.value(GuardSetting.OAUTH_CLIENT_ID);
    if (client == null) {
      return;
    }
    Setting forOthers = ThisComputer.namesForOthers(settings);
    if (forOthers != null) {
      throw withoutUrl(settings, forOthers);
    }
    names.take(GuardSetting.OAUTH_CLIENT_ID, Setting.TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE, client);
    names.note(
        "That is for this computer alone: whatever server this client logs in to can use its"
            + " tokens here. For others set "
            + ForeignSetting.PUBLIC_BASE_URL
            + ", and tokens need the guard's URL as aud");
  }
}
