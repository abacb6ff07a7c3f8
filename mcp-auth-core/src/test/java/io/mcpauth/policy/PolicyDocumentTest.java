package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A document makes the same rule records as code; docs/policy.md has a row for each member. */
class PolicyDocumentTest {
  private static final String ISSUER = "https://login.example.com";

  @ParameterizedTest
  @MethodSource("pairs")
  void documentAndCode_areTheSameRules(UnaryOperator<ToolPolicyBuilder> code, String document) {
    ToolPolicy built = code.apply(ToolPolicy.builder()).build();
    ToolPolicy read = read(document);

    assertThat(read.rules()).isEqualTo(built.rules());
    assertThat(read).isEqualTo(built).hasSameHashCodeAs(built);
    assertThat(read.scopes()).as("in the same order").isEqualTo(built.scopes());
    assertThat(read.claimNames()).isEqualTo(built.claimNames());
    assertThat(read.argumentNames()).isEqualTo(built.argumentNames());
    assertThat(read.hasAnonymous()).isEqualTo(built.hasAnonymous());
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
        pair(b -> b.baseScopes("a"), "{\"base\":[\"a\"]}"),
        pair(
            b -> b.tool("t", "z", "a").tool("s", "m").method("logging/setLevel", "b"),
            """
            {"tools":{"t":["z","a"],"s":["m"]},"methods":{"logging/setLevel":["b"]}}
            """),
        pair(
            b ->
                b.tool(
                    "t",
                    Access.scopes("s")
                        .anyOf("a", "b c")
                        .role("r", "q")
                        .group("g")
                        .claim("n", 1, "x", true)
                        .claim("/m/o", "y")
                        .scheme(Scheme.DPOP, Scheme.API_KEY)
                        .whenArgument("x", List.of("v", 2, false), Access.denied(), null)
                        .whenArgument(
                            "y",
                            List.of("w"),
                            Access.scopes("u").role("r"),
                            Access.scopes().scheme(Scheme.BASIC))
                        .paramHeader("x", "X")),
            """
            {"tools":{"t":{
              "paramHeaders":{"x":"X"},
              "arguments":{
                "x":{"then":"denied","in":["v",2,false]},
                "y":{"otherwise":{"schemes":["BASIC"]},"equals":"w",
                     "then":{"roles":["r"],"scopes":["u"]}}},
              "schemes":["apikey","dpop"],
              "claims":{"n":["x",1,true],"/m/o":["y"]},
              "groups":["g"],"roles":["q","r"],"anyOf":["a","b c"],"scopes":["s"]}}}
            """),
        pair(
            b ->
                b.tool(
                    "t", Access.anonymous().whenArgument("a", List.of(1), Access.scopes(), null)),
            """
            {"tools":{"t":{"arguments":{"a":{"equals":1,"then":"base"}},"anonymous":true}}}
            """),
        pair(
            b -> b.tool("t", Access.scopes().role("r")),
            "{\"tools\":{\"t\":{\"roles\":[\"r\"],\"anonymous\":false}}}"),
        pair(
            b ->
                b.maxScopes(ISSUER, "c", "a")
                    .challengeInToolResult(ISSUER, "c")
                    .maxScopes(ISSUER, "d"),
            """
            {"clients":[
              {"clientId":"c","challengeInToolResult":true,"maxScopes":["a"],
               "issuer":"https://login.example.com"},
              {"clientId":"d","challengeInToolResult":false,"maxScopes":[],
               "issuer":"https://login.example.com"}]}
            """),
        pair(
            b -> b.baseScopes("a").maxScopes(ISSUER, "c", "all").implies("all", "a"),
            """
            {"clients":[{"clientId":"c","maxScopes":["all"],"issuer":"https://login.example.com"}],
             "implies":{"all":["a"]},"base":["a"]}
            """),
        pair(
            b -> b.tool("t"),
            """
            {"$comment":"a","tools":{"t":"base"},"challengeOnlyRequired":false,
             "listOnlyGranted":false,"toolListComplete":false}
            """),
        pair(
            b ->
                b.tool(
                    "t", Access.scopes().whenArgument("a", List.of(true), null, Access.denied())),
            """
            {"tools":{"t":{"$comment":"b","arguments":{"a":{"$comment":"c","equals":true,
             "otherwise":"denied"}}}}}
            """),
        pair(
            b -> b.tool("$comment").tool("\u00e4 \"x\"", "s"),
            "{\"tools\":{\"$comment\":\"base\",\"\\u00e4 \\\"x\\\"\":[\"s\"]}}"));
  }

  private static Arguments pair(UnaryOperator<ToolPolicyBuilder> code, String document) {
    return Arguments.of(Named.of(document.strip(), code), document);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tools":{"t":["a"]}}                     | {"tools":{"t":["b"]}}
          {"tools":{"t":["a"]}}                     | {"tools":{"u":["a"]}}
          {"tools":{"t":["a"]}}                     | {"prompts":{"t":["a"]}}
          {"tools":{"t":"base"}}                    | {"tools":{"t":"anonymous"}}
          {"tools":{"t":{"roles":["a"]}}}           | {"tools":{"t":{"groups":["a"]}}}
          {"tools":{"t":{"claims":{"a":1}}}}        | {"tools":{"t":{"claims":{"a":"1"}}}}
          {"tools":{"t":{"claims":{"a":true}}}}     | {"tools":{"t":{"claims":{"a":"true"}}}}
          {"tools":{"t":{"schemes":["DPoP"]}}}      | {"tools":{"t":{"schemes":["Basic"]}}}
          {"tools":{"t":{"paramHeaders":{"a":"A"}}}}| {"tools":{"t":{"paramHeaders":{"a":"B"}}}}
          {"base":["a"]}                            | {"initial":["a"]}
          {"roleClaim":"a"}                         | {"groupClaim":"a"}
          {"implies":{"a*":["a*"]}}                 | {"implies":{"a":["a*"]}}
          {"listOnlyGranted":true}                  | {"toolListComplete":true}
          """)
  void differentDocuments_areDifferentRules(String one, String other) {
    assertThat(read(one)).isNotEqualTo(read(other));
  }

  @Test
  void knownTools_arePartOfAPolicy() {
    ToolPolicy policy = read("{\"tools\":{\"t\":\"base\"}}");
    assertThat(policy.withTools(List.of("t")))
        .isEqualTo(policy.withTools(List.of("t")))
        .isNotEqualTo(policy);
  }

  private static ToolPolicy read(String document) {
    return ToolPolicy.fromJson(document.getBytes(UTF_8), "policy.json");
  }
}
