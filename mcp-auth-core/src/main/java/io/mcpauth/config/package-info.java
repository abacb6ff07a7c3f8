/** Settings by name, from the places where operators write them. */
@NullMarked
package io.mcpauth.config;

import org.jspecify.annotations.NullMarked;
