/** A proxy that puts mcp-auth in front of any MCP server, in any language. */
@NullMarked
package io.mcpauth.examples.guard;

import org.jspecify.annotations.NullMarked;
