package io.mcpauth.config;

import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.token.ApiKeys;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which API keys settings say are accepted. */
final class ApiKeySettings {
  private final Settings settings;

  private ApiKeySettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * Sets them; where nothing is said, the application may do it in code.
   *
   * @param read whether a file of keys is read; without it the scheme is known, and no key
   */
  static void set(
      ResourceServerBuilder builder, Settings settings, boolean read, Mistakes mistakes) {
    mistakes.collect(
        () -> {
          ApiKeys keys = new ApiKeySettings(settings).scheme(read);
          if (keys != null) {
            Setting named =
                settings.flag(Setting.API_KEYS) ? Setting.API_KEYS : Setting.API_KEYS_FILE;
            settings.naming(named, () -> builder.accept(keys));
          }
        });
  }

  private @Nullable ApiKeys scheme(boolean read) {
    boolean shared = settings.flag(Setting.API_KEYS);
    String file = settings.value(Setting.API_KEYS_FILE);
    if (shared && file != null) {
      throw new IllegalArgumentException(
          settings.at(Setting.API_KEYS)
              + " and "
              + settings.at(Setting.API_KEYS_FILE)
              + " each say where the keys are. Remove one of them.");
    }
    if (!shared && file == null) {
      requireNoWordOfKeys();
      return null;
    }
    ApiKeys keys = file == null ? ofStore() : ofFile(file);
    keys = read ? keys : ApiKeys.shared();
    String header = settings.value(Setting.API_KEY_HEADER);
    if (header != null) {
      ApiKeys known = keys;
      keys = settings.naming(Setting.API_KEY_HEADER, () -> known.inHeader(header));
    }
    String prefix = settings.value(Setting.API_KEY_PREFIX);
    if (prefix != null) {
      ApiKeys known = keys;
      keys = settings.naming(Setting.API_KEY_PREFIX, () -> known.prefix(prefix));
    }
    return keys;
  }

  /** The prefix is that of service accounts with keys too. */
  private void requireNoWordOfKeys() {
    String none =
        "there is no " + Setting.API_KEYS.key() + "=true and no " + Setting.API_KEYS_FILE.key();
    settings.requireUnset(List.of(Setting.API_KEY_HEADER), none);
    if (!"keys".equals(settings.value(Setting.BASIC))) {
      settings.requireUnset(List.of(Setting.API_KEY_PREFIX), none);
    }
  }

  /**
   * Requires a store of which a command can get hold: in the memory of a server nobody could make a
   * key.
   *
   * @param key what says that keys are in the store
   * @throws IllegalArgumentException if there is none
   */
  static void requireLastingStore(Settings settings, Setting key) {
    String url = settings.value(Setting.STORE_URL);
    if (url == null || url.equals("memory")) {
      throw settings.wrong(
          key,
          "but "
              + Setting.STORE_URL.key()
              + " names no store that outlives the server, where keys could be made. Write it, or "
              + Setting.API_KEYS_FILE.key()
              + " instead.");
    }
  }

  private ApiKeys ofStore() {
    requireLastingStore(settings, Setting.API_KEYS);
    return ApiKeys.shared();
  }

  private ApiKeys ofFile(String file) {
    return settings.naming(Setting.API_KEYS_FILE, () -> ApiKeys.inFile(Path.of(file)));
  }
}
