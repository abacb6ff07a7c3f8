package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.internal.json.Json;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An authorization server that is asked about its tokens, and remembers each question. */
final class AskedServer implements AutoCloseable {
  static final String PATH = "/introspect";
  static final String CLIENT = "file-tools";
  static final String SECRET = "s3cr3t+/ of mine";

  private final WireMockServer web =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

  AskedServer() {
    web.start();
    web.stubFor(any(anyUrl()).atPriority(9).willReturn(aResponse().withStatus(404)));
  }

  String issuer() {
    return "http://127.0.0.1:" + web.port();
  }

  String endpoint() {
    return issuer() + PATH;
  }

  /** With the client that the tests have, at the endpoint. */
  Introspection how() {
    return Introspection.with(ClientAuthentication.secretBasic(CLIENT, SECRET)).at(endpoint());
  }

  AuthorizationServer server() {
    return AuthorizationServer.of(issuer()).introspectedBy(how());
  }

  /** Metadata with this endpoint, and more. */
  void metadata(String more) {
    String json =
        "{\"issuer\":\"%s\",\"introspection_endpoint\":\"%s\"%s}"
            .formatted(issuer(), endpoint(), more);
    web.stubFor(
        get(urlEqualTo("/.well-known/oauth-authorization-server"))
            .willReturn(aResponse().withBody(json)));
  }

  /** What it says of every token. */
  void says(String json) {
    answers(aResponse().withHeader("Content-Type", "application/json").withBody(json));
  }

  void says(Map<String, ?> answer) {
    says(new String(Json.write(answer), UTF_8));
  }

  /** What it says of one token. */
  void says(String token, Map<String, ?> answer) {
    web.stubFor(
        post(urlEqualTo(PATH))
            .atPriority(1)
            .withRequestBody(containing("token=" + URLEncoder.encode(token, UTF_8) + "&"))
            .willReturn(
                aResponse()
                    .withHeader("Content-Type", "application/json;charset=UTF-8")
                    .withBody(Json.write(answer))));
  }

  void answers(ResponseDefinitionBuilder response) {
    answers(PATH, response);
  }

  void answers(String path, ResponseDefinitionBuilder response) {
    web.stubFor(post(urlEqualTo(path)).willReturn(response));
  }

  /** The tokens that it was asked about, in order. */
  List<String> asked() {
    return requests().stream().map(request -> form(request).getOrDefault("token", "")).toList();
  }

  /** The questions, in order. */
  List<LoggedRequest> requests() {
    List<LoggedRequest> requests = new ArrayList<>();
    web.getAllServeEvents().stream()
        .map(event -> event.getRequest())
        .filter(request -> request.getMethod().getName().equals("POST"))
        .forEach(request -> requests.add(0, request)); // newest first
    return requests;
  }

  static Map<String, String> form(LoggedRequest request) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String pair : request.getBodyAsString().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      String before =
          form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
      if (before != null) {
        throw new AssertionError("twice: " + parts[0]);
      }
    }
    return form;
  }

  /** Of a token that is good: by this clock for ten minutes, for the resource of the tests. */
  static Map<String, @Nullable Object> active() {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("active", true);
    answer.put("sub", "alice");
    answer.put("client_id", "claude");
    answer.put("aud", ProtectedServer.RESOURCE);
    answer.put("scope", "mcp files:list");
    answer.put("token_type", "Bearer");
    answer.put("exp", new MutableClock().instant().plus(Duration.ofMinutes(10)).getEpochSecond());
    return answer;
  }

  /** The same with a member set to something, or without it where that is null. */
  static Map<String, @Nullable Object> active(String member, @Nullable Object value) {
    Map<String, @Nullable Object> answer = active();
    answer.put(member, value);
    if (value == null) {
      answer.remove(member);
    }
    return answer;
  }

  static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(RequestStub.of("GET").bearer(token));
  }

  @Override
  public void close() {
    web.stop();
  }
}
