/** What many share and nobody may have all of. */
@NullMarked
package io.mcpauth.internal.budget;

import org.jspecify.annotations.NullMarked;
