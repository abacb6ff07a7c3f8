/** File tools for MCP clients, confined to one directory: what the example server protects. */
@NullMarked
package io.mcpauth.examples.filetools;

import org.jspecify.annotations.NullMarked;
