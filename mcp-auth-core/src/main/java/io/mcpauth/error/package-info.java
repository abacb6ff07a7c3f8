/** What a refused request is told, and what its operator is told. */
@NullMarked
package io.mcpauth.error;

import org.jspecify.annotations.NullMarked;
