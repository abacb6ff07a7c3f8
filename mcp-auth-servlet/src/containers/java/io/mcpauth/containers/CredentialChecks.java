package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Who gets in, with which method. */
final class CredentialChecks {
  private static final List<String> MAPPINGS = List.of("/mcp", "/mcp/tree", "/x.mcp", "/other");

  private CredentialChecks() {}

  static void credentials(Site site) throws IOException {
    for (String target : MAPPINGS) {
      Answer refused = site.send(Site.get(target, Site.CLOSE));
      assertThat(refused.status()).as(target).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate")).containsExactly(Site.CHALLENGE);
      assertThat(refused.header("Cache-Control")).containsExactly("no-store");
      assertThat(refused.reached()).isFalse();
      Answer granted = site.send(Site.post(target, Site.CLOSE + site.token(), Site.READ));
      assertThat(granted.status()).as(target).isEqualTo(200);
      assertThat(granted.byAlice()).as(granted.body()).isTrue();
      assertThat(granted.body()).contains("\"length\":" + Site.READ.length() + "}");
    }
    insufficientScope(site);
    String good = site.token();
    String query = good.substring("Authorization: Bearer ".length()).strip();
    refused(site, 400, "/mcp", good + good);
    refused(site, 400, "/mcp", good.strip() + ", Bearer x\r\n");
    refused(site, 400, "/mcp?access_token=" + query, good);
    refused(site, 401, "/mcp?access_token=" + query, "");
    refused(site, 401, "/mcp", Site.bearer("no.real.token"));
    refused(site, 401, "/mcp", "Authorization: Basic YTpi\r\n");
    String elsewhere = site.issuer().token(Site.RESOURCE + "-evil").scopes("files:read").mint();
    refused(site, 401, "/mcp", Site.bearer(elsewhere));
  }

  private static void insufficientScope(Site site) throws IOException {
    Answer answer = site.send(Site.post("/mcp", Site.CLOSE + site.token(), Site.WRITE));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.reached()).isFalse();
    assertThat(answer.header("WWW-Authenticate"))
        .singleElement()
        .asString()
        .startsWith("Bearer error=\"insufficient_scope\", scope=\"files:write files:read\"")
        .contains("resource_metadata=\"" + Site.METADATA_URL + "\"");
  }

  private static void refused(Site site, int status, String target, String headers)
      throws IOException {
    Answer answer = site.send(Site.get(target, Site.CLOSE + headers));
    assertThat(answer.status()).as(headers).isEqualTo(status);
    assertThat(answer.reached()).isFalse();
  }

  static void methods(Site site) throws IOException {
    for (String method : List.of("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH")) {
      Answer refused = site.send(Site.request(method, "/mcp", Site.CLOSE));
      assertThat(refused.status()).as(method).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate")).containsExactly(Site.CHALLENGE);
      assertThat(refused.reached()).isFalse();
    }
    for (String method : List.of("BREW", "TRACE", "get", "PROPFIND", "G\u00e9T", "A".repeat(300))) {
      Answer refused = site.send(Site.request(method, "/mcp", Site.CLOSE));
      assertThat(refused.refused()).as(method + refused).isTrue();
      assertThat(refused.reached()).as(method).isFalse();
      Answer known = site.send(Site.request(method, "/mcp", Site.CLOSE + site.token()));
      if (site.ways().methods().contains(method)) {
        assertThat(known.byAlice()).as(method + " as another method " + known).isTrue();
      } else {
        // Where the container refuses it, its error page may tell a known caller.
        assertThat(known.status()).as(method + known).isGreaterThanOrEqualTo(400);
      }
    }
    for (String method : List.of("GET", "DELETE", "OPTIONS")) {
      assertThat(site.send(Site.request(method, "/mcp", Site.CLOSE + site.token())).byAlice())
          .as(method)
          .isTrue();
    }
    assertThat(site.send(Site.request("HEAD", "/mcp", Site.CLOSE + site.token())).status())
        .isEqualTo(200);
  }
}
