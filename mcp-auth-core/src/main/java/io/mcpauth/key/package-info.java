/** Keys that the operator issues: how they are made, kept as hashes, rotated and revoked. */
@NullMarked
package io.mcpauth.key;

import org.jspecify.annotations.NullMarked;
