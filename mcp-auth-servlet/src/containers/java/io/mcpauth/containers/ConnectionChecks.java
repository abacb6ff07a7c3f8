package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What one connection carries, one request after the other. */
final class ConnectionChecks {
  private static final String SMUGGLED = "/smuggled.mcp";

  /** The at sign is the true number of bytes that follow the head. */
  private static final List<String> AMBIGUOUS =
      List.of(
          "Content-Length: @\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: @\r\n",
          "Content-Length: 0\r\nContent-Length: @\r\n",
          "Content-Length: @\r\nContent-Length: 0\r\n",
          "Content-Length: 0, @\r\n",
          "Content-Length: +0\r\n",
          "Content-Length: -1\r\n",
          "Content-Length: 0x0\r\n",
          "Content-Length: \r\n",
          "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n",
          "Transfer-Encoding: identity\r\nContent-Length: @\r\n",
          "Transfer-Encoding : chunked\r\nContent-Length: @\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
          " Transfer-Encoding: chunked\r\nContent-Length: @\r\n",
          "Transfer-Encoding:\u000bchunked\r\nContent-Length: @\r\n");

  private ConnectionChecks() {}

  static void http10(Site site) throws IOException {
    for (String headers : List.of("", "Host: mcp.example.com\r\n", "Connection: keep-alive\r\n")) {
      Answer unknown = old(site, "GET", headers, "");
      assertThat(unknown.status()).isEqualTo(401);
      assertThat(unknown.header("WWW-Authenticate")).containsExactly(Site.CHALLENGE);
      assertThat(unknown.reached()).isFalse();
      assertThat(old(site, "GET", headers + site.token(), "").byAlice()).isTrue();
      String length = Site.JSON + "Content-Length: " + Site.READ.length() + "\r\n";
      Answer known = old(site, "POST", headers + site.token() + length, Site.READ);
      assertThat(known.byAlice()).as(known.toString()).isTrue();
      assertThat(known.body()).contains("\"length\":" + Site.READ.length() + "}");
    }
    // No length, no chunks: there is no body (RFC 9112 section 6.3), and so no JSON.
    Answer endless = old(site, "POST", site.token() + Site.JSON, Site.READ);
    assertThat(endless.reached()).as(endless.toString()).isFalse();
    try (Wire wire = new Wire(site.port())) {
      wire.send("GET /mcp\r\n\r\n"); // HTTP/0.9, whose answer has no head
      wire.finishSending();
      assertThat(wire.everything()).doesNotContain("\"reached\"");
    }
  }

  private static Answer old(Site site, String method, String headers, String body)
      throws IOException {
    return site.send(method + " /mcp HTTP/1.0\r\n" + headers + "\r\n" + body);
  }

  static void connections(Site site) throws IOException {
    refusalsStayInStep(site);
    ambiguousLengths_areOneRequestAtMost(site);
    tokenInAnotherCase_isAnotherToken(site);
    tokenOfOneRequest_isNotThatOfTheNext(site);
  }

  /** The body of what is refused unread looks like a request, and must never be one. */
  private static void refusalsStayInStep(Site site) throws IOException {
    String inner = Site.get(SMUGGLED, site.token());
    String large = inner + " ".repeat(1024 * 1024);
    String gzip = site.token() + "Content-Encoding: gzip\r\n";
    for (String refused :
        List.of(
            Site.post("/mcp", "", inner),
            Site.chunked("/mcp", "", inner),
            Site.post("/mcp", gzip, inner),
            Site.chunked("/mcp", gzip, inner),
            Site.post("/mcp", site.token(), inner),
            Site.post("/mcp", site.token(), Site.WRITE),
            Site.post("/mcp", site.token(), large),
            Site.chunked("/mcp", site.token(), large),
            Site.request("HEAD", "/mcp", ""))) {
      try (Wire wire = new Wire(site.port())) {
        wire.send(refused);
        wire.send(Site.get("/mcp/next", Site.CLOSE + site.token()));
        Answer first = wire.answer(refused.startsWith("HEAD"));
        assertThat(first.refused()).as(first.toString()).isTrue();
        assertThat(first.reached()).isFalse();
        List<Answer> rest = wire.answers();
        assertThat(rest).hasSizeLessThan(2);
        assertThat(rest)
            .filteredOn(Answer::reached)
            .allSatisfy(next -> assertThat(next.body()).contains("\"uri\":\"/mcp/next\""));
      }
    }
  }

  /** RFC 9112 sections 6.1 and 6.3: two readings of one message must not become two requests. */
  private static void ambiguousLengths_areOneRequestAtMost(Site site) throws IOException {
    Set<String> smuggling = new HashSet<>();
    String inner = Site.get(SMUGGLED, site.token());
    String chunked = "0\r\n\r\n" + inner;
    for (String lengths : AMBIGUOUS) {
      String body = lengths.contains("chunked") ? chunked : inner;
      String headers = lengths.replace("@", Integer.toString(body.length()));
      for (String credential : List.of("", site.token())) {
        if (smuggles(site, Site.request("POST", "/mcp", credential + Site.JSON + headers) + body)
            || smuggles(site, Site.request("GET", "/mcp", credential + headers) + body)) {
          smuggling.add(lengths);
        }
      }
    }
    assertThat(smuggling).isEqualTo(site.ways().lengths());
  }

  private static boolean smuggles(Site site, String request) throws IOException {
    try (Wire wire = new Wire(site.port())) {
      wire.send(request);
      wire.finishSending();
      return wire.answers().stream().anyMatch(answer -> answer.body().contains(SMUGGLED));
    }
  }

  /** Jetty remembers header lines; without regard to case, where it is not told otherwise. */
  private static void tokenInAnotherCase_isAnotherToken(Site site) throws IOException {
    String good = site.token();
    String other =
        "Authorization: Bearer "
            + good.substring("Authorization: Bearer ".length()).toUpperCase(Locale.ROOT);
    try (Wire wire = new Wire(site.port())) {
      wire.send(Site.get("/mcp", good));
      assertThat(wire.answer().byAlice()).isTrue();
      wire.send(Site.get("/mcp", other));
      assertThat(wire.answer().status()).isEqualTo(401);
    }
  }

  private static void tokenOfOneRequest_isNotThatOfTheNext(Site site) throws IOException {
    try (Wire wire = new Wire(site.port())) {
      wire.send(
          Site.post("/mcp", site.token(), Site.READ)
              + Site.get("/mcp", "")
              + Site.get("/mcp", site.token()));
      assertThat(wire.answer().byAlice()).isTrue();
      assertThat(wire.answer().status()).isEqualTo(401);
      assertThat(wire.answer().byAlice()).isTrue();
    }
  }
}
