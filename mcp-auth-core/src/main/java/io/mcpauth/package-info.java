/** The resource server: a request walks in, one decision comes out. */
@NullMarked
package io.mcpauth;

import org.jspecify.annotations.NullMarked;
