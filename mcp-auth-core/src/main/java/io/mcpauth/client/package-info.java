/** The library as an OAuth client: tokens for the calls that a server makes itself. */
@NullMarked
package io.mcpauth.client;

import org.jspecify.annotations.NullMarked;
