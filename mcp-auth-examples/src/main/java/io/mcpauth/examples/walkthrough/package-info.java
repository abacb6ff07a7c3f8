/**
 * A client that walks through the whole flow against the file-tools server, and shows every step.
 */
@NullMarked
package io.mcpauth.examples.walkthrough;

import org.jspecify.annotations.NullMarked;
