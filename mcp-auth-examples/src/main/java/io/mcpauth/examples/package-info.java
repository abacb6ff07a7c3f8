/** The file-tools server: an MCP server, the library in front of it, and who issues its tokens. */
@NullMarked
package io.mcpauth.examples;

import org.jspecify.annotations.NullMarked;
