package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Other spellings of the path of an MCP servlet, and of what is beside it. */
final class PathChecks {
  private static final String OPEN = "/.well-known/oauth-protected-resource";

  /** One each, as the request line has it. */
  private static final String SPELLINGS =
      """
      /mcp /mcp/ /mcp/. /mcp/.. /mcp// /mcp/x /mcp/x/../.. /mcp? /mcp?x /mcp#x /mcp?/../x
      //mcp ///mcp /./mcp /x/../mcp /../mcp /x//../mcp /x/./mcp/../mcp /x.mcp /x.mcp/ /deep/x.mcp
      /.mcp /x.mcp/x /x.mcp%00 /x.%6dcp /x%2emcp /x.MCP /other /other/ / /mcp./ /mcp.
      /%6dcp /%6Dc%70 /MCP /Mcp /%4dCP /%2e/mcp /%2e%2e/mcp /x/%2e%2e/mcp /x/%2E%2e/mcp /x/.%2e/mcp
      /%2fmcp /x%2fmcp /mcp%2f /mcp%2fx /x%2f..%2fmcp /x/..%2fmcp /x%2F%2e%2e%2Fmcp
      /%252e%252e/mcp /%252fmcp /mcp%252f /%25%32%66mcp
      /%00/mcp /mcp%00 /mcp%00.html /mcp%0a /mcp%0d%0aX:%20y /mcp%20 /mcp%09 /mcp%7f /mcp%23 /mcp%3f /mcp%3fx
      /mcp\\ /\\mcp \\mcp /x\\..\\mcp /%5cmcp /mcp%5c /x%5c..%5cmcp
      /%c0%ae%c0%ae/mcp /%c0%afmcp /mcp%c0%80 /%e0%80%afmcp /mcp%ff /%uff0fmcp /mcp%ef%bc%8f
      /% /mcp% /mcp%2 /mcp%zz /mcp| /mcp{} /mcp" /mcp<x> /mcp^ /mcp` /mcp[ /m:cp /mcp@x /*.mcp /mcp/*
      /error /error/ //error /%65rror
      """;

  /** After the open metadata, which leads to the MCP servlet only where a path is resolved. */
  private static final String BEYOND =
      """
      /mcp/../../../mcp /mcp/../../../../mcp /../../mcp /x / /. /.. /mcp/ /mcp/x /mcp.mcp /mcp/x.mcp .mcp
      %2f..%2f..%2fmcp /%2e%2e/%2e%2e/mcp /mcp%2f /mcp%00 %00 /..%2f..%2fmcp \\..\\..\\mcp //../../mcp //mcp
      """;

  private static final String PARAMETERS =
      """
      /mcp;jsessionid=0123456789ABCDEF /mcp;JSESSIONID=0123456789ABCDEF /mcp;jsessionid= /mcp;jsessionid
      /mcp;JsessionId=x;y=z /;jsessionid=x/mcp /x.mcp;jsessionid=x /x;jsessionid=x.mcp /mcp;jsessionid=x/y
      /mcp;a=b /mcp; /mcp;/ /mcp;a=b/c /mcp;a=/../x /;/mcp /;a=b/mcp /.;/mcp /..;/mcp /x/..;/mcp /x/..;a=b/mcp
      /x/.;/mcp /x;/../mcp /mcp;%2f /mcp;%00 /mcp%3bjsessionid=x /mcp%3b /mcp%3B/x /x/%2e%2e;/mcp /x/..%3b/mcp
      /mcp;.html /mcp;x.css /x.mcp;.css /mcp;a;b;c /mcp/;jsessionid=x /;.well-known/mcp /other;x
      """;

  private PathChecks() {}

  static void paths(Site site) throws IOException {
    guarded(site, words(SPELLINGS));
    List<String> beyond = new ArrayList<>();
    words(BEYOND).forEach(end -> beyond.add(OPEN + end));
    guarded(site, beyond);
    guardedInApp(
        site,
        words(
            """
            /app/mcp /app//mcp /app/./mcp /app/x/../mcp /app/../app/mcp /app/../mcp /app/%6dcp /app/MCP /APP/mcp
            //app/mcp /app/open/../mcp /app/open/%2e%2e/mcp /app/open%2f..%2fmcp /app%2fmcp /app/mcp%00
            /app/mcp/ /app/mcp/x /app/mcp%2f /app\\mcp /app/%2e%2e/app/mcp /app/error /app//error /%61pp/mcp
            """));
  }

  static void parameters(Site site) throws IOException {
    guarded(site, words(PARAMETERS));
    List<String> open = new ArrayList<>();
    words(
            ";x ;jsessionid=x ;x/mcp /mcp;x /mcp;x/../../../mcp /..;/..;/mcp ;/../../mcp"
                + " /mcp;/x.mcp ;.mcp")
        .forEach(end -> open.add(OPEN + end));
    guarded(site, open);
    guardedInApp(
        site,
        words(
            """
            /app;x/mcp /app/;x/mcp /app;jsessionid=x/mcp /app/mcp;x /app/mcp;jsessionid=x /app/open/..;/mcp
            /app/open;/../mcp /app/..;/app/mcp /app/mcp;/x /app/error;x
            """));
  }

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }

  private static void guarded(Site site, List<String> targets) throws IOException {
    for (String target : targets) {
      Answer unknown = site.send(Site.get(target, Site.CLOSE));
      assertThat(unknown.reached()).as(target + " without a token " + unknown).isFalse();
      assertThat(unknown.refused() || isMetadata(unknown)).as(target + " " + unknown).isTrue();
      callerIsKnown(target, site.send(Site.get(target, Site.CLOSE + site.token())));
    }
  }

  /** The open page is nothing to refuse there. */
  private static void guardedInApp(Site site, List<String> targets) throws IOException {
    for (String target : targets) {
      Answer unknown = site.sendToApp(Site.get(target, Site.CLOSE));
      assertThat(unknown.reached()).as(target + " without a token " + unknown).isFalse();
      callerIsKnown(target, site.sendToApp(Site.get(target, Site.CLOSE + site.token())));
    }
  }

  private static void callerIsKnown(String target, Answer answer) {
    assertThat(!answer.reached() || answer.byAlice())
        .as(target + " with a token " + answer)
        .isTrue();
  }

  private static boolean isMetadata(Answer answer) {
    return answer.status() == 200
        && answer.body().startsWith("{\"resource\":\"" + Site.RESOURCE + "\"");
  }
}
