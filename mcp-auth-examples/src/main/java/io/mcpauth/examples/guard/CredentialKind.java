package io.mcpauth.examples.guard;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.util.List;

/** Where the credential comes from that the target gets: {@code GUARD_CREDENTIAL}. */
enum CredentialKind {
  /** There is none. */
  NONE("none"),
  /** The guard's own token (RFC 6749 section 4.4). */
  CLIENT_CREDENTIALS("client_credentials"),
  /** A token for the caller at the target (RFC 8693). */
  TOKEN_EXCHANGE("token_exchange");

  private static final List<GuardSetting> MEANINGLESS_WITHOUT =
      List.of(
          GuardSetting.OAUTH_CLIENT_ID,
          GuardSetting.OAUTH_CLIENT_SECRET,
          GuardSetting.OAUTH_SCOPES,
          GuardSetting.GUARD_TARGET_RESOURCE,
          GuardSetting.GUARD_TARGET_AUDIENCE,
          GuardSetting.GUARD_TOKEN_ENDPOINT);

  private final String word;

  CredentialKind(String word) {
    this.word = word;
  }

  /**
   * What settings ask for; {@link #CLIENT_CREDENTIALS} where they have a client and say nothing
   * else.
   *
   * @throws IllegalArgumentException if that contradicts another setting, or one is missing for it
   */
  static CredentialKind of(Settings settings) {
    CredentialKind kind = named(settings);
    if (kind == NONE) {
      settings.requireUnset(
          meaningless(settings),
          settings.value(GuardSetting.GUARD_CREDENTIAL) == null
              ? "the target gets no credential. Write OAUTH_CLIENT_ID for one"
              : settings.at(GuardSetting.GUARD_CREDENTIAL) + " is 'none'");
      return NONE;
    }
    requireClient(settings, kind, GuardSetting.OAUTH_CLIENT_ID);
    requireClient(settings, kind, GuardSetting.OAUTH_CLIENT_SECRET);
    if (kind == TOKEN_EXCHANGE) {
      requireTokensOfTheIssuer(settings);
    }
    return kind;
  }

  /** A token is exchanged at its own issuer, where the guard has one client. */
  private static void requireTokensOfTheIssuer(Settings settings) {
    String exchange = "but GUARD_CREDENTIAL is 'token_exchange': a token is exchanged at its own";
    if (settings.values(Setting.ISSUER).size() > 1) {
      throw settings.wrong(
          Setting.ISSUER,
          exchange
              + " issuer, where the guard has one client. Write one issuer, or another"
              + " GUARD_CREDENTIAL.");
    }
    Setting proxy =
        settings.value(Setting.PROXY_TOKEN_HEADER) == null
            ? Setting.PROXY_TOKEN_PROFILE
            : Setting.PROXY_TOKEN_HEADER;
    String ofProxy = settings.value(Setting.PROXY_TOKEN_ISSUER);
    if (settings.value(proxy) != null
        && (ofProxy == null || !settings.values(Setting.ISSUER).contains(ofProxy))) {
      throw settings.wrong(
          proxy,
          exchange
              + " issuer, which is the proxy then, and the guard's client is at the one of "
              + Setting.ISSUER.key()
              + ". Write another GUARD_CREDENTIAL.");
    }
  }

  /** Scopes beside {@code CASDOOR_URL} mean something without a client: what callers need. */
  private static List<GuardSetting> meaningless(Settings settings) {
    boolean taken =
        settings.at(Setting.REQUIRED_SCOPES).startsWith(GuardSetting.OAUTH_SCOPES.key());
    return MEANINGLESS_WITHOUT.stream()
        .filter(key -> !(taken && key == GuardSetting.OAUTH_SCOPES))
        .toList();
  }

  private static CredentialKind named(Settings settings) {
    String value = settings.value(GuardSetting.GUARD_CREDENTIAL);
    if (value == null) {
      return settings.value(GuardSetting.OAUTH_CLIENT_ID) == null ? NONE : CLIENT_CREDENTIALS;
    }
    for (CredentialKind kind : values()) {
      if (kind.word.equals(value)) {
        return kind;
      }
    }
    throw settings.wrong(
        GuardSetting.GUARD_CREDENTIAL,
        "which is none. Write 'none', 'client_credentials' or 'token_exchange'.");
  }

  private static void requireClient(Settings settings, CredentialKind kind, GuardSetting key) {
    if (settings.value(key) == null) {
      throw settings.wrong(
          key,
          "but the outgoing credential, '"
              + kind.word
              + "', needs a client of its own at the authorization server. Write OAUTH_CLIENT_ID,"
              + " and OAUTH_CLIENT_SECRET or OAUTH_CLIENT_SECRET_FILE.");
    }
  }
}
