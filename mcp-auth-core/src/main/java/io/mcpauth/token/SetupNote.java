package io.mcpauth.token;

/**
 * Something that an operator should know about an authorization server when the resource server
 * starts.
 *
 * @param issuer the advertised issuer
 * @param warning whether something is wrong or risky, not merely worth knowing
 * @param text what, and what to do
 */
public record SetupNote(String issuer, boolean warning, String text) {}
