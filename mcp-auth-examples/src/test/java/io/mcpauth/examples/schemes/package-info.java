/** Servers that take what their callers have, on a container. */
@NullMarked
package io.mcpauth.examples.schemes;

import org.jspecify.annotations.NullMarked;
