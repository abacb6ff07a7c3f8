package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.token.Principals;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that the code of tools declares, and the policy above them. */
class DeclaredToolsTest {
  /** The methods of an application that are tools. */
  static final class Tools {
    @RequiresScopes("files:read")
    void scope() {}

    @RequiresScopes({"a", "b"})
    void scopes() {}

    @RequiresScopes
    void nothing() {}

    @RequiresScopes(
        value = "a",
        roles = {"editor", "owner"},
        schemes = {Scheme.BEARER, Scheme.DPOP})
    void everything() {}

    @RequiresScopes(anonymous = true)
    void open() {}

    @RequiresScopes(value = "a", anonymous = true)
    void openAndNot() {}

    @RequiresScopes(roles = "editor", anonymous = true)
    void openAndARole() {}

    @RequiresScopes("a b")
    void twoInOne() {}
  }

  private static Access access(String method) {
    Method found =
        Arrays.stream(Tools.class.getDeclaredMethods())
            .filter(one -> one.getName().equals(method))
            .findFirst()
            .orElseThrow();
    return Access.of(Objects.requireNonNull(found.getAnnotation(RequiresScopes.class)));
  }

  @Test
  void annotation_isTheSameAsCode() {
    assertThat(access("scope")).isEqualTo(Access.scopes("files:read"));
    assertThat(access("scopes")).isEqualTo(Access.scopes("a", "b"));
    assertThat(access("nothing")).isEqualTo(Access.scopes());
    assertThat(access("everything"))
        .isEqualTo(Access.scopes("a").role("editor", "owner").scheme(Scheme.BEARER, Scheme.DPOP));
    assertThat(access("open")).isEqualTo(Access.anonymous());
  }

  @ParameterizedTest
  @CsvSource({
    "openAndNot, is anonymous and asks for something",
    "openAndARole, is anonymous and asks for something",
    "twoInOne, a b"
  })
  void annotationThatContradictsItself_isRefused(String method, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> access(method))
        .withMessageContaining(message);
  }

  /** A rule of the document, what the tool {@code t_x} declares, and what a call needs then. */
  @ParameterizedTest(name = "{0} over {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"other": "base"}                                             | code      | [mcp, code]
          {"t_x": ["document"]}                          | code      | [mcp, document]
          {"t_x": "base"}                                | code      | [mcp]
          {"t_x": "denied"}                              | code      | refused
          {"t_x": "anonymous"}                           | code      | open
          {"t_*": "denied"}                              | code      | refused
          {"t_*": "denied", "t_x": ["document"]}         | code      | [mcp, document]
          {"*": "base"}                                  | code      | [mcp, code]
          {"*": "base", "t_*": ["document"]}             | code      | [mcp, document, code]
          {"t_*": "anonymous"}                           | code      | [mcp, code]
          {"other": ["document"]}                        | code      | [mcp, code]
          {"other": "base"}                                             | anonymous | open
          {"*": "base"}                                  | anonymous | [mcp]
          {"t_x": ["document"]}                          | anonymous | [mcp, document]
          """)
  void document_hasTheLastWord(String tools, String declared, String needs) {
    Access access = declared.equals("anonymous") ? Access.anonymous() : Access.scopes(declared);
    ToolPolicy policy =
        document("{\"base\":[\"mcp\"],\"tools\":" + tools + "}")
            .withDeclared(Map.of("t_x", access));
    assertThat(needs(policy, "t_x")).isEqualTo(needs);
  }

  private static String needs(ToolPolicy policy, String tool) {
    Target target = Target.tool(tool);
    if (policy.permits(null, target)) {
      return "open";
    }
    List<String> all = List.of("mcp", "document", "code");
    if (!policy.permits(caller(all), target)) {
      return "refused";
    }
    return all.stream()
        .filter(
            one ->
                !policy.permits(
                    caller(all.stream().filter(other -> !other.equals(one)).toList()), target))
        .toList()
        .toString();
  }

  private static Caller caller(List<String> scopes) {
    return Principals.with(scopes.toArray(String[]::new));
  }

  @Test
  void scopesAndSchemes_areThoseOfThePolicyToo() {
    ToolPolicy policy =
        document("{\"implies\":{\"all\":[\"files:*\"]},\"tools\":{\"t\":[\"b\"]}}")
            .withDeclared(Map.of("x", Access.scopes("files:read").role("r").scheme(Scheme.DPOP)));
    assertThat(policy.requiredScopes()).containsExactly("b", "files:read");
    assertThat(policy.scopes()).contains("files:read", "all", "b");
    assertThat(policy.claimNames()).containsExactly("roles");
    assertThat(policy.schemes()).containsEntry(Scheme.DPOP, "tools.x");
    ToolPolicy plain =
        document("{\"implies\":{\"all\":[\"files:*\"]}}")
            .withDeclared(Map.of("x", Access.scopes("files:read")));
    assertThat(plain.permits(caller(List.of("all")), Target.tool("x")))
        .as("a pattern of what is implied takes in what is declared")
        .isTrue();
    assertThat(plain.toString()).isEqualTo("ToolPolicy[1 rules]");
  }

  @Test
  void openTool_opensTheHandshake() {
    ToolPolicy policy =
        document("{\"tools\":{\"other\":\"base\"}}").withDeclared(Map.of("x", Access.anonymous()));
    assertThat(policy.hasAnonymous()).isTrue();
    assertThat(policy.judge(null, RpcCalls.read(call("tools/list"))))
        .isInstanceOf(ToolPolicy.Verdict.Allowed.class);
  }

  private static byte[] call(String method) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}").getBytes(UTF_8);
  }

  @Test
  void knownTools_needARuleOrADeclaration() {
    ToolPolicy policy =
        document("{\"tools\":{\"t\":\"base\"}}").withDeclared(Map.of("x", Access.scopes("a")));
    assertThat(policy.withTools(List.of("t", "x")).permits(caller(List.of("a")), Target.tool("x")))
        .isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.withTools(List.of("t", "x", "y")))
        .withMessageContaining("does not name: [y]");
  }

  @Test
  void wrongNameAndSecondTime_areRefused() {
    ToolPolicy policy = document("{\"tools\":{\"other\":\"base\"}}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withDeclared(Map.of("x*", Access.scopes())))
        .withMessageContaining("'x*' is a pattern");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy.withDeclared(Map.of(" x", Access.scopes())))
        .withMessageContaining("space around it");
    ToolPolicy declared = policy.withDeclared(Map.of("x", Access.scopes()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> declared.withDeclared(Map.of("y", Access.scopes())))
        .withMessageContaining("set twice");
    assertThat(policy.withDeclared(Map.of())).isSameAs(policy);
    assertThat(declared).isNotEqualTo(policy);
    assertThat(declared).isEqualTo(policy.withDeclared(Map.of("x", Access.scopes())));
    assertThat(declared).isNotEqualTo(policy.withDeclared(Map.of("x", Access.scopes("a"))));
  }

  private static ToolPolicy document(String text) {
    return ToolPolicy.fromJson(text.getBytes(UTF_8), "test.json");
  }
}
