/**
 * The library as an OAuth client: of a program that calls protected MCP servers for its users, of a
 * proxy at its provider, and of a server that makes calls itself.
 */
@NullMarked
package io.mcpauth.client;

import org.jspecify.annotations.NullMarked;
