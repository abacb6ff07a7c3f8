/**
 * The commands of both servers' jars, of which {@code access} and {@code keys} change who gets in.
 */
@NullMarked
package io.mcpauth.examples.access;

import org.jspecify.annotations.NullMarked;
