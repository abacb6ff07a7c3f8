/** What hosts and addresses are; knows no OAuth role. */
@NullMarked
package io.mcpauth.internal.net;

import org.jspecify.annotations.NullMarked;
