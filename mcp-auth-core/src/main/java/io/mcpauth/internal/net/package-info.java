/** What hosts, addresses and URLs are, and how options may be set. */
@NullMarked
package io.mcpauth.internal.net;

import org.jspecify.annotations.NullMarked;
