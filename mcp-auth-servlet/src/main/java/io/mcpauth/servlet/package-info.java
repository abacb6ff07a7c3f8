/** Placeholder. */
@NullMarked
package io.mcpauth.servlet;

import org.jspecify.annotations.NullMarked;
