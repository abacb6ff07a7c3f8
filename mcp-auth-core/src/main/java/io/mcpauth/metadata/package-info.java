/**
 * What a resource publishes: its identifier, its RFC 9728 metadata document, signed where asked
 * for, and a mirror of the metadata of its authorization server.
 */
@NullMarked
package io.mcpauth.metadata;

import org.jspecify.annotations.NullMarked;
