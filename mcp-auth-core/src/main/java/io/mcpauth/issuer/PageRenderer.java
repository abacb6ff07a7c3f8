package io.mcpauth.issuer;

/**
 * Makes the pages that people see, where those of the library are not wanted: with templates of the
 * application. Every value of a page is text and has to be escaped.
 *
 * <p>The library sends what it returns with a content security policy that allows no script and no
 * frame around it, and styles, pictures and fonts of this origin alone; a form has to send back the
 * hidden fields of its page, as they are.
 */
@FunctionalInterface
public interface PageRenderer {
  /** The whole document, in HTML. */
  String render(OAuthPage page);
}
