/**
 * What is encrypted with keys that rotate: state that a client keeps for the server, so that only
 * the same caller brings it back, and secrets that the server keeps in its own store.
 */
@NullMarked
package io.mcpauth.seal;

import org.jspecify.annotations.NullMarked;
