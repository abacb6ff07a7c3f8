package io.mcpauth.policy;

/**
 * What a message is applied to.
 *
 * @param kind tool, prompt or resource
 * @param name its exact name or URI
 */
public record Target(Kind kind, String name) {
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

  /** What a server offers to be called by name. */
  public enum Kind {
    /** A tool: {@code tools/call}. */
    TOOL("tools"),
    /** A prompt: {@code prompts/get}, {@code completion/complete}. */
    PROMPT("prompts"),
    /** A resource by its URI: {@code resources/read} and its like, {@code subscriptions/listen}. */
    RESOURCE("resources"),
    /** A template of such URIs (RFC 6570): {@code completion/complete}. */
    RESOURCE_TEMPLATE("resources");

    private final String section;

    Kind(String section) {
      this.section = section;
    }

    /** The section of a policy whose rules are about it. */
    String section() {
      return section;
    }
  }
}
