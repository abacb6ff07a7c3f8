/** The command of both servers that looks at a policy file. */
@NullMarked
package io.mcpauth.examples.policy;

import org.jspecify.annotations.NullMarked;
