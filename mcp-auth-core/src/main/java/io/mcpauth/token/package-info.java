/** From the Authorization header to a principal: verification first, then the claims check. */
@NullMarked
package io.mcpauth.token;

import org.jspecify.annotations.NullMarked;
