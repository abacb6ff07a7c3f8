/** Who gets in at the moment: open or closed, who is allowed, denied and cut off, on every node. */
@NullMarked
package io.mcpauth.access;

import org.jspecify.annotations.NullMarked;
