/** Strict JSON; a leaf that knows no OAuth, not for use outside the library. */
@NullMarked
package io.mcpauth.internal.json;

import org.jspecify.annotations.NullMarked;
