/** An MCP server with users of its own, as {@code docs/own-users.md} sets it up. */
@NullMarked
package io.mcpauth.examples.ownusers;

import org.jspecify.annotations.NullMarked;
