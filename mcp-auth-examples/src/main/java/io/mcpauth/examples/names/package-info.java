/** What settings are called: by other guides, and in messages about them. */
@NullMarked
package io.mcpauth.examples.names;

import org.jspecify.annotations.NullMarked;
