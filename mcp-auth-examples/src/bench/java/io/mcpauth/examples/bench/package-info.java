/** The servers that {@code bench/run.sh} compares; see {@code docs/performance.md}. */
@NullMarked
package io.mcpauth.examples.bench;

import org.jspecify.annotations.NullMarked;
