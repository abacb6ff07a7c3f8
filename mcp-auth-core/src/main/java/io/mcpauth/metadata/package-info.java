/** The resource identifier and its RFC 9728 metadata document. */
@NullMarked
package io.mcpauth.metadata;

import org.jspecify.annotations.NullMarked;
