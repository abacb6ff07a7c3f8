/** Settings by the names that other guides have for them. */
@NullMarked
package io.mcpauth.examples.names;

import org.jspecify.annotations.NullMarked;
