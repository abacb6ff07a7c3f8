/** What the tests of an application need: an issuer on this machine that mints any token. */
@NullMarked
package io.mcpauth.testing;

import org.jspecify.annotations.NullMarked;
