/** Streams that are ended while they are written, on three containers. */
@NullMarked
package io.mcpauth.examples.streams;

import org.jspecify.annotations.NullMarked;
