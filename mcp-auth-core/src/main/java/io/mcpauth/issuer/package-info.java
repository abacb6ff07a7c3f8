/**
 * An authorization server of one's own, on the login that an application has: {@code OAuthServer}
 * takes a request and gives an answer, and knows no servlet. The application says who is logged in
 * by a {@code Login}; clients, grants and tokens are in a {@code Store}.
 */
@NullMarked
package io.mcpauth.issuer;

import org.jspecify.annotations.NullMarked;
