/**
 * The authorization server of the library with a login of its own, for development, so that the
 * examples run with nothing else installed. What the login does is here; all that is OAuth is in
 * {@code io.mcpauth.issuer}.
 *
 * <p><b>What a headless client fills in.</b> The authorization endpoint, which the metadata name,
 * answers 303 to {@code /login} with the same query when nobody is logged in. The login page has
 * one form, {@code <form id="login" method="post" action="/login">}, with the fields {@code
 * username}, {@code password} and the hidden {@code back} and {@code _csrf}; it comes again, with a
 * 403, where they are wrong. It answers 303 back to the authorization request, which answers with
 * the consent page when the user has to be asked, and 303 to the client otherwise. The consent page
 * has the form {@code <form id="consent" method="post" ...>} with hidden fields and two submit
 * buttons named {@code decision} with the values {@code allow} and {@code deny}. It answers 303 to
 * the client's redirect URI with {@code code} or {@code error}, {@code state} and {@code iss}. An
 * error for a redirect URI that is neither on loopback nor one that the user approved before is a
 * page instead, with the same address in the link {@code <a id="onward">}. Logins and forms live in
 * cookies, so one cookie jar is needed throughout.
 */
@NullMarked
package io.mcpauth.examples.authserver;

import org.jspecify.annotations.NullMarked;
