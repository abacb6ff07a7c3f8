/** What hosts and addresses are, and what may be configured; knows no OAuth role. */
@NullMarked
package io.mcpauth.internal.net;

import org.jspecify.annotations.NullMarked;
