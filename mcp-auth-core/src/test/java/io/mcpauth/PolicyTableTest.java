package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.SessionUser;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BrowserSessions;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Who may call what, and what exactly is answered: the files in {@code policy-table} are the tests.
 * Each row is a request with a token to a whole resource server; {@link ToolPolicy#explain} has to
 * say the same as the decision, and which rule it was.
 */
class PolicyTableTest {
  private static final TestIssuer ISSUER = TestIssuer.start();

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @TestFactory
  Stream<DynamicContainer> rows() throws IOException, URISyntaxException {
    return files().stream().map(PolicyTable::read).map(PolicyTableTest::container);
  }

  /** So that no file is lost by accident, and each has its words before its rows. */
  @Test
  void tables_areManyAndExplained() throws IOException, URISyntaxException {
    List<PolicyTable> tables = files().stream().map(PolicyTable::read).toList();
    assertThat(tables.stream().mapToInt(table -> table.rows().size()).sum())
        .isGreaterThanOrEqualTo(400);
    for (Path file : files()) {
      assertThat(Files.readString(file, UTF_8).split("\npolicy\n", -1)[0])
          .as("%s begins with a title and what it shows", file.getFileName())
          .matches("[A-Z][^\\n]{3,60}\\n\\n(?s:.{60,}\\.)\\n");
    }
  }

  private static List<Path> files() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(PolicyTableTest.class.getResource("/policy-table"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
    }
  }

  private static DynamicContainer container(PolicyTable table) {
    Fixture fixture = new Fixture(table);
    return DynamicContainer.dynamicContainer(
        table.file(),
        table.rows().stream()
            .map(row -> DynamicTest.dynamicTest(row.toString(), () -> fixture.checkAt(row))));
  }

  /** The resource server of a file, and its callers. */
  private static final class Fixture {
    /** Null where the policy asks for schemes that no server authenticates. */
    private final @Nullable ResourceServer server;

    private final ToolPolicy policy;

    Fixture(PolicyTable table) {
      String json = table.policy().replace(Principals.ISSUER, ISSUER.issuer());
      ToolPolicy rules = ToolPolicy.fromJson(json.getBytes(UTF_8), table.file());
      policy = table.serverTools() == null ? rules : rules.withTools(table.serverTools());
      if (!Set.of(Scheme.BEARER, Scheme.SESSION).containsAll(rules.schemes().keySet())) {
        server = null;
        return;
      }
      ResourceServer built =
          ResourceServer.builder(Guarded.RESOURCE, AuthorizationServer.of(ISSUER.issuer()), rules)
              .accept(BrowserSessions.ofTheAdapter())
              .build();
      if (table.serverTools() != null) {
        built.livePolicy().requireKnown(table.serverTools());
      }
      assertThat(built.policy()).isEqualTo(policy);
      server = built;
    }

    /** Says the file and the line whatever goes wrong. */
    void checkAt(PolicyTable.Row row) {
      try {
        check(row);
      } catch (AssertionError | Exception e) {
        throw new AssertionError(row + "\n" + e.getMessage(), e);
      }
    }

    private void check(PolicyTable.Row row) throws InvalidJsonException {
      TableCall call = TableCall.of(row.call());
      McpPrincipal caller = principal(row.caller());
      ResourceServer served = server;
      if (served != null) {
        AccessDecision decision = served.decide(request(row.caller(), call));
        boolean bodyRead = caller != null || policy.hasAnonymous();
        assertThat(TableAnswer.of(decision, call, bodyRead)).isEqualTo(row.answer());
      }
      boolean judged = !row.answer().matches("(400|405) .*") && !call.method().equals("PUT");
      if (judged) {
        checkVerdict(row, caller, call);
      }
      assertThat(served != null || judged).as("checked").isTrue();
      assertThat(judged || row.rule() == null).as("no rule decides").isTrue();
    }

    /** The policy by itself says the same, and explains it. */
    private void checkVerdict(PolicyTable.Row row, @Nullable McpPrincipal caller, TableCall call) {
      RpcCalls calls =
          call.method().equals("POST")
              ? RpcCalls.read(call.bytes(), policy.argumentNames())
              : RpcCalls.none();
      ToolPolicy.Verdict verdict = policy.judge(caller, calls);
      ToolPolicy.Explanation explanation = policy.explain(caller, calls);
      assertThat(explanation.verdict()).as("explained").isEqualTo(verdict);
      calls
          .messages()
          .forEach(
              message ->
                  assertThat(explanation.steps())
                      .contains(AuthException.fitForLog(message.summary())));
      // Where nothing is open to everybody, the body is not read before there is a credential.
      if (caller != null || policy.hasAnonymous()) {
        String answer =
            row.answer()
                .replace("200 isError", "403 insufficient_scope")
                // The revision, which a verdict does not know, decides how it is said.
                .replaceFirst("(200|404) unknown_method -32601", "403 denied_by_policy");
        boolean oneAnswer = call.id() != null || !answer.equals("403 denied_by_policy");
        String said = TableAnswer.of(verdict, policy, caller, call.stateless());
        assertThat(oneAnswer ? said : said.replace("200 -32602", answer))
            .as("judged")
            .isEqualTo(answer);
      }
      checkRule(row, verdict, explanation);
    }

    private static void checkRule(
        PolicyTable.Row row, ToolPolicy.Verdict verdict, ToolPolicy.Explanation explanation) {
      List<String> named =
          explanation.steps().stream()
              .map(String::strip)
              .filter(step -> step.startsWith("rule "))
              .map(step -> step.substring(5, step.indexOf(": ")))
              .toList();
      String rule = String.join(" + ", named);
      if (rule.isEmpty()
          && explanation.toString().matches("(?s).*(refused by no rule: |no rule names it).*")) {
        rule = "no rule";
      }
      if (verdict instanceof ToolPolicy.Verdict.Denied denied) {
        rule = denied.rule();
        assertThat(explanation.toString()).contains("refused by " + rule + ": " + denied.cause());
      } else if (verdict instanceof ToolPolicy.Verdict.AuthenticationInsufficient another) {
        rule = another.rule();
        assertThat(explanation.toString()).contains("not logged in with ");
        assertThat(rule).isIn(named);
      } else if (verdict instanceof ToolPolicy.Verdict.ScopesMissing missing) {
        rule = missing.rule();
        assertThat(rule).isIn(Stream.concat(Stream.of("base"), named.stream()).toList());
      }
      assertThat(rule).as("the rule").isNotEmpty();
      if (row.rule() != null) {
        assertThat(rule).as("the rule").isEqualTo(row.rule());
      }
    }

    private RequestStub request(PolicyTable.Caller caller, TableCall call)
        throws InvalidJsonException {
      RequestStub request = call.request();
      if (caller.scheme() == Scheme.SESSION) {
        SessionUser user = sessionUser(caller);
        return request
            .header("Origin", "https://mcp.example.com")
            .header("Accept", "application/json, text/event-stream")
            .session(() -> user);
      }
      return caller.scheme() == null ? request : request.bearer(token(caller).mint());
    }

    private static SessionUser sessionUser(PolicyTable.Caller caller) throws InvalidJsonException {
      SessionUser user = SessionUser.of("alice").scopes(caller.scopes().toArray(String[]::new));
      for (Map.Entry<String, Object> claim : claims(caller).entrySet()) {
        user = user.claim(claim.getKey(), claim.getValue());
      }
      return user;
    }

    private @Nullable McpPrincipal principal(PolicyTable.Caller caller)
        throws InvalidJsonException {
      Scheme scheme = caller.scheme();
      if (scheme == null) {
        return null;
      }
      if (scheme == Scheme.BEARER) {
        return token(caller).principal(policy.claimNames().toArray(String[]::new));
      }
      return Principals.of(
          caller.client(), scheme, claims(caller), caller.scopes().toArray(String[]::new));
    }

    private static TestIssuer.Token token(PolicyTable.Caller caller) throws InvalidJsonException {
      TestIssuer.Token token =
          ISSUER
              .token(Guarded.RESOURCE)
              .scopes(caller.scopes().toArray(String[]::new))
              .claim("client_id", caller.client());
      claims(caller).forEach(token::claim);
      return token;
    }

    private static Map<String, Object> claims(PolicyTable.Caller caller)
        throws InvalidJsonException {
      Map<String, Object> claims = new LinkedHashMap<>();
      Json.object(caller.claims().getBytes(UTF_8))
          .forEach((name, value) -> claims.put(name, Objects.requireNonNull(value)));
      return claims;
    }
  }
}
