package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** The protected-resource metadata (RFC 9728 section 3), which everybody may read. */
final class MetadataChecks {
  static final String ROOT = "/.well-known/oauth-protected-resource";
  static final String INSERTED = ROOT + "/mcp";

  private MetadataChecks() {}

  static void metadata(Site site) throws IOException {
    for (String target : List.of(INSERTED, ROOT, ROOT + "?x=y")) {
      Answer document = site.send(Site.get(target, Site.CLOSE));
      assertThat(document.status()).as(target).isEqualTo(200);
      assertThat(document.header("Content-Type").get(0)).startsWith("application/json");
      assertThat(document.header("Access-Control-Allow-Origin")).containsExactly("*");
      assertThat(document.body())
          .startsWith("{\"resource\":\"" + Site.RESOURCE + "\"")
          .contains("\"authorization_servers\":[\"" + site.issuer().issuer() + "\"]");
      Answer head = site.send(Site.request("HEAD", target, Site.CLOSE));
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("Content-Length"))
          .containsExactly(Integer.toString(document.body().length()));
      preflight(site, target);
      otherMethods(site, target);
    }
  }

  private static void preflight(Site site, String target) throws IOException {
    String asked =
        "Origin: https://elsewhere.example\r\nAccess-Control-Request-Method: GET\r\n"
            + "Access-Control-Request-Headers: mcp-protocol-version\r\n";
    Answer answer = site.send(Site.request("OPTIONS", target, Site.CLOSE + asked));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).containsExactly("*");
    assertThat(answer.header("Access-Control-Allow-Headers").get(0))
        .containsIgnoringCase("MCP-Protocol-Version");
  }

  private static void otherMethods(Site site, String target) throws IOException {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
      Answer answer = site.send(Site.request(method, target, Site.CLOSE));
      assertThat(answer.status()).as(method + " " + target).isEqualTo(405);
      assertThat(answer.header("Allow")).containsExactly("GET, HEAD, OPTIONS");
    }
  }

  static void caching(Site site) throws IOException {
    Answer first = site.send(Site.get(INSERTED, Site.CLOSE));
    assertThat(first.header("Cache-Control")).containsExactly("public, max-age=300");
    assertThat(first.header("ETag")).hasSize(1);
    String tag = first.header("ETag").get(0);
    for (String known :
        List.of(tag, "\"other\", " + tag, "W/" + tag.replaceFirst("^W/", ""), "*")) {
      String condition = "If-None-Match: " + known + "\r\n";
      Answer unchanged = site.send(Site.get(INSERTED, Site.CLOSE + condition));
      assertThat(unchanged.status()).as(condition).isEqualTo(304);
      assertThat(unchanged.header("ETag")).containsExactly(tag);
    }
    String other = "If-None-Match: \"other\"\r\n";
    Answer changed = site.send(Site.get(INSERTED, Site.CLOSE + other));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body()).isEqualTo(first.body());
  }
}
