package io.mcpauth.policy;

/**
 * What a message is applied to.
 *
 * @param kind what the name is of
 * @param name the exact name of a tool or prompt, the URI of a resource, or the URI template
 */
public record Target(Kind kind, String name) {
  /** What a method of MCP can be applied to. */
  public enum Kind {
    /** A tool, by its name. */
    TOOL,
    /** A prompt, by its name. */
    PROMPT,
    /** A resource, by its URI. */
    RESOURCE,
    /** A template of resource URIs, whose variables are being completed. */
    RESOURCE_TEMPLATE
  }
}
