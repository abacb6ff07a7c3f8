package io.mcpauth.edge;

import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page in a 401 for somebody who opens the MCP URL in a browser: what this is, and how to
 * connect the usual clients. Made once, of configured values alone; it runs no script and loads
 * nothing.
 */
final class ConnectPage {
  private static final int MAX_TITLE = 80;

  /** Contrast of text is 7 to 1 or more in either scheme (WCAG 2.2, 1.4.6). */
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--text:#1c2128;--soft:#454c56;\
      --line:#d5d9df;--code:#f0f2f5;--link:#0a4a9e}
      @media(prefers-color-scheme:dark){:root{--page:#12151a;--card:#1b1f26;--text:#e8eaed;\
      --soft:#b9c0ca;--line:#363c46;--code:#11141a;--link:#9cc4ff}}
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
      section p:last-child{margin:0}
      a{color:var(--link);overflow-wrap:anywhere}
      """;

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%1$s: an MCP server</title>
      <style>%2$s</style>
      </head>
      <body>
      <main>
      <p class="kind">MCP server</p>
      <h1><bdi>%1$s</bdi></h1>
      <p>This address is for AI applications, and there is no more than this to see in a browser. Add
      it to the application that you use, and you can use the tools of this server from there. Where
      a tool needs a login, the application opens the login page for you.</p>
      <pre><code>%3$s</code></pre>
      <h2>Connect an application</h2>
      %4$s</main>
      </body>
      </html>
      """;

  private static final String FROM_THE_WEB =
      """
      <section><h3>Claude (web and desktop)</h3>
      <p>Open <b>Connectors</b> under Customize or Settings, choose <b>Add custom connector</b>, and
      paste the address.</p></section>
      <section><h3>ChatGPT</h3>
      <p>In Settings, open <b>Apps</b> or <b>Connectors</b>, switch on <b>Developer mode</b> in the
      advanced settings, choose <b>Create</b>, and paste the address.</p></section>
      """;

  private static final String NOT_FROM_THE_WEB =
      """
      <section><h3>Claude (web and desktop) and ChatGPT</h3>
      <p>They connect over the internet, so they need a public address. This one can be used on
      this computer only.</p></section>
      """;

  private static final String OTHERS =
      """
      <section><h3>Anything else</h3>
      <p>Give it the address, as a remote server with Streamable HTTP. How to log in is in the
      <a href="%s">metadata of this server</a> (RFC 9728), which applications find by
      themselves.</p></section>
      """;

  private final byte[] content;
  private final Map<String, String> headers;

  private ConnectPage(String page) {
    this.content = page.getBytes(StandardCharsets.UTF_8);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Content-Type", "text/html; charset=utf-8");
    fields.put(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'sha256-"
            + sha256(STYLE)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    fields.put("X-Content-Type-Options", "nosniff");
    fields.put("Referrer-Policy", "no-referrer");
    fields.put("Vary", "Accept");
    this.headers = fields;
  }

  /**
   * The page of a resource.
   *
   * @param endpoint what clients are configured with
   * @param resourceName for people, or null for the host
   */
  static ConnectPage of(
      ResourceIdentifier resource, ResourceIdentifier endpoint, @Nullable String resourceName) {
    ClientLines lines = ClientLines.of(endpoint, resourceName);
    String clients =
        (resource.loopback() ? "" : FROM_THE_WEB)
            + section("Claude Code", lines.claudeCode())
            + section("VS Code", lines.vsCode())
            + section("Cursor, in <code>.cursor/mcp.json</code>", lines.cursor())
            + section("Gemini CLI", lines.geminiCli())
            + section("MCP Inspector, to look at the tools", lines.inspector())
            + (resource.loopback() ? NOT_FROM_THE_WEB : "")
            + OTHERS.formatted(escape(resource.metadataUrl()));
    String title =
        resourceName == null || resourceName.isBlank()
            ? URI.create(resource.value()).getHost()
            : shortened(resourceName.strip());
    return new ConnectPage(PAGE.formatted(escape(title), STYLE, escape(endpoint.value()), clients));
  }

  /** Whether a request is from a browser that shows what it gets to somebody. */
  static boolean isAskedFor(AccessRequest request) {
    return (request.method().equals("GET") || request.method().equals("HEAD"))
        && MediaRanges.name(request.headers("Accept"), "text/html");
  }

  /**
   * Whether a request that is open to everybody is better answered by the page than by the MCP
   * server. A client that opens the stream has to accept {@code text/event-stream} (MCP 2025-11-25,
   * Streamable HTTP, "Listening for Messages from the Server").
   */
  static boolean isBetterFor(AccessRequest request) {
    return isAskedFor(request) && !MediaRanges.name(request.headers("Accept"), "text/event-stream");
  }

  /** The page in UTF-8. */
  byte[] content() {
    return content.clone();
  }

  /** What describes and confines it; the status, the challenge and the caching are the caller's. */
  Map<String, String> headers() {
    return headers;
  }

  private static String section(String title, String line) {
    return "<section><h3>"
        + title
        + "</h3>\n<pre><code>"
        + escape(line)
        + "</code></pre></section>\n";
  }

  private static String shortened(String title) {
    return title.codePointCount(0, title.length()) <= MAX_TITLE
        ? title
        : title.substring(0, title.offsetByCodePoints(0, MAX_TITLE)) + "\u2026";
  }

  /** For text and for quoted attributes (HTML, section 13.3, "Escaping a string", and more). */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
