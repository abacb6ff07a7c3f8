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

  /** Whether some name falls under this pattern and another one at once. */
  boolean bothApplyBeside(Rule other) {
    return name.overlaps(other.name)
        && !name.isNarrowerThan(other.name)
        && !other.name.isNarrowerThan(name);
  }

  void requireSameHeader(Rule beside, String argument, String suffix) {
    String own = access.paramHeaders().getOrDefault(argument, suffix);
    if (!own.equalsIgnoreCase(suffix)) {
      throw new IllegalArgumentException(
          "'"
              + beside.id()
              + "' and '"
              + id()
              + "' both apply where both match, and mirror the argument '"
              + argument
              + "' in two headers. Write the same header in both.");
    }
  }
}
