package io.mcpauth.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RequestStub;
import io.mcpauth.metadata.ResourceIdentifier;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectPageTest {
  private static final String URL = "https://mcp.example.com/mcp";

  @Test
  void page_saysWhatThisIsAndWhereToConnect() {
    assertThat(text(URL, "File tools"))
        .contains(
            "<title>File tools: an MCP server</title>",
            "<h1><bdi>File tools</bdi></h1>",
            "<pre><code>" + URL + "</code></pre>",
            "claude mcp add --transport http file-tools " + URL,
            "gemini mcp add --transport http file-tools " + URL,
            "inspector --transport http --server-url " + URL,
            "code --add-mcp &#39;{&quot;name&quot;:&quot;file-tools&quot;",
            "{&quot;mcpServers&quot;:{&quot;file-tools&quot;",
            "Add custom connector",
            "Developer mode",
            "href=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"");
  }

  @Test
  void loopbackServer_isNotOfferedToClientsOnTheInternet() {
    assertThat(text("http://localhost:8080/mcp", "File tools"))
        .contains("ChatGPT", "they need a public address")
        .doesNotContain("Add custom connector", "Developer mode");
  }

  @Test
  void resourceWithoutName_isTheHost() {
    assertThat(text(URL, null)).contains("<h1><bdi>mcp.example.com</bdi></h1>");
    assertThat(text(URL, "  ")).contains("<title>mcp.example.com: an MCP server</title>");
  }

  @Test
  void name_isTextAndNotMarkup() {
    String page = text(URL, "</title><script>alert('x')</script> & \"<b onclick=x>\" %1$s");
    assertThat(page)
        .contains(
            "&lt;/title&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;&lt;b"
                + " onclick=x&gt;&quot; %1$s")
        .doesNotContainIgnoringCase("<script")
        .doesNotContain("onclick=x>\"");
    assertThat(tags(page)).noneMatch(tag -> tag.contains("onclick"));
  }

  @Test
  void url_isTextAndNotMarkup() {
    assertThat(text("https://mcp.example.com/a&amp;b'c", "x"))
        .contains(
            "<pre><code>https://mcp.example.com/a&amp;amp;b&#39;c</code></pre>",
            "href=\"https://mcp.example.com/.well-known/oauth-protected-resource/a&amp;amp;b&#39;c\"");
  }

  @Test
  void page_runsAndLoadsAndSendsNothing() {
    for (String resource : List.of(URL, "http://localhost:8080/mcp")) {
      String page = text(resource, "File tools");
      assertThat(page).doesNotContainIgnoringCase("javascript:").doesNotContain("url(", "@import");
      assertThat(tags(page))
          .isNotEmpty()
          .noneMatch(tag -> tag.matches("(?is)</?(script|form|img|link|iframe|object|base)\\b.*"))
          .noneMatch(tag -> tag.matches("(?is).*\\s(on\\w+|src|srcset|style|action)\\s*=.*"));
    }
  }

  @Test
  void page_isAccessible() {
    assertThat(text(URL, "File tools"))
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .contains("<main>", "prefers-color-scheme:dark")
        .containsOnlyOnce("<h1>");
  }

  @Test
  void pageOfLongestName_isSmall() {
    ConnectPage page = page("https://" + "a".repeat(60) + ".example.com/mcp", "<".repeat(100_000));
    assertThat(page.content().length).isLessThan(8 * 1024);
    assertThat(new String(page.content(), UTF_8)).contains("&lt;".repeat(80) + "…</bdi>");
  }

  @Test
  void policy_allowsTheOneStyleAndNothingElse() throws Exception {
    ConnectPage page = page(URL, "File tools");
    String html = new String(page.content(), UTF_8);
    String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    String hash =
        Base64.getEncoder()
            .encodeToString(MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8)));
    assertThat(page.headers())
        .containsEntry(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'sha256-"
                + hash
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
        .containsEntry("Content-Type", "text/html; charset=utf-8")
        .containsEntry("X-Content-Type-Options", "nosniff")
        .containsEntry("Referrer-Policy", "no-referrer")
        .containsEntry("Vary", "Accept");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, text/html, true, true",
    "HEAD, text/html, true, true",
    "POST, text/html, false, false",
    "DELETE, text/html, false, false",
    "OPTIONS, text/html, false, false",
    "get, text/html, false, false",
    "GET, */*, false, false",
    "GET, 'text/html, text/event-stream', true, false",
    "GET, 'text/html, text/event-stream;q=0', true, true",
    "GET, 'text/html, */*', true, true",
    "GET, text/event-stream, false, false",
  })
  void request_getsThePage(String method, String accept, boolean refused, boolean granted) {
    RequestStub request = RequestStub.of(method).header("Accept", accept);
    assertThat(ConnectPage.isAskedFor(request)).isEqualTo(refused);
    assertThat(ConnectPage.isBetterFor(request)).isEqualTo(granted);
  }

  private static List<String> tags(String page) {
    String markup = page.replaceFirst("(?s)<style>.*</style>", "<style></style>");
    return Pattern.compile("<[^>]*>").matcher(markup).results().map(MatchResult::group).toList();
  }

  private static String text(String resource, @Nullable String name) {
    return new String(page(resource, name).content(), UTF_8);
  }

  private static ConnectPage page(String resource, @Nullable String name) {
    return ConnectPage.of(ResourceIdentifier.of(resource), ResourceIdentifier.of(resource), name);
  }
}
