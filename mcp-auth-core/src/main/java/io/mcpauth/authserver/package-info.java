/**
 * What somebody needs who builds an authorization server, or a proxy in front of one: clients that
 * register (RFC 7591, RFC 7592), that are identified by a URL (OAuth Client ID Metadata Document),
 * that prove themselves with a key of their own ({@code private_key_jwt}), and logins that wait for
 * a browser to come back.
 */
@NullMarked
package io.mcpauth.authserver;

import org.jspecify.annotations.NullMarked;
