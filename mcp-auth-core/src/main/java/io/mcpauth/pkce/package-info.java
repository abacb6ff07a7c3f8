/** Proof Key for Code Exchange (RFC 7636), for both ends of the code flow; S256 alone. */
@NullMarked
package io.mcpauth.pkce;

import org.jspecify.annotations.NullMarked;
