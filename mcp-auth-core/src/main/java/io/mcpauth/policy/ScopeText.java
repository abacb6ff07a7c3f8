package io.mcpauth.policy;

/**
 * What people read of a scope.
 *
 * @param name in a few words, such as {@code Read your files}
 * @param description in a sentence, or empty
 */
public record ScopeText(String name, String description) {}
