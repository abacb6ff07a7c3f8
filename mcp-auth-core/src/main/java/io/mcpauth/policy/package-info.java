/** Which scopes a JSON-RPC message needs, judged on the parsed body. */
@NullMarked
package io.mcpauth.policy;

import org.jspecify.annotations.NullMarked;
