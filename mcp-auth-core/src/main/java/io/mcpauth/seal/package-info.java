/** State that a client keeps for the server, sealed so that only the same caller brings it back. */
@NullMarked
package io.mcpauth.seal;

import org.jspecify.annotations.NullMarked;
