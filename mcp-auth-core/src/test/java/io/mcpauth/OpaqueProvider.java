package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.internal.json.Json;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An authorization server whose tokens say nothing: it is asked about each. */
final class OpaqueProvider implements AutoCloseable {
  private static final String ENDPOINT = "/introspect";

  private final WireMockServer web =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private final Clock clock;

  OpaqueProvider(Clock clock) {
    this.clock = clock;
    web.start();
    web.stubFor(
        get(urlEqualTo("/.well-known/oauth-authorization-server"))
            .willReturn(
                okJson(
                    """
                    {"issuer":"%1$s","introspection_endpoint":"%1$s/introspect",\
                    "response_types_supported":["code"],\
                    "code_challenge_methods_supported":["S256"]}
                    """
                        .formatted(issuer()))));
    web.stubFor(any(urlEqualTo(ENDPOINT)).willReturn(okJson("{\"active\":false}")));
  }

  private String issuer() {
    return "http://127.0.0.1:" + web.port();
  }

  /** As a resource server is told of it. */
  AuthorizationServer server() {
    ClientAuthentication files = ClientAuthentication.secretBasic("file-tools", "s3cret");
    return AuthorizationServer.of(issuer())
        .introspectedBy(Introspection.with(files).keptFor(Duration.ZERO))
        .takingTokensWithoutIssuer();
  }

  /**
   * A token about which it says this from now on, and what is right else.
   *
   * @param said members of the answer; null takes one away
   */
  String token(String token, Map<String, @Nullable Object> said) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("active", true);
    answer.put("iss", issuer());
    answer.put("sub", "alice");
    answer.put("client_id", "test-client");
    answer.put("aud", EveryCredential.RESOURCE);
    answer.put("scope", EveryCredential.SCOPE);
    answer.put("exp", clock.instant().plusSeconds(300).getEpochSecond());
    answer.putAll(said);
    answer.values().removeIf(value -> value == null);
    return token(token, okJson(new String(Json.write(answer), StandardCharsets.UTF_8)));
  }

  /** A token about which the answer is none. */
  String redirected(String token) {
    return token(token, temporaryRedirect(issuer() + "/elsewhere"));
  }

  /** A token about which it does not answer in the time that there is. */
  String slow(String token, Duration delay) {
    return token(
        token, okJson("{\"active\":true}").withFixedDelay(Math.toIntExact(delay.toMillis())));
  }

  private String token(String token, ResponseDefinitionBuilder answer) {
    web.stubFor(
        post(urlEqualTo(ENDPOINT))
            .withRequestBody(containing("token=" + token + "&"))
            .willReturn(answer));
    return token;
  }

  @Override
  public void close() {
    web.stop();
  }
}
