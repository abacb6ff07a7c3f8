/**
 * What servers say of themselves, as a client finds it: challenges, the metadata of protected
 * resources (RFC 9728) and of authorization servers (RFC 8414).
 */
@NullMarked
package io.mcpauth.discovery;

import org.jspecify.annotations.NullMarked;
