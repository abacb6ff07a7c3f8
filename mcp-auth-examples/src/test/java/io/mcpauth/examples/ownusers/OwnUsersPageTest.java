package io.mcpauth.examples.ownusers;

import static io.mcpauth.examples.ownusers.Web.decoded;
import static io.mcpauth.examples.ownusers.Web.member;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AuthEvents;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.JdbcStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goes through {@code docs/own-users.md} from its first table to its last query: with its commands
 * and queries, its code and its policy, and users and clients over HTTP between them.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
@Timeout(value = 300, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OwnUsersPageTest {
  private static final String CALLBACK = EndpointTables.CALLBACK;

  private final Path directory;
  private final Map<String, PageSection> unread = PageSection.all();
  private final OwnDatabase database = new OwnDatabase();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(database));
  private final OperatorShell operator;
  private @Nullable Web served;

  /** What the page leaves out of its commands. */
  private String token = "";

  OwnUsersPageTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    operator = new OperatorShell(database, directory, words -> web().curl(words, token));
  }

  private Web web() {
    return Objects.requireNonNull(served, "the server has not started");
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  void page_isTrueFromItsFirstTableToItsLastQuery() throws Exception {
    operator.export(read("").code("sh").get(0));
    operator.run(read("The tables"));
    start(read("The application"), read("The audit log"));
    operator.run(read("Enter the client"));
    fillIn(read("Fill in the connector"));

    PageSection login = read("Log in and allow it");
    String address = login.code("text").get(0).strip();
    awaitKnown(address);
    deny(address);
    Map<String, String> alices = logIn(login, address);
    callTools(read("Call the tools"));
    key(read("A key on the same endpoint"));
    trouble(read("When something does not work"), address, alices);
    Map<String, String> bobs = lifetime(read("Tokens that last longer"), address);
    bobs = fewerScopes(read("Fewer scopes"), bobs);
    withoutSecret(read("A client without a secret"), address);
    incident(read("After an incident"), bobs);
    happened(read("What happened"));
    endpoints(read("The endpoints"), address);
    otherwise(read("What is otherwise than with tables of your own"), address);
    assertThat(unread).isEmpty();
  }

  private PageSection read(String title) {
    return Objects.requireNonNull(unread.remove(title), title);
  }

  private void start(PageSection application, PageSection audit) throws Exception {
    String json = application.code("json").get(0);
    Path unused = Files.writeString(directory.resolve("policy.json"), json);
    operator.run(audit);
    ToolPolicy policy = ToolPolicy.fromJson(json.getBytes(UTF_8), "policy.json");
    PageCode code = opened(new PageCode(List.of(application, audit), directory));
    AuthEvents listener = code.auditLog(database.source());
    JdbcStore store = JdbcStore.of(database.source());
    OAuthServer own = opened(code.authorizationServer(store, policy, listener));
    MemoryServer server = opened(new MemoryServer(code.guard(store, policy, listener, own)));
    served = Web.at(server.url());
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  /** Each value of the form is in the metadata that clients can ask for. */
  private void fillIn(PageSection form) throws Exception {
    operator.run(form);
    Map<String, String> metadata =
        ChatGpt.members(web().get("/.well-known/oauth-authorization-server/api/v1").body());
    int compared = 0;
    for (List<String> row : form.rows()) {
      String member = metadata.get(PageSection.plain(row.get(2)));
      if (member != null) {
        compared++;
        for (String word : PageSection.plain(row.get(1)).split(" ", -1)) {
          assertThat(member).as(row.get(0)).contains(word);
        }
      }
    }
    assertThat(compared).isEqualTo(4);
  }

  /** A running server knows a client within a second. */
  private void awaitKnown(String address) throws Exception {
    while (web().get(address).statusCode() == 400) {
      Thread.onSpinWait();
    }
  }

  private ChatGpt chatGpt() throws IOException {
    String secret = Files.readString(directory.resolve("chatgpt.secret")).strip();
    return new ChatGpt(web(), "chatgpt-connector", secret);
  }

  private void deny(String address) throws Exception {
    Person bob = Person.at(web(), "bob", address);
    Map<String, String> told = told(bob.decide("deny"), CALLBACK);
    assertThat(told)
        .containsEntry("error", "access_denied")
        .containsEntry("state", "af0ifjsldkj")
        .doesNotContainKey("code");
  }

  private static Map<String, String> told(String location, String callback) {
    assertThat(location).startsWith(callback + "?");
    return decoded(URI.create(location).getRawQuery());
  }

  /** The tokens of a user who allows it. */
  private Map<String, String> allowed(String user, String address) throws Exception {
    Person person = Person.at(web(), user, address);
    String location = person.status() == 303 ? person.location() : person.decide("allow");
    String code = member(told(location, CALLBACK), "code");
    ChatGpt client = chatGpt();
    return client.tokens(client.forCode(code, CALLBACK));
  }

  private Map<String, String> logIn(PageSection login, String address) throws Exception {
    Person alice = Person.at(web(), "alice", address);
    assertThat(alice.page())
        .contains("ChatGPT Connector", "alice", "chat.openai.com")
        .contains("Use every tool", "Your memory", "Your coding sessions")
        .doesNotContain("Your knowledge graph");
    Map<String, String> told = told(alice.decide("allow"), CALLBACK);
    assertThat(told)
        .containsEntry("state", "af0ifjsldkj")
        .containsEntry("iss", Web.ORIGIN + "/api/v1");
    String code = member(told, "code");
    ChatGpt client = chatGpt();
    Map<String, String> tokens = client.tokens(client.forCode(code, CALLBACK));
    Map<String, String> shown = ChatGpt.members(login.code("json").get(0));
    assertThat(tokens.keySet()).containsExactlyInAnyOrderElementsOf(shown.keySet());
    shown.forEach(
        (name, value) ->
            assertThat(tokens.get(name)).as(name).startsWith(value.replace("...", "")));
    token = member(tokens, "access_token");
    operator.run(login);
    return tokens;
  }

  private void callTools(PageSection section) throws Exception {
    operator.run(section);
    ChatGpt client = chatGpt();
    assertThat(client.tools(token)).containsExactlyInAnyOrderElementsOf(MemoryServer.TOOLS);
    Map<String, Object> colour = Map.of("key", "colour", "value", "blue");
    assertThat(client.call(token, "memory_store", colour)).isEqualTo("stored for alice");
    assertThat(client.call(token, "memory_recall", Map.of("key", "colour"))).isEqualTo("blue");
    assertThat(client.call(token, "coding_start_session", Map.of()))
        .isEqualTo("coding_start_session for alice");
  }

  private void key(PageSection section) throws Exception {
    operator.run(section);
    String key = operator.printed(0);
    ChatGpt claudeCode = new ChatGpt(web(), "claude-code", null);
    while (claudeCode.status(key, "memory_recall") == 401) {
      Thread.onSpinWait(); // the server knows a key within two seconds
    }
    assertThat(claudeCode.call(key, "memory_recall", Map.of("key", "colour"))).isEqualTo("blue");
    assertThat(claudeCode.status(key, "coding_start_session")).isEqualTo(403);
  }

  private void trouble(PageSection section, String address, Map<String, String> alices)
      throws Exception {
    ChatGpt before = chatGpt();
    String stranger = address.replace("chatgpt-connector", "chatgpt-conector");
    assertThat(web().get(stranger).statusCode()).isEqualTo(400);
    ChatGpt wrong = new ChatGpt(web(), before.id(), "not the secret, but as long as one");
    String refreshToken = member(alices, "refresh_token");
    assertThat(wrong.error(wrong.forRefreshToken(refreshToken))).isEqualTo("invalid_client");

    String bobs = member(allowed("bob", address), "access_token");
    assertThat(before.call(bobs, "memory_recall", Map.of("key", "colour"))).isEqualTo("nothing");
    String alice = token;
    token = bobs; // for the last command of the section
    operator.run(section);

    ChatGpt after = chatGpt();
    assertThat(after.secret()).isNotEqualTo(before.secret());
    awaitRefused(after, alice);
    awaitInvalidGrant(after, refreshToken);
    assertThat(after.status(bobs, "memory_recall")).isEqualTo(404);
    Map<String, String> again = allowed("alice", address);
    assertThat(again).containsEntry("expires_in", "3600");
    assertThat(after.status(member(again, "access_token"), "memory_recall")).isEqualTo(404);
  }

  /** A running server knows it within a second. */
  private static void awaitRefused(ChatGpt client, String token) throws Exception {
    while (client.status(token, "memory_recall") != 401) {
      Thread.onSpinWait();
    }
  }

  /**
   * And that a client has another secret, or is on again. Authorization and resource server hear of
   * a cut-off each by itself, so that one more token is possible: it is good for nothing.
   */
  private static void awaitInvalidGrant(ChatGpt client, String refreshToken) throws Exception {
    Map<String, String> answer = Map.of("refresh_token", refreshToken);
    String last = refreshToken;
    do {
      last = answer.getOrDefault("refresh_token", last);
      answer = ChatGpt.members(client.send(client.forRefreshToken(last)).body());
      if (answer.containsKey("access_token")) {
        awaitRefused(client, member(answer, "access_token"));
      }
    } while (!"invalid_grant".equals(answer.get("error")));
  }

  private Map<String, String> lifetime(PageSection section, String address) throws Exception {
    Map<String, String> before = allowed("bob", address);
    operator.run(section);
    Map<String, String> after = refreshed(before);
    while (!"28800".equals(after.get("expires_in"))) {
      after = refreshed(after); // the server knows it within a second
    }
    assertThat(before).containsEntry("expires_in", "3600");
    return after;
  }

  private Map<String, String> refreshed(Map<String, String> tokens) throws Exception {
    ChatGpt client = chatGpt();
    return client.tokens(client.forRefreshToken(member(tokens, "refresh_token")));
  }

  private Map<String, String> fewerScopes(PageSection section, Map<String, String> before)
      throws Exception {
    operator.run(section);
    awaitRefused(chatGpt(), member(before, "access_token"));
    Map<String, String> after = refreshed(before);
    while (!"mcp:memory".equals(after.get("scope"))) {
      after = refreshed(after);
    }
    ChatGpt client = chatGpt();
    String bobs = member(after, "access_token");
    Map<String, List<String>> tools = new LinkedHashMap<>();
    section
        .codeRows()
        .forEach(
            row ->
                tools.put(
                    PageSection.plain(row.get(0)),
                    List.of(PageSection.plain(row.get(1)).split(", ", -1))));
    assertThat(tools).containsEntry("mcp:tools", List.of("every tool")).hasSize(5);
    List<String> named = new ArrayList<>();
    for (Map.Entry<String, List<String>> one : tools.entrySet()) {
      if (!one.getKey().equals("mcp:tools")) {
        for (String tool : one.getValue()) {
          named.add(tool);
          int expected = one.getKey().equals("mcp:memory") ? 404 : 403;
          assertThat(client.status(bobs, tool)).as(tool).isEqualTo(expected);
        }
      }
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(MemoryServer.TOOLS);
    return after;
  }

  private void withoutSecret(PageSection section, String address) throws Exception {
    operator.run(section);
    String callback = "https://chat.openai.com/oauth/mobile";
    String mobiles =
        address
            .replace("chatgpt-connector", "chatgpt-mobile")
            .replace("oauth%2Fcallback", "oauth%2Fmobile");
    awaitKnown(mobiles);
    ChatGpt mobile = new ChatGpt(web(), "chatgpt-mobile", null);
    Person bob = Person.at(web(), "bob", mobiles);
    String code = member(told(bob.decide("allow"), callback), "code");
    Map<String, String> form = mobile.forCode(code, callback);
    Map<String, String> tokens = mobile.tokens(form);
    assertThat(mobile.call(member(tokens, "access_token"), "memory_search", Map.of()))
        .isEqualTo("memory_search for bob");

    Person again = Person.at(web(), "bob", mobiles);
    String location = again.status() == 303 ? again.location() : again.decide("allow");
    form = mobile.forCode(member(told(location, callback), "code"), callback);
    String unused = form.remove("code_verifier");
    assertThat(mobile.error(form)).isEqualTo("invalid_grant");
  }

  private void incident(PageSection section, Map<String, String> bobs) throws Exception {
    ChatGpt client = chatGpt();
    operator.run(section);
    String access = member(bobs, "access_token");
    awaitRefused(client, access);
    awaitInvalidGrant(client, member(bobs, "refresh_token"));
  }

  private void happened(PageSection section) throws Exception {
    operator.run(section);
    List<String> newest = operator.printed(1).lines().toList();
    assertThat(newest.get(0)).isEqualTo("created_at | action | client_id | user_id | reason");
    assertThat(newest.subList(1, newest.size() - 1))
        .hasSizeBetween(20, 50)
        .allMatch(row -> row.startsWith("now | oauth."));
  }

  private void endpoints(PageSection section, String address) throws Exception {
    operator.run(section);
    Map<String, String> request = new LinkedHashMap<>(decoded(address.split("\\?", 2)[1]));
    request.put("scope", "mcp:memory"); // what is left of the client
    request.put("resource", Web.ORIGIN + "/api/v1/mcp/sse");
    new EndpointTables(section, chatGpt(), request).tryEach();
  }

  /** What cannot be had any more is not to be had. */
  private void otherwise(PageSection section, String address) throws Exception {
    operator.run(section);
    Person bob =
        Person.at(
            web(),
            "bob",
            address.replace("code_challenge_method=S256", "code_challenge_method=plain"));
    assertThat(told(bob.location(), CALLBACK)).containsEntry("error", "invalid_request");
  }
}
