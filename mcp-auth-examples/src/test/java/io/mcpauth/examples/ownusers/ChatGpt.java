package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that the operator has entered.
 *
 * @param secret null where it has none
 */
@SuppressWarnings("deprecation") // HTTP+SSE is, and this client speaks it
record ChatGpt(Web web, String id, @Nullable String secret) {
  /** Of RFC 7636 appendix B, as the challenge in the request of the page. */
  static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String TOKEN = "/api/v1/oauth/token";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The parameters for a code; the redirect URI is as the page has it. */
  Map<String, String> forCode(String code, String redirectUri) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirectUri);
    form.put("code_verifier", VERIFIER);
    return proving(form);
  }

  /** The parameters for the next tokens. */
  Map<String, String> forRefreshToken(String token) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", token);
    return proving(form);
  }

  private Map<String, String> proving(Map<String, String> form) {
    form.put("client_id", id);
    if (secret != null) {
      form.put("client_secret", secret);
    }
    return form;
  }

  HttpResponse<String> send(Map<String, String> form) throws Exception {
    return web.post(TOKEN, form);
  }

  /** What it is given for a form that is good. */
  Map<String, String> tokens(Map<String, String> form) throws Exception {
    HttpResponse<String> answer = send(form);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return members(answer.body());
  }

  /** Why a form is none. */
  String error(Map<String, String> form) throws Exception {
    HttpResponse<String> answer = send(form);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 401);
    return members(answer.body()).getOrDefault("error", "");
  }

  static Map<String, String> members(String json) {
    Map<String, String> members = new LinkedHashMap<>();
    JsonMapper.shared()
        .readTree(json)
        .properties()
        .forEach(
            one ->
                members.put(
                    one.getKey(),
                    one.getValue().isContainer()
                        ? one.getValue().toString()
                        : one.getValue().asString()));
    return members;
  }

  List<String> tools(String token) {
    return with(token, client -> client.listTools().tools().stream().map(Tool::name).toList());
  }

  /** What a tool says. */
  String call(String token, String tool, Map<String, Object> arguments) {
    CallToolRequest call = CallToolRequest.builder(tool).arguments(arguments).build();
    return with(token, client -> ((TextContent) client.callTool(call).content().get(0)).text());
  }

  private <T> T with(String token, Function<McpSyncClient, T> work) {
    HttpClientSseClientTransport transport =
        HttpClientSseClientTransport.builder(web.url())
            .sseEndpoint("/api/v1/mcp/sse")
            .customizeClient(client -> client.version(HttpClient.Version.HTTP_1_1))
            .addHttpRequestCustomizer(
                (request, method, uri, body, context) ->
                    request.header("Authorization", "Bearer " + token))
            .build();
    try (McpSyncClient client =
        McpClient.sync(transport)
            .requestTimeout(PATIENCE)
            .initializationTimeout(PATIENCE)
            .build()) {
      client.initialize();
      T result = work.apply(client);
      client.closeGracefully();
      return result;
    }
  }

  /**
   * The status for a call outside of any session: 404 where it is for want of one alone, 401 or 403
   * where it would not be let in anyway.
   */
  int status(String token, String tool) throws Exception {
    return web.send(
            web.request("/api/v1/mcp/message?sessionId=none")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
                            + tool
                            + "\"}}")))
        .statusCode();
  }

  @Override
  public String toString() {
    return "ChatGpt[" + id + "]";
  }
}
