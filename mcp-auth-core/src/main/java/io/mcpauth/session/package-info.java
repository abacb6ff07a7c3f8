/** Who opened an MCP session, so that nobody else uses it. */
@NullMarked
package io.mcpauth.session;

import org.jspecify.annotations.NullMarked;
