package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** HTTP/2 without TLS, whose frames need announce nothing. */
final class Http2Checks {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PARTS = "multipart/form-data; boundary=x";
  private static final String PART =
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n--x--\r\n";

  private Http2Checks() {}

  static void http2(Site site) throws IOException {
    String bearer = site.token().strip().substring("Authorization: ".length());
    try (Http2Wire wire = new Http2Wire(site.port())) {
      credentials(wire, bearer);
      posts(wire, bearer);
      endsWithoutAByte(wire, bearer);
      openPath(wire);
    }
    for (String method : List.of("GET", "DELETE", "OPTIONS")) {
      unannounced(site, method, bearer, FORM, "a=2");
      unannounced(site, method, bearer, PARTS, PART);
      unannounced(site, method, bearer, "application/json", Site.WRITE);
    }
    bodyWithoutEnd(site, bearer);
    bodyThatIsSaidToBeNone(site, bearer);
  }

  private static void credentials(Http2Wire wire, String bearer) throws IOException {
    Http2Wire.Response unknown = wire.response(wire.headers(true, "GET", "/mcp"));
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(unknown.challenge()).isEqualTo(Site.CHALLENGE);
    reachedByAlice(wire.response(wire.headers(true, "GET", "/mcp", "authorization", bearer)));
    // Not even where the connection has just carried a good one.
    Http2Wire.Response next = wire.response(wire.headers(true, "GET", "/mcp"));
    assertThat(next.status()).isEqualTo(401);
  }

  private static void posts(Http2Wire wire, String bearer) throws IOException {
    int read = post(wire, bearer);
    int write = post(wire, bearer); // both at once
    wire.data(write, true, Site.WRITE);
    wire.data(read, false, Site.READ.substring(0, 9));
    wire.data(read, false, Site.READ.substring(9));
    wire.trailers(read, "x-hidden", "1");
    assertThat(wire.response(write).status()).isEqualTo(403);
    Http2Wire.Response granted = wire.response(read);
    reachedByAlice(granted);
    assertThat(granted.body())
        .contains("\"parameters\":[\"a=1\"],\"trailers\":0,\"parts\":false,")
        .contains("\"length\":" + Site.READ.length() + "}");
  }

  private static int post(Http2Wire wire, String bearer) throws IOException {
    return wire.headers(
        false, "POST", "/mcp?a=1", "authorization", bearer, "content-type", "application/json");
  }

  /** An empty frame, and trailers alone, are no body. */
  private static void endsWithoutAByte(Http2Wire wire, String bearer) throws IOException {
    for (String method : List.of("GET", "DELETE", "OPTIONS")) {
      int empty = wire.headers(false, method, "/mcp?a=1", "authorization", bearer);
      wire.data(empty, true, "");
      reachedByAlice(wire.response(empty));
      int trailed = wire.headers(false, method, "/mcp?a=1", "authorization", bearer);
      wire.trailers(trailed, "x-hidden", "1");
      Http2Wire.Response granted = wire.response(trailed);
      reachedByAlice(granted);
      assertThat(granted.body())
          .contains("\"parameters\":[\"a=1\"],\"trailers\":0,\"parts\":false,", "\"length\":0}");
    }
  }

  /** What the container chose for a path is known to be no MCP servlet. */
  private static void openPath(Http2Wire wire) throws IOException {
    assertThat(wire.response(wire.headers(true, "GET", "/open/x")).body()).isEqualTo("open");
    assertThat(wire.response(wire.headers(true, "GET", "/open/x.mcp")).body()).isEqualTo("open");
    for (String passage : List.of("forward", "include", "async dispatch")) {
      int stream = wire.headers(true, "GET", "/open/x", "x-passage", passage);
      assertThat(wire.response(stream).body()).as(passage).doesNotContain("\"reached\"");
    }
  }

  private static void unannounced(Site site, String method, String bearer, String type, String body)
      throws IOException {
    try (Http2Wire wire = new Http2Wire(site.port())) {
      int stream =
          wire.headers(false, method, "/mcp?a=1", "authorization", bearer, "content-type", type);
      wire.data(stream, true, body);
      Http2Wire.Response response = wire.response(stream);
      assertThat(response.status()).as(method + " " + type).isEqualTo(400);
      assertThat(response.body()).doesNotContain("\"reached\"");
    }
  }

  private static void bodyWithoutEnd(Site site, String bearer) throws IOException {
    try (Http2Wire wire = new Http2Wire(site.port())) {
      int stream = wire.headers(false, "GET", "/mcp", "authorization", bearer);
      wire.data(stream, false, "a");
      assertThat(wire.response(stream).status()).isEqualTo(400);
    }
  }

  /** RFC 9113 section 8.1.1: malformed; whoever finds that out, it is handed to nobody. */
  private static void bodyThatIsSaidToBeNone(Site site, String bearer) throws IOException {
    try (Http2Wire wire = new Http2Wire(site.port())) {
      int stream =
          wire.headers(false, "GET", "/mcp", "authorization", bearer, "content-length", "0");
      wire.data(stream, true, "a=2");
      Http2Wire.Response response = wire.response(stream);
      assertThat(response.status()).isIn(0, 400);
      assertThat(response.body()).doesNotContain("\"reached\"");
    }
  }

  private static void reachedByAlice(Http2Wire.Response response) {
    assertThat(response.body()).as(response.toString()).contains("|alice\",\"attribute\":true");
  }
}
