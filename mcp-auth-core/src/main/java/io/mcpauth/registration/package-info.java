/**
 * Dynamic client registration (RFC 7591, RFC 7592): its messages, the server's and the client's.
 */
@NullMarked
package io.mcpauth.registration;

import org.jspecify.annotations.NullMarked;
