/** What the policy judged against what the MCP Java SDK behind it runs, with either JSON mapper. */
@NullMarked
package io.mcpauth.examples.differential;

import org.jspecify.annotations.NullMarked;
