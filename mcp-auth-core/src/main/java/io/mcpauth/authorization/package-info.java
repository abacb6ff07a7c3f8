/**
 * Logins that a server has sent browsers to, such as a proxy to its provider, kept in a store until
 * they come back.
 */
@NullMarked
package io.mcpauth.authorization;

import org.jspecify.annotations.NullMarked;
