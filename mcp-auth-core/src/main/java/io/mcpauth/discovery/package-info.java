/** The metadata of authorization servers (RFC 8414): found, read, and mirrored where asked for. */
@NullMarked
package io.mcpauth.discovery;

import org.jspecify.annotations.NullMarked;
