/**
 * HTTP before and after the decision: what a request has to be, what is read of it, and how a
 * refusal is told.
 */
@NullMarked
package io.mcpauth.edge;

import org.jspecify.annotations.NullMarked;
