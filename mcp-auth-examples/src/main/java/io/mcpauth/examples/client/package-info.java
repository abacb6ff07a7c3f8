/** A command-line MCP client that does its OAuth with the client side of mcp-auth alone. */
@NullMarked
package io.mcpauth.examples.client;

import org.jspecify.annotations.NullMarked;
