/**
 * Keys and signed JWTs: how they are read, which are accepted, who signed; random values and
 * hashes. Knows no package of a role; the cryptography is Nimbus's and the JDK's.
 */
@NullMarked
package io.mcpauth.internal.jose;

import org.jspecify.annotations.NullMarked;
