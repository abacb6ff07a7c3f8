package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** What becomes of a request inside the container. */
final class DispatchChecks {
  private DispatchChecks() {}

  /** Judged a second time it would have no token, and no body. */
  static void dispatches(Site site) throws IOException {
    dispatched(site, "dispatch", 200, "ASYNC");
    dispatched(site, "error", 409, "ERROR");
    dispatched(site, "throw", 500, "ERROR");
    dispatched(site, "time-out", 500, "ERROR");
    Answer page = site.send(Site.get("/error", Site.CLOSE));
    assertThat(page.status()).isEqualTo(401);
    assertThat(page.reached()).isFalse();
  }

  private static void dispatched(Site site, String mode, int status, String type)
      throws IOException {
    String headers = Site.CLOSE + "X-Mode: " + mode + "\r\n";
    Answer known = site.send(Site.post("/mcp", headers + site.token(), Site.READ));
    assertThat(known.status()).as(mode + known).isEqualTo(status);
    assertThat(known.byAlice()).as(mode + known).isTrue();
    assertThat(known.body())
        .contains("\"dispatcher\":\"" + type + "\",\"length\":" + Site.READ.length() + "}");
    Answer unknown = site.send(Site.post("/mcp", headers, Site.READ));
    assertThat(unknown.status()).as(mode).isEqualTo(401);
    assertThat(unknown.reached()).isFalse();
  }

  static void passages(Site site) throws IOException {
    Answer open = site.sendToApp(Site.get("/app/open", Site.CLOSE));
    assertThat(open.body()).as("an open page beside the guarded servlet").isEqualTo("open");
    for (String passage :
        List.of(
            "forward",
            "include",
            "named forward",
            "named include",
            "async dispatch",
            "error page",
            "throw")) {
      String headers = Site.CLOSE + "X-Passage: " + passage + "\r\n";
      Answer unknown = site.sendToApp(Site.get("/app/open", headers));
      assertThat(unknown.reached()).as(passage + unknown).isFalse();
      Answer known = site.sendToApp(Site.get("/app/open", headers + site.token()));
      assertThat(known.byAlice()).as(passage + known).isTrue();
      Answer posted = site.sendToApp(Site.post("/app/open", headers + site.token(), Site.WRITE));
      assertThat(posted.reached()).as(passage + posted).isFalse();
    }
  }
}
