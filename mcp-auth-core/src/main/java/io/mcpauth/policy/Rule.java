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

  /** Whether no rule of the policy's own says it ({@link ProtocolDefaults}). */
  boolean isDefault() {
    return section.equals(ProtocolDefaults.SECTION);
  }

  /**
   * Whether callers of a scheme fall under it: of the schemes that it names, or of any where it
   * names none. Only a browser's session has to be named, because a cookie goes along with whatever
   * makes the browser send a request; what is no rule of the policy's own lets it in as well, or it
   * could not even ask what there is.
   *
   * @param asked what this rule asks for, or what an argument adds to it
   */
  boolean accepts(Scheme scheme, Access asked) {
    if (!asked.schemes().isEmpty()) {
      return asked.schemes().contains(scheme);
    }
    return scheme != Scheme.SESSION || isDefault() || access.schemes().contains(scheme);
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
