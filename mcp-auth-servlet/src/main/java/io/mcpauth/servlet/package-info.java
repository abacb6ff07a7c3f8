/** The resource server as a servlet filter, its endpoints, and one call that installs them. */
@NullMarked
package io.mcpauth.servlet;

import org.jspecify.annotations.NullMarked;
