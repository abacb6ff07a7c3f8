/** Settings by name, from the places where operators write them, and a server made of them. */
@NullMarked
package io.mcpauth.config;

import org.jspecify.annotations.NullMarked;
