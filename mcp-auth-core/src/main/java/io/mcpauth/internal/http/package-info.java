/** The one outbound HTTP client of the library; it knows no OAuth. */
@NullMarked
package io.mcpauth.internal.http;

import org.jspecify.annotations.NullMarked;
