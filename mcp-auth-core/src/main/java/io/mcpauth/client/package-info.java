/**
 * The library as an OAuth client: of a program that calls protected MCP servers for its users, of a
 * proxy at its provider, and of a server that makes calls itself. It registers itself, too (RFC
 * 7591): {@link io.mcpauth.client.ClientMetadata} is what both sides of that speak of.
 */
@NullMarked
package io.mcpauth.client;

import org.jspecify.annotations.NullMarked;
