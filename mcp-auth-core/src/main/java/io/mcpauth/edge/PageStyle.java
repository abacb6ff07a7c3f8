package io.mcpauth.edge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The one style of the pages that people see. Part of the machinery behind {@code OAuthPages};
 * applications do not need it.
 */
public final class PageStyle {
  /** Contrast of text is 7 to 1 or more in either scheme (WCAG 2.2, 1.4.6). */
  static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1c2128;--soft:#454c56;\
      --line:#d5d9df;--code:#f0f2f5;--link:#0a4a9e;--primary:#0a4a9e;--on-primary:#fff;\
      --alert:#a40000}
      @media(prefers-color-scheme:dark){:root{--page:#12151a;--card:#1b1f26;--text:#e8eaed;\
      --soft:#b9c0ca;--line:#363c46;--code:#11141a;--link:#9cc4ff;--primary:#9cc4ff;--on-primary:#0b1a2e;\
      --alert:#ff9d9d}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--page);color:var(--text);\
      font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
      main{max-width:48rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
      .kind{margin:0;color:var(--soft);font-size:.875rem;font-weight:600;letter-spacing:.03em}
      h1{margin:.1rem 0 1rem;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
      h2{margin:2.2rem 0 .8rem;font-size:1.2rem}
      h3{margin:0 0 .35rem;font-size:1rem}
      p{margin:0 0 .8rem}
      code{font:.875em/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace}
      pre{margin:0;padding:.6rem .8rem;background:var(--code);border:1px solid var(--line);\
      border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
      pre code{-webkit-user-select:all;user-select:all}
      section{margin:0 0 .75rem;padding:.9rem 1.1rem 1rem;background:var(--card);\
      border:1px solid var(--line);border-radius:10px}
      section h2{margin:0 0 .35rem}
      section p:last-child{margin:0}
      a{color:var(--link);overflow-wrap:anywhere}
      .soft{color:var(--soft)}
      .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
      .logo{display:block;max-height:3.5rem;max-width:12rem;margin:0 0 1rem}
      .warning{border-left:.3rem solid var(--alert);padding:.2rem 0 .2rem .8rem}
      .scopes{margin:0 0 1rem;padding:0;list-style:none}
      .scopes li{margin:0 0 .5rem;padding:.6rem .9rem;background:var(--card);\
      border:1px solid var(--line);border-radius:8px;overflow-wrap:anywhere}
      details{margin:0 0 1rem}
      summary{cursor:pointer;padding:.4rem 0}
      label{display:block;margin:0 0 .9rem}
      input:not([type=hidden]){display:block;width:100%;margin-top:.25rem;padding:.6rem .7rem;\
      font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);\
      border-radius:8px}
      .actions{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.4rem 0 1rem}
      button{font:inherit;font-weight:600;padding:.65rem 1.5rem;border-radius:8px;\
      border:1px solid var(--soft);background:var(--card);color:var(--text);cursor:pointer}
      button.primary{background:var(--primary);border-color:var(--primary);\
      color:var(--on-primary)}
      button.quiet{padding:.4rem 0;border:0;background:none;color:var(--link);font-weight:400;\
      text-decoration:underline}
      :focus-visible{outline:3px solid var(--link);outline-offset:2px}
      """;

  /** What a content security policy allows, so that a page may have this style and no other. */
  public static final String SOURCE = "'sha256-" + sha256(STYLE) + "'";

  private static final String DOCUMENT =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="robots" content="noindex">
      <title>%s</title>
      <style>%s</style>
      </head>
      <body>
      <main>
      %s</main>
      </body>
      </html>
      """;

  private PageStyle() {}

  /**
   * A document.
   *
   * @param title a text
   * @param html what is in it, in which every value is escaped already
   */
  public static String document(String title, String html) {
    return DOCUMENT.formatted(escape(title), STYLE, html);
  }

  /** A text as content or as the value of an attribute in double quotes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256", e);
    }
  }
}
