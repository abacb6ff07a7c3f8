package io.mcpauth.examples.authserver;

import io.mcpauth.outbound.OutboundConnections;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running server and what a client does with its endpoints. */
final class Desk implements AutoCloseable {
  static final String RESOURCE = "http://localhost:8080/mcp";
  static final String REDIRECT = "http://localhost:7777/callback";
  static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  /** The challenge of {@link #VERIFIER}: the pair of RFC 7636 appendix B. */
  static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  /** The endpoints, by their names in the metadata. */
  static final String AUTHORIZE = "authorization_endpoint";

  static final String TOKEN = "token_endpoint";
  static final String REGISTER = "registration_endpoint";
  static final String REVOKE = "revocation_endpoint";
  static final String JWKS = "jwks_uri";

  static final String METADATA = "/.well-known/oauth-authorization-server";
  static final String LOGIN = "/login";
  static final String APPLICATIONS = "/oauth/applications";

  static final String USER = "ada";
  static final String PASSWORD = "correct horse";
  static final String GUEST = "bob";

  static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  final EmbeddedAuthorizationServer server;
  private @Nullable JsonNode metadata;

  Desk(String... resources) {
    this(Clock.systemUTC(), resources);
  }

  Desk(Clock clock, String... resources) {
    server = EmbeddedAuthorizationServer.start(settings(0, inOrder(resources)), clock);
  }

  /** One that is as strict as some real ones. */
  Desk(Strictness strictness) {
    server =
        EmbeddedAuthorizationServer.start(
            settings(0, Set.of(RESOURCE), strictness), Clock.systemUTC());
  }

  private static Set<String> inOrder(String... resources) {
    return new LinkedHashSet<>(List.of(resources));
  }

  static EmbeddedAuthorizationServer.Settings settings(int port, Set<String> resources) {
    return settings(port, resources, Strictness.NONE);
  }

  static EmbeddedAuthorizationServer.Settings settings(
      int port, Set<String> resources, Strictness strictness) {
    Map<String, String> scopes = new LinkedHashMap<>();
    scopes.put("files:list", "See the names of your files");
    scopes.put("files:read", "Read your files");
    scopes.put("files:write", "Change & delete your files");
    return new EmbeddedAuthorizationServer.Settings(
        port,
        accounts(),
        scopes,
        resources,
        Duration.ofMinutes(5),
        strictness,
        OutboundConnections.defaults(),
        null,
        null);
  }

  private static List<EmbeddedAuthorizationServer.Account> accounts() {
    return List.of(
        new EmbeddedAuthorizationServer.Account(USER, PASSWORD, Set.of("editor")),
        new EmbeddedAuthorizationServer.Account(GUEST, PASSWORD, Set.of()));
  }

  /** A path of the server, or an endpoint by its name in the metadata; a query may follow. */
  URI uri(String place) {
    if (place.startsWith("/")) {
      return URI.create(server.issuer() + place);
    }
    JsonNode known = metadata;
    if (known == null) {
      known = JSON.readTree(get(METADATA).body());
      metadata = known;
    }
    String[] parts = place.split("\\?", 2);
    String at = known.get(parts[0]).stringValue();
    return URI.create(parts.length == 1 ? at : at + "?" + parts[1]);
  }

  String path(String place) {
    return uri(place).getPath();
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  HttpResponse<String> register(String json) {
    return send(
        HttpRequest.newBuilder(uri(Desk.REGISTER))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /** Registers a public client as the MCP clients do and returns its id. */
  String publicClient(String name) {
    return JSON.readTree(
            register(
                    """
                    {"client_name": "%s", "redirect_uris": ["%s"],
                     "token_endpoint_auth_method": "none",
                     "grant_types": ["authorization_code", "refresh_token"],
                     "response_types": ["code"]}
                    """
                        .formatted(name, REDIRECT))
                .body())
        .get("client_id")
        .stringValue();
  }

  /** Builds an authorization request; a pair replaces a parameter, or removes it if empty. */
  URI authorize(String clientId, String... changes) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("response_type", "code");
    parameters.put("client_id", clientId);
    parameters.put("redirect_uri", REDIRECT);
    parameters.put("scope", "files:list");
    parameters.put("state", "s t&a=te");
    parameters.put("resource", RESOURCE);
    parameters.put("code_challenge", CHALLENGE);
    parameters.put("code_challenge_method", "S256");
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1].isEmpty()) {
        parameters.remove(changes[i]);
      } else {
        parameters.put(changes[i], changes[i + 1]);
      }
    }
    List<String[]> fields = new ArrayList<>();
    parameters.forEach((name, value) -> fields.add(new String[] {name, value}));
    return uri(Desk.AUTHORIZE + "?" + Browser.encode(fields));
  }

  /** Goes through login and consent, allows, and returns the parameters of the response. */
  Map<String, String> allowed(Browser browser, URI authorize) {
    return allowed(browser, authorize, USER);
  }

  Map<String, String> allowed(Browser browser, URI authorize, String user) {
    HttpResponse<String> page = browser.open(authorize, user, PASSWORD);
    if (page.statusCode() == 200) {
      page = browser.decide(page, "allow");
    }
    return Browser.query(Browser.location(page));
  }

  /** Goes through login and consent, allows, and returns the code. */
  String code(Browser browser, URI authorize) {
    return Browser.code(allowed(browser, authorize));
  }

  HttpResponse<String> exchange(String clientId, String code, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                "grant_type", "authorization_code",
                "client_id", clientId,
                "code", code,
                "redirect_uri", REDIRECT));
    fields.addAll(Arrays.asList(more));
    if (!fields.contains("code_verifier")) {
      fields.addAll(List.of("code_verifier", VERIFIER));
    }
    return form(Desk.TOKEN, fields.toArray(String[]::new));
  }

  HttpResponse<String> refresh(String clientId, String token, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of("grant_type", "refresh_token", "client_id", clientId, "refresh_token", token));
    fields.addAll(Arrays.asList(more));
    return form(Desk.TOKEN, fields.toArray(String[]::new));
  }

  /** Runs the whole flow and returns the token response. */
  JsonNode tokens(String clientId) {
    return JSON.readTree(exchange(clientId, code(new Browser(), authorize(clientId))).body());
  }

  HttpResponse<String> form(String path, String... fields) {
    return send(formRequest(path, fields).build());
  }

  HttpRequest.Builder formRequest(String path, String... fields) {
    List<String[]> pairs = new ArrayList<>();
    for (int i = 0; i < fields.length; i += 2) {
      pairs.add(new String[] {fields[i], fields[i + 1]});
    }
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(pairs)));
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static String error(HttpResponse<String> response) {
    return JSON.readTree(response.body()).path("error").stringValue("");
  }

  @Override
  public void close() {
    server.close();
  }
}
