/**
 * Clients that are identified by a URL (OAuth Client ID Metadata Document), and clients that prove
 * themselves with a key of their own ({@code private_key_jwt}), as an authorization server sees
 * them.
 */
@NullMarked
package io.mcpauth.clientid;

import org.jspecify.annotations.NullMarked;
