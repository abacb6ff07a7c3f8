/** A real Keycloak, started, asked for tokens, rotated and thrown away. */
@NullMarked
package io.mcpauth.examples.keycloak;

import org.jspecify.annotations.NullMarked;
