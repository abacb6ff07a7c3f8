package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** Request targets other than a path, context paths, and who claims to have been asked. */
final class TargetChecks {
  private static final List<String> STEERING =
      List.of(
          "X-Forwarded-Host: evil.example\r\n",
          "X-Forwarded-Proto: http\r\nX-Forwarded-Port: 81\r\n",
          "X-Forwarded-Prefix: /.well-known/oauth-protected-resource\r\n",
          "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Server: evil.example\r\n",
          "Forwarded: for=127.0.0.1;host=evil.example;proto=http\r\n",
          "X-Original-URL: /.well-known/oauth-protected-resource\r\n",
          "X-Rewrite-URL: /.well-known/oauth-protected-resource\r\n",
          "X-HTTP-Method-Override: OPTIONS\r\n",
          "X-Forwarded-Host: evil.example\r\nX-Forwarded-Host: \"><b>\r\n");

  private static final List<String> TARGETS =
      List.of(
          "http://evil.example/mcp",
          "http://mcp.example.com/mcp",
          "https://mcp.example.com/mcp",
          "http://mcp.example.com@evil.example/mcp",
          "http://evil.example:99999/mcp",
          "http:///mcp",
          "http:/mcp",
          "http:mcp",
          "file:///mcp",
          "javascript:/mcp",
          "HTTP://EVIL.EXAMPLE/mcp",
          "http://evil.example/.well-known/oauth-protected-resource/../../mcp",
          "//evil.example/mcp",
          "mcp",
          "?mcp",
          "#mcp",
          "*",
          "mcp.example.com:443",
          "[::1]/mcp");

  /** The at sign stands where a token goes. */
  private static final List<String> REQUESTS =
      List.of(
          "GET /mcp HTTP/1.1\r\nConnection: close\r\n@\r\n",
          "GET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nHost: evil.example\r\n"
              + Site.CLOSE
              + "@\r\n",
          "GET /mcp HTTP/1.1\r\nHost: \r\n" + Site.CLOSE + "@\r\n",
          "GET /mcp HTTP/1.1\r\nHost: a/mcp?x\r\n" + Site.CLOSE + "@\r\n",
          "GET /mcp HTTP/1.1\r\nHost: mcp.example.com:x\r\n" + Site.CLOSE + "@\r\n",
          "GET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n",
          "GET\t/mcp HTTP/1.1\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n",
          "GET / /mcp HTTP/1.1\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n",
          "GET /mcp HTTP/1.2\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n",
          "GET /mcp http/1.1\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n",
          "\r\nGET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\n" + Site.CLOSE + "@\r\n");

  private TargetChecks() {}

  static void targets(Site site) throws IOException {
    for (String target : TARGETS) {
      for (String method : List.of("GET", "OPTIONS", "CONNECT")) {
        judged(site, Site.request(method, target, Site.CLOSE + "@"));
      }
    }
    for (String request : REQUESTS) {
      judged(site, request);
    }
  }

  /** The request without a token, and with one in the place of the at sign on its last line. */
  private static void judged(Site site, String request) throws IOException {
    int at = request.lastIndexOf('@');
    String end = request.substring(at + 1);
    Answer unknown = site.send(request.substring(0, at) + end);
    assertThat(unknown.reached()).as(request + unknown).isFalse();
    Answer known = site.send(request.substring(0, at) + site.token() + end);
    assertThat(!known.reached() || known.byAlice()).as(request + known).isTrue();
  }

  static void context(Site site) throws IOException {
    for (String target : List.of("/app/mcp", "/app/mcp/tree", "/app/mcp?x=y")) {
      Answer unknown = site.sendToApp(Site.get(target, Site.CLOSE));
      assertThat(unknown.status()).as(target).isEqualTo(401);
      assertThat(unknown.header("WWW-Authenticate")).containsExactly(Site.CHALLENGE);
      assertThat(unknown.reached()).isFalse();
      Answer known = site.sendToApp(Site.post(target, Site.CLOSE + site.token(), Site.READ));
      assertThat(known.byAlice()).as(target + known).isTrue();
      assertThat(known.body()).contains("\"uri\":\"" + target.replace("?x=y", "") + "\"");
    }
  }

  static void hosts(Site site) throws IOException {
    String metadata = metadata(site, "mcp.example.com", "");
    for (String host : List.of("evil.example", "evil.example:81", "127.0.0.1")) {
      assertThat(metadata(site, host, "")).isEqualTo(metadata);
      challenged(site, host, "");
    }
    for (String headers : STEERING) {
      assertThat(metadata(site, "evil.example", headers)).as(headers).isEqualTo(metadata);
      challenged(site, "evil.example", headers);
      Answer known = site.send(at("evil.example", "/mcp", headers + site.token()));
      assertThat(known.byAlice()).as(headers + known).isTrue();
    }
  }

  private static String metadata(Site site, String host, String headers) throws IOException {
    Answer answer = site.send(at(host, MetadataChecks.INSERTED, headers));
    assertThat(answer.status()).as(headers).isEqualTo(200);
    return answer.body();
  }

  private static void challenged(Site site, String host, String headers) throws IOException {
    Answer answer = site.send(at(host, "/mcp", headers));
    assertThat(answer.status()).as(headers).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).as(headers).containsExactly(Site.CHALLENGE);
    assertThat(answer.reached()).isFalse();
  }

  private static String at(String host, String target, String headers) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + Site.CLOSE + headers + "\r\n";
  }
}
