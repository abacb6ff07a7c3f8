package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Request bodies. */
final class BodyChecks {
  private static final int CAP = 1024 * 1024;

  private BodyChecks() {}

  static void bodies(Site site) throws IOException {
    String head = Site.CLOSE + site.token();
    Answer chunked = site.send(Site.chunked("/mcp", head, Site.READ));
    assertThat(chunked.byAlice()).as(chunked.toString()).isTrue();
    assertThat(chunked.body()).contains("\"length\":" + Site.READ.length() + "}");
    Answer nearCap = site.send(Site.post("/mcp", head, Site.READ + " ".repeat(CAP - 1000)));
    assertThat(nearCap.byAlice()).as("near the cap").isTrue();
    Answer encoded = site.send(Site.post("/mcp", head + "Content-Encoding: gzip\r\n", Site.READ));
    assertThat(encoded.status()).isEqualTo(415);
    assertThat(encoded.reached()).isFalse();
    Answer twice = site.send(Site.post("/mcp", head, Site.READ + Site.READ));
    assertThat(twice.status()).isEqualTo(400);
    assertThat(twice.reached()).isFalse();
    announcedTooLarge(site, head);
    endlesslyChunked(site, head);
    cutOff(site, head);
    notSentYet(site);
  }

  /** Answered without any of it. */
  private static void announcedTooLarge(Site site, String head) throws IOException {
    String large = "Content-Length: " + (CAP + 1) + "\r\n";
    Answer answer = site.send(Site.request("POST", "/mcp", head + Site.JSON + large));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.reached()).isFalse();
  }

  /** No end is ever sent: it is the cap that ends it. */
  private static void endlesslyChunked(Site site, String head) throws IOException {
    try (Wire wire = new Wire(site.port())) {
      wire.send(Site.request("POST", "/mcp", head + Site.JSON + Site.CHUNKED));
      wire.send(Site.chunk(" ".repeat(CAP)));
      wire.send(Site.chunk(" "));
      Answer answer = wire.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.reached()).isFalse();
    }
  }

  /** Valid as far as it came, and never handed on. */
  private static void cutOff(Site site, String head) throws IOException {
    String announced = "Content-Length: " + (Site.READ.length() + 10) + "\r\n";
    for (String request :
        List.of(
            Site.request("POST", "/mcp", head + Site.JSON + announced) + Site.READ,
            Site.request("POST", "/mcp", head + Site.JSON + Site.CHUNKED) + Site.chunk(Site.READ),
            Site.request("POST", "/mcp", head + Site.JSON + Site.CHUNKED)
                + Site.chunk(Site.READ)
                + "zz\r\n")) {
      try (Wire wire = new Wire(site.port())) {
        wire.send(request);
        wire.finishSending();
        Answer answer = wire.answer();
        assertThat(answer.refused()).as(answer.toString()).isTrue();
        assertThat(answer.reached()).isFalse();
      }
    }
  }

  /** Whoever has no token is answered before the body comes (RFC 9110 section 10.1.1). */
  private static void notSentYet(Site site) throws IOException {
    String announced = Site.JSON + "Content-Length: " + Site.READ.length() + "\r\n";
    String expecting = announced + "Expect: 100-continue\r\n";
    assertThat(site.send(Site.request("POST", "/mcp", Site.CLOSE + announced)).status())
        .isEqualTo(401);
    assertThat(site.send(Site.request("POST", "/mcp", Site.CLOSE + expecting)).status())
        .isEqualTo(401);
    try (Wire wire = new Wire(site.port())) {
      wire.send(Site.request("POST", "/mcp", Site.CLOSE + site.token() + expecting));
      assertThat(wire.head().status()).isEqualTo(100);
      wire.send(Site.READ);
      assertThat(wire.answer().byAlice()).isTrue();
    }
  }
}
