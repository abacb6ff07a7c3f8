package io.mcpauth.policy;

/**
 * What a message is applied to.
 *
 * @param kind tool, prompt or resource
 * @param name its exact name or URI
 */
public record Target(Kind kind, String name) {
  /** Of a tool, prompt or method: MCP recommends 128 characters at most for a tool. */
  static final int LONGEST_NAME = 1_024;

  /** RFC 9110 section 4.1 recommends 8,000 octets at least. */
  static final int LONGEST_URI = 8_192;

  /** A tool. */
  public static Target tool(String name) {
    return new Target(Kind.TOOL, name);
  }

  /** A prompt. */
  public static Target prompt(String name) {
    return new Target(Kind.PROMPT, name);
  }

  /** A resource. */
  public static Target resource(String uri) {
    return new Target(Kind.RESOURCE, uri);
  }

  /** Whether it is longer than anything that is compared with patterns, which takes time. */
  boolean isTooLong() {
    return name.length() > kind.longest();
  }

  /** What a server offers to be called by name. */
  public enum Kind {
    /** A tool: {@code tools/call}. */
    TOOL("tools", Target.LONGEST_NAME),
    /** A prompt: {@code prompts/get}, {@code completion/complete}. */
    PROMPT("prompts", Target.LONGEST_NAME),
    /** A resource by its URI: {@code resources/read} and its like, {@code subscriptions/listen}. */
    RESOURCE("resources", Target.LONGEST_URI),
    /** A template of such URIs (RFC 6570): {@code completion/complete}. */
    RESOURCE_TEMPLATE("resources", Target.LONGEST_URI);

    private final String section;
    private final int longest;

    Kind(String section, int longest) {
      this.section = section;
      this.longest = longest;
    }

    /** The section of a policy whose rules are about it. */
    String section() {
      return section;
    }

    /** The most characters that a name or URI of it may have. */
    int longest() {
      return longest;
    }
  }
}
