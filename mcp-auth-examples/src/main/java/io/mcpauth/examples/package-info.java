/** Placeholder. */
@NullMarked
package io.mcpauth.examples;

import org.jspecify.annotations.NullMarked;
