package io.mcpauth.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider on loopback that registers clients as a test wants it to. */
final class RegistrationServer implements AutoCloseable {
  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  RegistrationServer() {
    server.start();
  }

  String issuer() {
    return server.baseUrl();
  }

  RegistrationServer answers(int status, String json) {
    return answers(
        aResponse()
            .withStatus(status)
            .withHeader("Content-Type", "application/json")
            .withBody(json.replace('\'', '"').replace("{{base}}", issuer())));
  }

  RegistrationServer answers(ResponseDefinitionBuilder response) {
    server.resetMappings();
    server.stubFor(any(anyUrl()).willReturn(response));
    return this;
  }

  /** Its metadata, with a registration endpoint. */
  DiscoveredMetadata metadata() {
    return metadata(issuer() + "/register");
  }

  DiscoveredMetadata metadata(@Nullable String endpoint) {
    String named = endpoint == null ? "" : ",\"registration_endpoint\":\"" + endpoint + "\"";
    String json = "{\"issuer\":\"" + issuer() + "\"" + named + "}";
    return new DiscoveredMetadata(
        AuthorizationServerMetadata.parse(json.getBytes(StandardCharsets.UTF_8), issuer()),
        URI.create(issuer() + "/.well-known/oauth-authorization-server"),
        InetAddress.getLoopbackAddress());
  }

  /** In the order in which they came. */
  List<LoggedRequest> requests() {
    List<LoggedRequest> requests = new ArrayList<>();
    server.getAllServeEvents().forEach(event -> requests.add(event.getRequest()));
    Collections.reverse(requests);
    return requests;
  }

  static Map<String, @Nullable Object> body(LoggedRequest request) throws InvalidJsonException {
    return Json.object(request.getBody());
  }

  @Override
  public void close() {
    server.stop();
  }
}
