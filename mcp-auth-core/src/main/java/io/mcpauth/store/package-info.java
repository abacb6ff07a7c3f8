/**
 * What the library has to remember from one request to the next: one small store for all of it, in
 * memory or in a database that several nodes share.
 */
@NullMarked
package io.mcpauth.store;

import org.jspecify.annotations.NullMarked;
