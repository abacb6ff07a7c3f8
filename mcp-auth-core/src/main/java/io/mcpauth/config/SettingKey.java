package io.mcpauth.config;

/** The name of a setting: the same in system properties, environment and init-parameters. */
public interface SettingKey {
  /** The name, such as {@code MCP_AUTH_RESOURCE}. */
  String key();

  /**
   * Whether its value is a secret: then it comes from the environment or a file only, and is never
   * shown.
   */
  boolean secret();

  /**
   * What the names of its family begin with, such as {@code MCP_AUTH_}: an unknown name that begins
   * so is a mistake wherever it stands. Empty by default, for a name that other programs may use as
   * well.
   */
  default String prefix() {
    return "";
  }
}
