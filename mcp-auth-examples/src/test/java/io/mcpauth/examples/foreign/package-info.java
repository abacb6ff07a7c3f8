/**
 * A foreign provider: Spring Authorization Server, so that clients and resource servers are tried
 * against a server that is not the library's; the only package that touches it.
 *
 * <p>Everything is wired by hand into two filter chains, without an application context: only the
 * endpoints a development server needs exist at all.
 *
 * <p><b>What a headless client fills in.</b> {@code GET /oauth2/authorize} answers 302 to {@code
 * /login} with the same query when nobody is logged in. The login page has one form, {@code <form
 * id="login" method="post" action="/login">}, with the fields {@code username}, {@code password}
 * and the hidden {@code request} and {@code _csrf}; it comes again where they are wrong. It answers
 * 302 back to the authorization request, which answers 302 to {@code /consent?...} when a scope was
 * not approved before, and 302 to the client otherwise. The consent page has one form, {@code <form
 * id="consent" method="post" action="/oauth2/authorize">}, with the hidden fields {@code
 * client_id}, {@code state}, {@code scope} (one field per scope) and {@code _csrf}, and two submit
 * buttons named {@code decision} with the values {@code allow} and {@code deny}. It answers 302 to
 * the client's redirect URI with {@code code} or {@code error}, {@code state} and {@code iss}. An
 * error for a redirect URI that is neither on loopback nor one that the user approved before is a
 * page instead, with the same address in the link {@code <a id="onward">}. The session lives in a
 * cookie, and what ties the login form to its browser in another, so one cookie jar is needed
 * throughout.
 *
 * <p>Clients, their documents, their proofs and PKCE are the library's: {@code
 * io.mcpauth.authserver}, {@code io.mcpauth.client} and {@code io.mcpauth.pkce}.
 */
@NullMarked
package io.mcpauth.examples.foreign;

import org.jspecify.annotations.NullMarked;
