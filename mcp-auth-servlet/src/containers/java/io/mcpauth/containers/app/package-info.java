/** The servlets that stand for an MCP server in a container; they know nothing of the library. */
@NullMarked
package io.mcpauth.containers.app;

import org.jspecify.annotations.NullMarked;
