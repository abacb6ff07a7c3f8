package io.mcpauth.servlet.spring;

import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** An application of Spring Boot on a free port of loopback, guarded by its auto-configuration. */
final class RunningApplication implements AutoCloseable {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** What the health of Boot 4 brings along, which is there to be compiled with and no more. */
  private static final List<String> OF_THE_OTHER_LINE =
      List.of(
          "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.application.SslHealthContributorAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration",
          "org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration");

  private final ConfigurableApplicationContext context;

  private RunningApplication(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts it with the settings of a resource server, and others. */
  static RunningApplication start(
      TestIssuer issuer, Map<String, Object> properties, Class<?>... sources) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("mcp.auth.resource", RESOURCE);
    all.put("mcp.auth.issuer", issuer.issuer());
    all.putAll(properties);
    return startWith(all, sources);
  }

  /** Starts it with these properties alone. */
  static RunningApplication startWith(Map<String, Object> properties, Class<?>... sources) {
    Map<String, Object> all =
        new LinkedHashMap<>(
            Map.of(
                "server.port",
                0,
                "server.address",
                "127.0.0.1",
                "spring.main.banner-mode",
                "off",
                "spring.jmx.enabled",
                false,
                "logging.register-shutdown-hook",
                false));
    all.put("spring.autoconfigure.exclude", String.join(",", OF_THE_OTHER_LINE));
    all.putAll(properties);
    SpringApplication application = new SpringApplication(sources);
    application.setRegisterShutdownHook(false);
    application.setDefaultProperties(all);
    return new RunningApplication(application.run());
  }

  ConfigurableApplicationContext context() {
    return context;
  }

  HttpResponse<String> get(String path, @Nullable String token)
      throws IOException, InterruptedException {
    return CLIENT.send(request(path, token).build(), BodyHandlers.ofString());
  }

  /** Opens an event stream. */
  SseStream stream(String path, String token) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> opened =
        CLIENT.send(
            request(path, token).header("Accept", "text/event-stream").build(),
            BodyHandlers.ofLines());
    return new SseStream(opened.body());
  }

  /** Asks for an event stream without a token. */
  int statusOfStream(String path) throws IOException, InterruptedException {
    return CLIENT
        .send(
            request(path, null).header("Accept", "text/event-stream").build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  /** Posts a message of JSON-RPC. */
  HttpResponse<String> post(String path, @Nullable String token, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path, token)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(
        request.POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, @Nullable String token) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  @Override
  public void close() {
    context.close();
  }
}
