/**
 * What hosts, addresses, URLs and words of headers are, how options are set, and how something is
 * looked at.
 */
@NullMarked
package io.mcpauth.internal.net;

import org.jspecify.annotations.NullMarked;
