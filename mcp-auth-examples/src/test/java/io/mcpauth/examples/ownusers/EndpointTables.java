package io.mcpauth.examples.ownusers;

import static io.mcpauth.examples.ownusers.Web.decoded;
import static io.mcpauth.examples.ownusers.Web.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the tables of parameters to what the endpoints make of a request without one of them.
 *
 * @param request an authorization request that is good, of a client that its users have allowed it
 */
record EndpointTables(PageSection section, ChatGpt client, Map<String, String> request) {
  static final String CALLBACK = "https://chat.openai.com/oauth/callback";

  private static final String AUTHORIZE = "/api/v1/oauth/authorize?";

  /** Each row of the three tables. */
  void tryEach() throws Exception {
    List<List<List<String>>> tables = new ArrayList<>();
    for (List<String> row : section.codeRows()) {
      if (List.of("`response_type`", "`grant_type`").contains(row.get(0))) {
        tables.add(new ArrayList<>());
      }
      tables.get(tables.size() - 1).add(row);
    }
    assertThat(tables).hasSize(3);
    Person bob = Person.at(client.web(), "bob", AUTHORIZE + Web.encoded(request));
    authorize(tables.get(0), bob);
    refresh(tables.get(2), code(tables.get(1), bob));
  }

  private void authorize(List<List<String>> table, Person user) throws Exception {
    assertThat(names(table)).hasSameElementsAs(request.keySet());
    for (List<String> row : withNone(table)) {
      Map<String, String> parameters = new LinkedHashMap<>(request);
      String unused = parameters.remove(PageSection.plain(row.get(0)));
      user.open(AUTHORIZE + Web.encoded(parameters));
      boolean refused = user.status() == 400 || !told(user).containsKey("code");
      assertThat(refused).as(row.get(0)).isEqualTo(isRequired(row));
    }
  }

  private static Map<String, String> told(Person user) throws Exception {
    assertThat(user.location()).startsWith(CALLBACK + "?");
    return decoded(URI.create(user.location()).getRawQuery());
  }

  /** The last tokens. */
  private Map<String, String> code(List<List<String>> table, Person user) throws Exception {
    Map<String, String> tokens = Map.of();
    for (List<String> row : withNone(table)) {
      user.open(AUTHORIZE + Web.encoded(request));
      Map<String, String> form = client.forCode(member(told(user), "code"), CALLBACK);
      assertThat(names(table)).hasSameElementsAs(form.keySet());
      assertThat(example(0)).hasSameElementsAs(form.keySet());
      tokens = sentWithout(row, form, tokens);
    }
    return tokens;
  }

  private void refresh(List<List<String>> table, Map<String, String> first) throws Exception {
    Map<String, String> tokens = first;
    for (List<String> row : withNone(table)) {
      Map<String, String> form = client.forRefreshToken(member(tokens, "refresh_token"));
      assertThat(example(1)).hasSameElementsAs(form.keySet());
      form.put("scope", "mcp:memory");
      assertThat(names(table)).hasSameElementsAs(form.keySet());
      tokens = sentWithout(row, form, tokens);
    }
  }

  private Map<String, String> sentWithout(
      List<String> row, Map<String, String> form, Map<String, String> before) throws Exception {
    String unused = form.remove(PageSection.plain(row.get(0)));
    HttpResponse<String> answer = client.send(form);
    assertThat(answer.statusCode() != 200).as(row + answer.body()).isEqualTo(isRequired(row));
    return isRequired(row) ? before : ChatGpt.members(answer.body());
  }

  /** The parameters of a form that the page shows. */
  private List<String> example(int form) {
    return List.copyOf(decoded(section.code("text").get(form).strip()).keySet());
  }

  /** The rows, and one that leaves nothing out. */
  private static List<List<String>> withNone(List<List<String>> table) {
    List<List<String>> rows = new ArrayList<>(table);
    rows.add(List.of("none", "optional"));
    return rows;
  }

  private static List<String> names(List<List<String>> table) {
    return table.stream().map(row -> PageSection.plain(row.get(0))).toList();
  }

  /** Of a client with a secret; one without is tried elsewhere. */
  private static boolean isRequired(List<String> row) {
    return List.of("required", "required of a client with a secret").contains(row.get(1));
  }
}
