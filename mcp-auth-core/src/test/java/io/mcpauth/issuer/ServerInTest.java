package io.mcpauth.issuer;

import io.mcpauth.MutableClock;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.Store;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server with two resources of which one is asked for, whose login is the cookie "user". */
final class ServerInTest implements AutoCloseable {
  static final String ISSUER = "https://auth.test";
  static final String RESOURCE = "https://mcp.test/mcp";
  static final String TOKEN = OAuthAddresses.TOKEN;

  static final String PLACE = "https://app.test/callback";
  static final String SECRET = "k7Vw+Zk0cXo/8Jr2bq1H4mTn";

  /** Of the server; stands still unless another one was given. */
  final MutableClock clock = new MutableClock();

  private final Clock time;
  final List<AuthorizationEvent> events = new CopyOnWriteArrayList<>();
  final Store store;
  final ClientControl clients;
  private final @Nullable SealKeys signing;
  private OAuthServer server;

  /** One on a store in memory. */
  ServerInTest() {
    time = clock;
    signing = null;
    store = Store.inMemory(clock);
    clients = ClientControl.on(store);
    enterAll();
    server = started();
  }

  /** A node of a store, which others may share. */
  ServerInTest(Store shared, Clock time) {
    this(shared, time, null);
  }

  /** The same with signed tokens, where there are keys for them. */
  ServerInTest(Store shared, Clock time, @Nullable SealKeys signing) {
    this.time = time;
    this.signing = signing;
    store = shared;
    clients = ClientControl.on(store);
    if (clients.find("app") == null) {
      enterAll();
    }
    server = started();
  }

  private void enterAll() {
    enter(NewClient.withId("app").authMethod("none").redirectUris(PLACE));
    enter(NewClient.withId("other").authMethod("none").redirectUris(PLACE));
    enter(NewClient.withId("asks").secret(SECRET).grantTypes().introspects());
    enter(NewClient.withId("web").secret(SECRET).redirectUris(PLACE));
  }

  private OAuthServer started() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read_file", "files:read")
            .tool("write_file", "files:write")
            .tool("wipe", "admin")
            .build();
    OAuthServerBuilder builder =
        OAuthServer.builder(ISSUER, store, new OnlyACookie())
            .resource(RESOURCE, policy)
            .resource("https://other.test/mcp", policy)
            .resource("https://origin.test", policy)
            .events(events::add)
            .clock(time);
    return (signing == null ? builder : builder.signedTokens(signing)).build();
  }

  /** The same server as another node, which knows all that was changed. */
  void restart() {
    server.close();
    server = started();
  }

  void enter(NewClient client) {
    CreatedClient unused = clients.add(client);
  }

  /** The users as the application has them now, asked of whoever was logged in. */
  UnaryOperator<@Nullable User> users = UnaryOperator.identity();

  /** The login of the application. */
  private final class OnlyACookie implements Login {
    @Override
    public LoginResult who(LoginRequest request) {
      return ServerInTest.who(request);
    }

    @Override
    public @Nullable User now(User before) {
      return users.apply(before);
    }
  }

  private static Login.LoginResult who(LoginRequest request) {
    for (String line : request.http().headers("Cookie")) {
      for (String pair : line.split("; ", -1)) {
        if (pair.startsWith("user=")) {
          String id = pair.substring("user=".length());
          return new Login.LoginResult.LoggedIn(User.of(id, id, List.of("editor")));
        }
      }
    }
    return new Login.LoginResult.GoTo(URI.create("https://auth.test/login"), List.of());
  }

  /** With a DPoP proof, or several. */
  OAuthAnswer tokenWith(List<String> proofs, String... form) {
    SentRequest request = SentRequest.post(TOKEN, form);
    for (String proof : proofs) {
      request = request.with("DPoP", proof);
    }
    return server.answer(request);
  }

  OAuthAnswer token(String... form) {
    return server.answer(SentRequest.post(TOKEN, form));
  }

  /** A code that alice has allowed a client, by its pages. */
  String code(String clientId, CodeVerifier verifier, String scope, String... more) {
    return code(server, server, query(clientId, verifier, scope, RESOURCE, more));
  }

  /** The same with the page of one node and the answer to it on another. */
  static String code(
      OAuthServer first, OAuthServer second, String clientId, CodeVerifier verifier, String scope) {
    return code(first, second, clientId, verifier, scope, RESOURCE);
  }

  /** The same for another resource. */
  static String code(
      OAuthServer first,
      OAuthServer second,
      String clientId,
      CodeVerifier verifier,
      String scope,
      String resource) {
    return code(first, second, query(clientId, verifier, scope, resource));
  }

  /** What a client asks for, and some parameters more. */
  static String query(
      String clientId, CodeVerifier verifier, String scope, String resource, String... more) {
    List<String> all =
        new ArrayList<>(
            Arrays.asList(
                "response_type",
                "code",
                "client_id",
                clientId,
                "redirect_uri",
                PLACE,
                "scope",
                scope,
                "resource",
                resource,
                "state",
                "st",
                "code_challenge",
                verifier.challenge().value(),
                "code_challenge_method",
                "S256"));
    all.addAll(Arrays.asList(more));
    return SentRequest.encoded(all.toArray(String[]::new));
  }

  private static String code(OAuthServer first, OAuthServer second, String query) {
    OAuthAnswer asked =
        first.answer(
            SentRequest.of("GET", OAuthAddresses.AUTHORIZE, query).with("Cookie", "user=alice"));
    if (asked.status() == 303) {
      return codeOf(asked);
    }
    String cookie = header(asked, "Set-Cookie").split(";", 2)[0];
    List<String> form = new ArrayList<>(Arrays.asList("decision", "allow"));
    String page = new String(asked.body(), StandardCharsets.UTF_8);
    Matcher hidden =
        Pattern.compile("type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"").matcher(page);
    Set<String> names = new LinkedHashSet<>();
    while (hidden.find()) {
      if (names.add(hidden.group(1))) {
        form.add(hidden.group(1));
        form.add(hidden.group(2));
      }
    }
    return codeOf(
        second.answer(
            SentRequest.post(OAuthAddresses.CONSENT, form.toArray(String[]::new))
                .with("Cookie", "user=alice; " + cookie)
                .with("Origin", ISSUER)));
  }

  private static String codeOf(OAuthAnswer answer) {
    String location = header(answer, "Location");
    Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(location);
    if (answer.status() != 303 || !code.find()) {
      throw new IllegalStateException("no code: " + answer.status());
    }
    return code.group(1);
  }

  static String header(OAuthAnswer answer, String name) {
    List<String> lines = Objects.requireNonNull(answer.headers().get(name), name);
    return lines.get(0);
  }

  static Map<String, @Nullable Object> json(OAuthAnswer answer) {
    try {
      return Json.object(answer.body());
    } catch (InvalidJsonException e) {
      throw new IllegalStateException(e);
    }
  }

  static String text(OAuthAnswer answer, String member) {
    return String.valueOf(json(answer).get(member));
  }

  OAuthServer server() {
    return server;
  }

  /** Whether an access token is good, as a resource server asks. */
  boolean isGood(String accessToken) {
    OAuthAnswer answer =
        server.answer(
            SentRequest.post(
                OAuthAddresses.INTROSPECT,
                "client_id",
                "asks",
                "client_secret",
                SECRET,
                "token",
                accessToken));
    return answer.status() == 200 && Boolean.TRUE.equals(json(answer).get("active"));
  }

  @Override
  public void close() {
    server.close();
  }
}
