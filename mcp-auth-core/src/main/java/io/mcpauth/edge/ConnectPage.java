package io.mcpauth.edge;

import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
        "default-src 'none'; style-src "
            + PageStyle.SOURCE
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
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
            + OTHERS.formatted(PageStyle.escape(resource.metadataUrl()));
    String title =
        resourceName == null || resourceName.isBlank()
            ? URI.create(resource.value()).getHost()
            : shortened(resourceName.strip());
    return new ConnectPage(
        PAGE.formatted(
            PageStyle.escape(title), PageStyle.STYLE, PageStyle.escape(endpoint.value()), clients));
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
        + PageStyle.escape(line)
        + "</code></pre></section>\n";
  }

  private static String shortened(String title) {
    return title.codePointCount(0, title.length()) <= MAX_TITLE
        ? title
        : title.substring(0, title.offsetByCodePoints(0, MAX_TITLE)) + "\u2026";
  }
}
