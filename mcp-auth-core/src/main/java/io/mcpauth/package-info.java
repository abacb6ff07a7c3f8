/** Placeholder. */
@NullMarked
package io.mcpauth;

import org.jspecify.annotations.NullMarked;
