package io.mcpauth.containers;

import io.mcpauth.testing.TestIssuer;
import java.io.IOException;

/**
 * The two applications of a running container, and tokens for them.
 *
 * @param port of the application at the root, guarded as a whole
 * @param appPort of the application at {@code /app}, of which one servlet is guarded
 * @param ways what the container does otherwise, as the page says
 */
record Site(int port, int appPort, TestIssuer issuer, Ways ways) {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String METADATA_URL =
      "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
  static final String CHALLENGE =
      "Bearer scope=\"files:read\", resource_metadata=\"" + METADATA_URL + "\"";
  static final String CLOSE = "Connection: close\r\n";
  static final String JSON = "Content-Type: application/json\r\n";
  static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
  static final String READ = call("read_file");
  static final String WRITE = call("write_file");

  private static String call(String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":{}}}";
  }

  /** The header line of a good token. */
  String token() {
    return bearer(issuer.token(RESOURCE).scopes("files:read").mint());
  }

  static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  /** A request without a body; the header lines end with CR and LF each. */
  static String request(String method, String target, String headers) {
    return method + " " + target + " HTTP/1.1\r\nHost: mcp.example.com\r\n" + headers + "\r\n";
  }

  static String get(String target, String headers) {
    return request("GET", target, headers);
  }

  static String post(String target, String headers, String body) {
    String length = "Content-Length: " + body.length() + "\r\n";
    return request("POST", target, headers + JSON + length) + body;
  }

  static String chunked(String target, String headers, String body) {
    int half = body.length() / 2;
    return request("POST", target, headers + JSON + CHUNKED)
        + chunk(body.substring(0, half))
        + chunk(body.substring(half))
        + "0\r\n\r\n";
  }

  static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  /** On a connection of its own, to the application at the root. */
  Answer send(String request) throws IOException {
    return Wire.exchange(port, request);
  }

  /** On a connection of its own, to the application at {@code /app}. */
  Answer sendToApp(String request) throws IOException {
    return Wire.exchange(appPort, request);
  }
}
