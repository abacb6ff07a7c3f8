/**
 * Keys and signed JWTs: how they are read, which are accepted, who signed. Knows no OAuth role; the
 * cryptography is Nimbus's and the JDK's.
 */
@NullMarked
package io.mcpauth.internal.jose;

import org.jspecify.annotations.NullMarked;
