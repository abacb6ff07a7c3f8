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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
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
 * A copy of the Keycloak distribution under {@code keycloak.home}, in development mode on a free
 * loopback port with its data in memory and secrets of this run. Closing it stops every process and
 * deletes the copy.
 */
final class Keycloak implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(6);
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> REALMS = List.of("mcp", "registration", "indicated");

  private final String secret = UUID.randomUUID().toString();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI resource = URI.create("http://localhost:" + freePort() + "/mcp");
  private final URI otherResource = URI.create("http://localhost:" + freePort() + "/mcp");
  private final int logoutPort = freePort();
  private final Path home;
  private final int port;
  private final Process process;

  private Keycloak(Path home, int port, List<String> features) throws IOException {
    this.home = home;
    this.port = port;
    this.process = launch(features);
  }

  /** Starts one, with features that are off by default. */
  static Keycloak start(String... features) throws IOException, InterruptedException {
    Path unpacked =
        Path.of(Objects.requireNonNull(System.getProperty("keycloak.home"), "-Pkeycloak"));
    Path home = unpacked.resolveSibling("run-" + UUID.randomUUID());
    copy(unpacked, home);
    Keycloak keycloak = new Keycloak(home, freePort(), List.of(features));
    try {
      keycloak.awaitRealms();
      return keycloak;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      keycloak.close();
      throw e;
    }
  }

  String issuer() {
    return issuer("mcp");
  }

  String issuer(String realm) {
    return base() + "/realms/" + realm;
  }

  /** The password of alice, in every realm. */
  String password() {
    return secret;
  }

  /** What the mappers of the realms {@code registration} and {@code indicated} name. */
  URI resource() {
    return resource;
  }

  /** What a mapper in a default scope of the realm {@code registration} names. */
  URI otherResource() {
    return otherResource;
  }

  /** The port of loopback where the client {@code logged-out} receives logout tokens. */
  int logoutPort() {
    return logoutPort;
  }

  /** Registers a client with scopes (RFC 7591), and gives its id. */
  String register(String realm, URI redirectUri, String scope) {
    Map<String, Object> metadata =
        Map.of(
            "client_name",
            "A client of the TypeScript SDK",
            "redirect_uris",
            List.of(redirectUri.toString()),
            "grant_types",
            List.of("authorization_code", "refresh_token"),
            "token_endpoint_auth_method",
            "none",
            "scope",
            scope);
    try {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(
                      URI.create(issuer(realm) + "/clients-registrations/openid-connect"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(JSON.writeValueAsString(metadata))));
      if (answer.statusCode() != 201) {
        throw new IllegalStateException("Not registered: status " + answer.statusCode());
      }
      return JSON.readTree(answer.body()).path("client_id").asString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
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
    String authorization = administrator();
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

  /** Ends every login of a user, as an administrator does who blocks one. */
  void logOut(String administrator, String userId) throws IOException, InterruptedException {
    administer(administrator, "POST", "/admin/realms/mcp/users/" + userId + "/logout");
  }

  /** Ends one login, by its {@code sid}. */
  void endLogin(String administrator, String sessionId) throws IOException, InterruptedException {
    administer(administrator, "DELETE", "/admin/realms/mcp/sessions/" + sessionId);
  }

  private void administer(String administrator, String method, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> done =
        send(
            HttpRequest.newBuilder(URI.create(base() + path))
                .header("Authorization", administrator)
                .method(method, BodyPublishers.noBody()));
    if (done.statusCode() != 204) {
      throw new IllegalStateException("Not done: status " + done.statusCode());
    }
  }

  /** What an administrator who has logged in sends as {@code Authorization}. */
  String administrator() throws IOException, InterruptedException {
    Map<String, String> admin =
        tokens(
            "master",
            Map.of(
                "grant_type", "password",
                "client_id", "admin-cli",
                "username", "admin",
                "password", secret));
    return "Bearer " + admin.get("access_token");
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

  private Process launch(List<String> features) throws IOException {
    Path imports = Files.createDirectories(home.resolve("data/import"));
    for (String name : REALMS) {
      String file = "/keycloak-" + name + "-realm.json";
      try (InputStream realm = Objects.requireNonNull(Keycloak.class.getResourceAsStream(file))) {
        Files.write(imports.resolve(name + "-realm.json"), realm.readAllBytes());
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--db=dev-mem",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--import-realm"));
    if (!features.isEmpty()) {
      command.add("--features=" + String.join(",", features));
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", "admin");
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", secret);
    builder.environment().put("KEYCLOAK_RUN_SECRET", secret); // the realm files name these
    builder.environment().put("KEYCLOAK_RUN_RESOURCE", resource.toString());
    builder.environment().put("KEYCLOAK_RUN_OTHER_RESOURCE", otherResource.toString());
    builder
        .environment()
        .put("KEYCLOAK_RUN_LOGOUT", "http://127.0.0.1:" + logoutPort + "/backchannel-logout");
    return builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
  }

  private void awaitRealms() throws IOException, InterruptedException {
    long end = System.nanoTime() + LONGEST_START.toNanos();
    for (String realm : REALMS) {
      await(URI.create(issuer(realm) + "/.well-known/openid-configuration"), end);
    }
  }

  private void await(URI metadata, long end) throws IOException, InterruptedException {
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
    throw new IllegalStateException("Keycloak did not start; see " + log());
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

  private Path log() {
    return home.resolveSibling(home.getFileName() + ".log");
  }

  private String base() {
    return "http://127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file).toString());
        Files.copy(file, copied, StandardCopyOption.COPY_ATTRIBUTES);
      }
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
