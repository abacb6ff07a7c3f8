package io.mcpauth.examples.keycloak;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Keycloak distribution under {@code keycloak.home}, in development mode on a free loopback
 * port with its data in memory and secrets of this run. Closing it stops every process and deletes
 * the distribution.
 */
final class Keycloak implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final JsonMapper JSON = new JsonMapper();

  private final String secret = UUID.randomUUID().toString();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Path home;
  private final int port;
  private final Process process;

  private Keycloak(Path home, int port) throws IOException {
    this.home = home;
    this.port = port;
    this.process = launch();
  }

  static Keycloak start() throws IOException, InterruptedException {
    Path home = Path.of(Objects.requireNonNull(System.getProperty("keycloak.home"), "-Pkeycloak"));
    Keycloak keycloak = new Keycloak(home, freePort());
    try {
      keycloak.awaitRealm();
      return keycloak;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      keycloak.close();
      throw e;
    }
  }

  String issuer() {
    return base() + "/realms/mcp";
  }

  /** The answer of the token endpoint to the user's password; {@code openid} brings an ID token. */
  Map<String, String> login(String client, String scope) throws IOException, InterruptedException {
    return tokens(
        "mcp",
        Map.of(
            "grant_type", "password",
            "client_id", client,
            "username", "alice",
            "password", secret,
            "scope", scope));
  }

  /** A token of a client without a user. */
  String clientCredentials() throws IOException, InterruptedException {
    return Objects.requireNonNull(
        tokens(
                "mcp",
                Map.of(
                    "grant_type", "client_credentials",
                    "client_id", "machine",
                    "client_secret", secret))
            .get("access_token"));
  }

  /** Adds a signing key that Keycloak prefers to the ones it has, which stay published. */
  void rotateKey() throws IOException, InterruptedException {
    Map<String, String> admin =
        tokens(
            "master",
            Map.of(
                "grant_type", "password",
                "client_id", "admin-cli",
                "username", "admin",
                "password", secret));
    String authorization = "Bearer " + admin.get("access_token");
    URI realm = URI.create(base() + "/admin/realms/mcp");
    String id =
        JSON.readTree(
                send(HttpRequest.newBuilder(realm).header("Authorization", authorization)).body())
            .path("id")
            .asString();
    Map<String, Object> provider =
        Map.of(
            "name",
            "rotated",
            "parentId",
            id,
            "providerId",
            "rsa-generated",
            "providerType",
            "org.keycloak.keys.KeyProvider",
            "config",
            Map.of(
                "priority", List.of("1000"),
                "enabled", List.of("true"),
                "active", List.of("true"),
                "algorithm", List.of("RS256"),
                "keySize", List.of("2048")));
    HttpResponse<String> created =
        send(
            HttpRequest.newBuilder(URI.create(realm + "/components"))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(provider))));
    if (created.statusCode() != 201) {
      throw new IllegalStateException("The key was not added: status " + created.statusCode());
    }
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    for (ProcessHandle one : all) {
      try {
        one.onExit().get(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        one.destroyForcibly();
        one.onExit().join();
      }
    }
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(Keycloak::delete);
    }
  }

  private Process launch() throws IOException {
    Path imports = Files.createDirectories(home.resolve("data/import"));
    try (InputStream realm =
        Objects.requireNonNull(Keycloak.class.getResourceAsStream("/keycloak-realm.json"))) {
      Files.write(imports.resolve("mcp-realm.json"), realm.readAllBytes());
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            home.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--db=dev-mem",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--import-realm");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", secret);
    builder.environment().put("KEYCLOAK_RUN_SECRET", secret); // the realm file names it
    return builder
        .redirectErrorStream(true)
        .redirectOutput(home.resolveSibling("keycloak.log").toFile())
        .start();
  }

  private void awaitRealm() throws IOException, InterruptedException {
    URI metadata = URI.create(issuer() + "/.well-known/openid-configuration");
    long end = System.nanoTime() + LONGEST_START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        if (send(HttpRequest.newBuilder(metadata)).statusCode() == 200) {
          return;
        }
      } catch (java.net.ConnectException e) {
        // Not there yet: asked again below.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
    }
    throw new IllegalStateException(
        "Keycloak did not start; see " + home.resolveSibling("keycloak.log"));
  }

  private Map<String, String> tokens(String realm, Map<String, String> form)
      throws IOException, InterruptedException {
    String body =
        form.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(base() + "/realms/" + realm + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    JsonNode json = JSON.readTree(answer.body());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          "No token: status " + answer.statusCode() + ", " + json.path("error_description"));
    }
    return json.properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asString()));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
  }

  private String base() {
    return "http://127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(File file) {
    try {
      Files.delete(file.toPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
