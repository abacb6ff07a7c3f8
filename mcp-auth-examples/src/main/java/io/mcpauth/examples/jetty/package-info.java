/** What the embedded servers share: of Jetty, and of an MCP endpoint on it. */
@NullMarked
package io.mcpauth.examples.jetty;

import org.jspecify.annotations.NullMarked;
