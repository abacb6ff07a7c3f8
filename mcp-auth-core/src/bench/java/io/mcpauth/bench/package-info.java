/** What decisions cost: not part of {@code verify}, see {@code docs/performance.md}. */
@NullMarked
package io.mcpauth.bench;

import org.jspecify.annotations.NullMarked;
