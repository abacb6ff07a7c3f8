package io.mcpauth.examples.names;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings that are set by names of other guides, turned into those of this library. Each says what
 * it became. They switch nothing off, and one that contradicts a setting of the library stops the
 * start: nobody knows which of the two was meant.
 */
public final class ForeignNames {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:[0-9]+)?");
  private static final String ENDPOINT = "/mcp";

  private final List<String> notes = new ArrayList<>();
  private Settings settings;

  private ForeignNames(Settings settings) {
    this.settings = settings;
  }

  /**
   * Takes every {@link ForeignSetting}.
   *
   * @param settings what is set, with the foreign ones among the known keys
   * @throws IllegalArgumentException if one is wrong or contradicts another setting
   */
  public static ForeignNames of(Settings settings) {
    ForeignNames names = new ForeignNames(settings);
    if ("none".equals(settings.value(Setting.MODE))) {
      settings.requireUnset(
          List.of(ForeignSetting.AUTH0_DOMAIN, ForeignSetting.AUTH0_AUDIENCE),
          settings.at(Setting.MODE) + " is 'none'");
    }
    names.takeMode();
    names.takeResource();
    names.takeIssuer();
    String audience = settings.value(ForeignSetting.AUTH0_AUDIENCE);
    if (audience != null) {
      names.take(ForeignSetting.AUTH0_AUDIENCE, Setting.AUDIENCE, audience);
    }
    return names;
  }

  /** The settings with what the foreign names say. */
  public Settings settings() {
    return settings;
  }

  /** What each foreign name became, a sentence for each, without secrets. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Takes what a foreign name says for a setting of the library.
   *
   * @throws IllegalArgumentException if that setting has another value
   */
  public void take(Settings.Key foreign, Setting key, String value) {
    String own = settings.value(key);
    if (own != null && !own.equals(value)) {
      throw settings.wrong(
          foreign,
          "which means "
              + key.key()
              + "="
              + value
              + ", but "
              + settings.at(key)
              + " says something else. Remove one of them.");
    }
    settings = own == null ? settings.with(key, value, foreign) : settings;
    notes.add(foreign.key() + " is taken as " + key.key() + "=" + value);
  }

  /** Adds what a reader of the notes has to know besides. */
  public void note(String sentence) {
    notes.add(sentence);
  }

  private void takeMode() {
    String mode = settings.value(ForeignSetting.AUTH_MODE);
    if (mode == null) {
      return;
    }
    if (!mode.equals("oauth")) {
      throw settings.wrong(
          ForeignSetting.AUTH_MODE,
          "and would switch authorization off, or nobody knows what. That takes this library's own"
              + " name, "
              + Setting.MODE.key()
              + ". Write 'oauth', or remove it.");
    }
    take(ForeignSetting.AUTH_MODE, Setting.MODE, mode);
  }

  private void takeResource() {
    String base = settings.value(ForeignSetting.PUBLIC_BASE_URL);
    if (base == null) {
      return;
    }
    String plain = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    if (plain.endsWith(ENDPOINT)) {
      throw settings.wrong(
          ForeignSetting.PUBLIC_BASE_URL,
          "which is the endpoint already. Write it without '/mcp', or as MCP_AUTH_RESOURCE.");
    }
    String resource =
        settings.naming(
            ForeignSetting.PUBLIC_BASE_URL, () -> ResourceIdentifier.of(plain + ENDPOINT).value());
    take(ForeignSetting.PUBLIC_BASE_URL, Setting.RESOURCE, resource);
  }

  /** Auth0's issuer ends with a slash, and clients compare it to the letter (RFC 8414 3.3). */
  private void takeIssuer() {
    String domain = settings.value(ForeignSetting.AUTH0_DOMAIN);
    if (domain == null) {
      return;
    }
    if (!HOST.matcher(domain).matches()) {
      throw settings.wrong(
          ForeignSetting.AUTH0_DOMAIN,
          "which is no domain. Write it alone, such as 'your-tenant.us.auth0.com'.");
    }
    take(ForeignSetting.AUTH0_DOMAIN, Setting.ISSUER, "https://" + domain + "/");
    take(ForeignSetting.AUTH0_DOMAIN, Setting.PROFILE, "auth0");
  }
}
