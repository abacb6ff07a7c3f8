package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.UUID;

/** Answers that are written little by little. */
final class StreamChecks {
  private StreamChecks() {}

  static void streams(Site site) throws IOException {
    events(site, "GET");
    events(site, "POST");
    Answer chunks = site.send(Site.get("/mcp", Site.CLOSE + site.token() + "X-Mode: chunks\r\n"));
    assertThat(chunks.status()).isEqualTo(200);
    assertThat(chunks.body()).isEqualTo("0123456789".repeat(8000));
    Answer completed =
        site.send(Site.post("/mcp", Site.CLOSE + site.token() + "X-Mode: complete\r\n", Site.READ));
    assertThat(completed.byAlice()).as(completed.toString()).isTrue();
    assertThat(completed.body()).contains("\"length\":" + Site.READ.length() + "}");
  }

  /** The next event is written only after the one before it was read here. */
  private static void events(Site site, String method) throws IOException {
    String stream = "X-Stream: " + UUID.randomUUID() + "\r\n";
    String open = site.token() + "X-Mode: events\r\n" + stream;
    String release = Site.CLOSE + site.token() + "X-Mode: release\r\n" + stream;
    try (Wire wire = new Wire(site.port())) {
      wire.send(method.equals("GET") ? Site.get("/mcp", open) : Site.post("/mcp", open, Site.READ));
      Answer head = wire.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Type").get(0)).startsWith("text/event-stream");
      for (int event = 0; event < 3; event++) {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("\n\n")) {
          String chunk = wire.chunk();
          assertThat(chunk).as("the end of the stream before event " + event).isNotEmpty();
          read.append(chunk);
        }
        assertThat(read).hasToString("data: " + event + "\n\n");
        assertThat(site.send(Site.get("/mcp", release)).byAlice()).isTrue();
      }
      assertThat(wire.chunk()).isEmpty();
    }
  }
}
