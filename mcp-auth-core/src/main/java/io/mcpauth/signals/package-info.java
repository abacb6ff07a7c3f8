/**
 * Signals from outside that end access: logout tokens of OpenID providers and security event
 * tokens.
 */
@NullMarked
package io.mcpauth.signals;

import org.jspecify.annotations.NullMarked;
