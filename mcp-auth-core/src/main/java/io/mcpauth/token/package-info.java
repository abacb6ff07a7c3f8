/**
 * From the Authorization header to a principal: the credential, the verification of the server that
 * issued it, the principal.
 */
@NullMarked
package io.mcpauth.token;

import org.jspecify.annotations.NullMarked;
