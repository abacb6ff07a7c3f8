/** How the library reaches other servers: limits, egress proxy and trusted certificates. */
@NullMarked
package io.mcpauth.outbound;

import org.jspecify.annotations.NullMarked;
