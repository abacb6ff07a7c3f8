package io.mcpauth.policy;

/**
 * One rule: what it is about, and what it asks for.
 *
 * @param section tools, prompts, resources or methods
 * @param name the exact name, or a pattern
 * @param access what it asks for
 */
record Rule(String section, NamePattern name, Access access) {
  /** How logs and explanations call it, such as {@code tools.write_*}. */
  String id() {
    return section + "." + name.text();
  }
}
