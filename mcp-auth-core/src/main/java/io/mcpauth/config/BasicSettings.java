package io.mcpauth.config;

import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BasicCredentials;
import java.nio.file.Path;
import java.util.List;

/** Whether settings say that service accounts are accepted by HTTP Basic, and who knows them. */
final class BasicSettings {
  private static final List<Setting> OF_THE_EXCHANGE =
      List.of(Setting.BASIC_ISSUER, Setting.BASIC_SCOPES, Setting.BASIC_AUDIENCE);

  private final Settings settings;
  private final List<AuthorizationServer> servers;

  private final boolean read;

  private BasicSettings(Settings settings, List<AuthorizationServer> servers, boolean read) {
    this.settings = settings;
    this.servers = servers;
    this.read = read;
  }

  /**
   * Sets them; where nothing is said, the application may do it in code.
   *
   * @param read whether a file of keys is read; without it the scheme is known, and no key
   */
  static void set(
      ResourceServerBuilder builder,
      Settings settings,
      List<AuthorizationServer> servers,
      boolean read,
      Mistakes mistakes) {
    BasicSettings said = new BasicSettings(settings, servers, read);
    mistakes.collect(() -> said.set(builder));
  }

  private void set(ResourceServerBuilder builder) {
    String who = settings.value(Setting.BASIC);
    if (servers.isEmpty()) {
      return; // which was said already
    }
    if (who == null) {
      settings.requireUnset(OF_THE_EXCHANGE, "there is no " + Setting.BASIC.key());
      return;
    }
    BasicCredentials accounts =
        switch (who) {
          case "keys" -> ofKeys();
          case "exchange" -> exchanged();
          default ->
              throw settings.wrong(
                  Setting.BASIC, "which says nothing. Write 'keys' or 'exchange'.");
        };
    settings.naming(Setting.BASIC, () -> builder.accept(accounts));
  }

  private BasicCredentials ofKeys() {
    settings.requireUnset(OF_THE_EXCHANGE, settings.at(Setting.BASIC) + " is 'keys'");
    String file = settings.value(Setting.API_KEYS_FILE);
    if (file == null) {
      ApiKeySettings.requireLastingStore(settings, Setting.BASIC);
    }
    BasicCredentials accounts =
        file == null || !read
            ? BasicCredentials.ofIssuedKeys()
            : settings.naming(
                Setting.API_KEYS_FILE, () -> BasicCredentials.ofIssuedKeysIn(Path.of(file)));
    String prefix = settings.value(Setting.API_KEY_PREFIX);
    return prefix == null
        ? accounts
        : settings.naming(Setting.API_KEY_PREFIX, () -> accounts.prefix(prefix));
  }

  private BasicCredentials exchanged() {
    AuthorizationServer server = server();
    BasicCredentials accounts =
        settings.naming(Setting.BASIC, () -> BasicCredentials.exchangedAt(server));
    List<String> scopes = settings.words(Setting.BASIC_SCOPES);
    if (!scopes.isEmpty()) {
      BasicCredentials known = accounts;
      accounts =
          settings.naming(
              Setting.BASIC_SCOPES, () -> known.withScopes(scopes.toArray(String[]::new)));
    }
    String audience = settings.value(Setting.BASIC_AUDIENCE);
    if (audience == null) {
      return accounts;
    }
    BasicCredentials known = accounts;
    return settings.naming(Setting.BASIC_AUDIENCE, () -> known.withAudience(audience));
  }

  private AuthorizationServer server() {
    String issuer = settings.value(Setting.BASIC_ISSUER);
    if (issuer == null && servers.size() > 1) {
      throw settings.wrong(
          Setting.BASIC,
          "and there are several issuers. Write "
              + Setting.BASIC_ISSUER.key()
              + ", the one that knows the service accounts.");
    }
    return servers.stream()
        .filter(server -> issuer == null || server.issuer().equals(issuer))
        .findFirst()
        .orElseThrow(
            () ->
                settings.wrong(
                    issuer == null ? Setting.BASIC : Setting.BASIC_ISSUER,
                    "but it is none of " + Setting.ISSUER.key() + ". Write one of these."));
  }
}
