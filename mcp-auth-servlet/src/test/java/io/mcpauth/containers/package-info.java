/** What is tried on real containers, and the page that tells of it. */
@NullMarked
package io.mcpauth.containers;

import org.jspecify.annotations.NullMarked;
