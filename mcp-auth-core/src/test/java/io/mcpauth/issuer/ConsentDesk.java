package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.WatchedStore;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A server whose pages are tried, with clients of every kind. */
final class ConsentDesk implements AutoCloseable {
  static final String ISSUER = "https://auth.test";
  static final String RESOURCE = "https://mcp.test/mcp";
  static final String PLACE = "https://app.test/callback?tenant=a&b=%22";
  static final String LOOPBACK = "http://127.0.0.1:5123/callback";
  static final String STATE = "s t&a=te\r\nSet-Cookie: x=y";
  static final CodeVerifier VERIFIER = CodeVerifier.generate();
  static final String SECRET = "k7Vw+Zk0cXo/8Jr2bq1H4mTn";

  final MutableClock clock = new MutableClock();
  final WatchedStore store = new WatchedStore(clock);
  final List<AuthorizationEvent> events = new CopyOnWriteArrayList<>();
  final List<LoginRequest> logins = new CopyOnWriteArrayList<>();
  final OAuthServer server;
  private final UnaryOperator<OAuthServerBuilder> options;

  ConsentDesk() {
    this(builder -> builder);
  }

  ConsentDesk(UnaryOperator<OAuthServerBuilder> options) {
    ClientControl clients = ClientControl.on(store);
    CreatedClient unused = clients.add(NewClient.withId("app").redirectUris(PLACE).secret(SECRET));
    unused =
        clients.add(
            NewClient.withId("narrow")
                .redirectUris(PLACE)
                .secret(SECRET)
                .scopes("files:read")
                .firstParty());
    this.options = options;
    server = node();
  }

  /** Another node, or the same one later: it knows all that was changed in the store. */
  OAuthServer node() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read_file", "files:read")
            .tool("write_file", "files:write")
            .scopeText("files:read", "Read your files", "Their names and what is in them.")
            .build();
    OAuthServerBuilder builder =
        OAuthServer.builder(ISSUER, store, new OnlyACookie())
            .resource(RESOURCE, policy)
            .events(events::add)
            .clock(clock);
    return options.apply(builder).build();
  }

  /** The login of the application: the cookie "user" says who. */
  private final class OnlyACookie implements Login {
    @Override
    public LoginResult who(LoginRequest request) {
      logins.add(request);
      for (String line : request.http().headers("Cookie")) {
        for (String pair : line.split("; ", -1)) {
          if (pair.startsWith("user=") && !request.again()) {
            String id = pair.substring("user=".length());
            return new LoginResult.LoggedIn(User.of(id, id.toUpperCase(Locale.ROOT), List.of()));
          }
        }
      }
      return new LoginResult.GoTo(URI.create("/login"), List.of("login=begun; Path=/"));
    }

    @Override
    public URI logout(LoginRequest request) {
      logins.add(request);
      return URI.create("/logged-out");
    }

    @Override
    public boolean canLogOut() {
      return true;
    }
  }

  /** A client that registers itself; its id. */
  String register(String name, String method, String... redirects) {
    String body =
        "{\"client_name\":\"%s\",\"token_endpoint_auth_method\":\"%s\",\"redirect_uris\":[\"%s\"]}"
            .formatted(name, method, String.join("\",\"", redirects));
    OAuthAnswer answer = server.answer(ClientRequest.json(OAuthAddresses.REGISTER, body));
    assertThat(answer.status()).isEqualTo(201);
    return ServerInTest.text(answer, "client_id");
  }

  /** The query of a request that is good, with other values of some parameters; "" leaves out. */
  static String query(String clientId, String... changes) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("response_type", "code");
    all.put("client_id", clientId);
    all.put("redirect_uri", PLACE);
    all.put("scope", "files:read");
    all.put("resource", RESOURCE);
    all.put("state", STATE);
    all.put("code_challenge", VERIFIER.challenge().value());
    all.put("code_challenge_method", "S256");
    for (int i = 0; i < changes.length; i += 2) {
      all.put(changes[i], changes[i + 1]);
    }
    return SentRequest.encoded(
        all.entrySet().stream()
            .filter(one -> !one.getValue().isEmpty())
            .flatMap(one -> Stream.of(one.getKey(), one.getValue()))
            .toArray(String[]::new));
  }

  Visitor visitor(@Nullable String user) {
    return new Visitor(server, user);
  }

  /** What a client is told at its place. */
  static Map<String, String> told(OAuthAnswer answer, String place) {
    assertThat(answer.status()).isEqualTo(303);
    String location = ServerInTest.header(answer, "Location");
    String before = place + (place.contains("?") ? "&" : "?");
    assertThat(location).startsWith(before).doesNotContain("\r", "\n", " ");
    return parameters(location.substring(before.length()));
  }

  static Map<String, String> parameters(String query) {
    Map<String, String> told = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      assertThat(told.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8))).isNull();
    }
    return told;
  }

  static String body(OAuthAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** A page, and nothing that leads elsewhere. */
  static void assertPage(OAuthAnswer answer, int status) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.headers()).doesNotContainKeys("Location", "Refresh");
    assertThat(ServerInTest.header(answer, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(body(answer)).doesNotContain("http-equiv", "<script");
  }

  AuthorizationEvent last() {
    return events.get(events.size() - 1);
  }

  @Override
  public void close() {
    server.close();
  }
}
