package io.mcpauth.examples.access;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** The policy that settings name, for what is done beside the server. */
public final class SettingsPolicy {
  private SettingsPolicy() {}

  /**
   * It is read anew.
   *
   * @param otherwise what the server has where the settings name none
   * @throws IllegalArgumentException if it is wrong
   */
  public static ToolPolicy of(Settings settings, Supplier<ToolPolicy> otherwise) {
    String file = settings.value(Setting.POLICY_FILE);
    if (file != null) {
      return settings.naming(Setting.POLICY_FILE, () -> PolicyFile.at(Path.of(file)).load());
    }
    List<String> scopes = settings.words(Setting.REQUIRED_SCOPES);
    return scopes.isEmpty()
        ? otherwise.get()
        : settings.naming(
            Setting.REQUIRED_SCOPES,
            () -> ToolPolicy.everythingForWhoHas(scopes.toArray(String[]::new)));
  }
}
