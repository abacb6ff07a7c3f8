/** What both embedded servers share of Jetty. */
@NullMarked
package io.mcpauth.examples.jetty;

import org.jspecify.annotations.NullMarked;
