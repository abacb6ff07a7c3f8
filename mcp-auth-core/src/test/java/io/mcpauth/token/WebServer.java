package io.mcpauth.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One loopback host with many paths; each test takes paths of its own. */
public final class WebServer implements AutoCloseable {
  public static final String OAUTH = "/.well-known/oauth-authorization-server";
  public static final String OPENID = "/.well-known/openid-configuration";

  private final WireMockServer server =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private final AtomicInteger tenants = new AtomicInteger();

  /** Starts it on a free port. */
  public WebServer() {
    server.start();
  }

  /** Its origin. */
  public String origin() {
    return "http://127.0.0.1:" + server.port();
  }

  /** A path that no other test has. */
  public String newPath() {
    return "/tenant-" + tenants.incrementAndGet() + "-";
  }

  /** What a path answers. */
  public void answer(String path, int status, String body) {
    answer(path, aResponse().withStatus(status).withBody(body));
  }

  /** What a path answers. */
  public void answer(String path, ResponseDefinitionBuilder response) {
    server.stubFor(get(urlEqualTo(path)).willReturn(response));
  }

  /** What a path answers to whoever accepts that media type, and a 406 to others. */
  public void answerWhereAccepted(String path, String type, String body) {
    answer(path, 406, "");
    server.stubFor(
        get(urlEqualTo(path))
            .withHeader("Accept", containing(type))
            .willReturn(aResponse().withHeader("Content-Type", type).withBody(body)));
  }

  /** Metadata that names an issuer and its keys. */
  public void metadata(String path, @Nullable String issuer, String jwksUri) {
    String member = issuer == null ? "" : "\"issuer\":\"" + issuer + "\",";
    answer(path, 200, "{" + member + "\"jwks_uri\":\"" + jwksUri + "\"}");
  }

  /** What was asked for, among the paths with that part, in order. */
  public List<String> requestsWith(String part) {
    List<String> urls =
        new ArrayList<>(
            server.getAllServeEvents().stream()
                .map(event -> event.getRequest().getUrl())
                .filter(url -> url.contains(part))
                .toList());
    Collections.reverse(urls); // newest first
    return urls;
  }

  @Override
  public void close() {
    server.stop();
  }
}
