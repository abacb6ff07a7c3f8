/** A web application without code, as its page has it, on a real container. */
@NullMarked
package io.mcpauth.examples.webapp;

import org.jspecify.annotations.NullMarked;
