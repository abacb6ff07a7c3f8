package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each mistake stops the start. A row is a document, in which {@code ^} starts a line, and the line
 * and column, the JSON path, what is wrong and what to write.
 */
class PolicyDocumentMistakeTest {
  private static final String TOP =
      "[alsoIssued, base, challengeOnlyRequired, clients, givenByIssuers, groupClaim, groupScopes,"
          + " groupSeparator, implies, initial, listOnlyGranted, methods, prompts, resources,"
          + " roleClaim, roleScopes, roleSeparator, scopes, toolListComplete, tools,"
          + " wildcardScopes]";
  private static final String RULE =
      "[acr, actors, actorsIfAny, anonymous, anyOf, arguments, claims, groups, maxAge,"
          + " paramHeaders, roles, schemes, scopes]";

  @ParameterizedTest(name = "{0}")
  @MethodSource({"notJson", "members", "rules", "arguments", "clients"})
  void mistake_isPointedTo(String document, String message) {
    assertRefused(document.replace('^', '\n').getBytes(UTF_8), message);
  }

  static Stream<Arguments> notJson() {
    return rows(
        """
        {"base":["a"],^ "base":["b"]}
        => 2:2 the document: duplicate member 'base'; write strict JSON (RFC 8259)
        {"implies":{"a":["c"],"a":["d"]}}
        => 1:23 implies: duplicate member 'a'; write strict JSON (RFC 8259)
        {"tools":{"t":["a"],^"t":"denied"}}
        => 2:1 tools: duplicate member 't'; write strict JSON (RFC 8259)
        {"tools":{"t":"base","\\u0074":"denied"}}
        => 1:22 tools: duplicate member 't'; write strict JSON (RFC 8259)
        {"base":["a"],}
        => 1:15 the document: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":["a"]
        => 1:14 the document: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":["a"]} x
        => 1:16 the document: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":["a"]}{}
        => 1:15 the document: content after the value; write strict JSON (RFC 8259)
        {'base':["a"]}
        => 1:2 the document: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":["a"]} // comment
        => 1:16 the document: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":[NaN]}
        => 1:10 base: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        {"base":[01]}
        => 1:11 base: not JSON; write strict JSON (RFC 8259): no comments, no comma before a closing bracket, double quotes
        """);
  }

  @Test
  void textOfAScope_needsANameAndAScopeThatThePolicyNames() {
    String tool = "{\"tools\":{\"t\":[\"s\"]},\"scopes\":";
    assertMistake(tool + "{\"s\":{\"description\":\"Reads.\"}}}", "has no \"name\"");
    assertMistake(tool + "{\"s\":\" \"}}", "The name of a scope is blank");
    assertMistake(tool + "{\"s\":\"a\\nb\"}}", "control characters");
    assertMistake(tool + "{\"s\":\"" + "x".repeat(81) + "\"}}", "longer than 80");
    assertMistake(tool + "{\"s\":7}}", "scopes.s");
    assertMistake(tool + "{\"t\":\"Tee\"}}", "There is a text for scope 't'");
  }

  private static void assertMistake(String document, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson(document.getBytes(UTF_8), "policy"))
        .withMessageContaining(message);
  }

  static Stream<Arguments> members() {
    return rows(
        """
        []
        => 1:1 the document is an array; write an object
        7
        => 1:1 the document is 7; write an object
        null
        => 1:1 the document is null; write an object
        {}
        => 1:1 the document is empty; write a member, or leave it out
        {"$comment":"x"}
        => 1:1 the document says nothing; write one of TOP
        {"$comment":7,"base":["a"]}
        => 1:13 $comment is 7; write a string
        {"Tools":{"t":"base"}}
        => 1:2 Tools is not a member; write one of TOP
        {"tool":{"t":"base"}}
        => 1:2 tool is not a member; write one of TOP
        {"base":"a"}
        => 1:9 base is the string 'a'; write an array
        {"base":[]}
        => 1:9 base is empty; write what belongs there, or leave it out
        {"base":["a",7]}
        => 1:14 base[1] is 7; write a string
        {"base":["a",^  "a b"]}
        => 2:3 base[1]: Scope 'a b' is not a scope token. Write each scope by itself.
        {"base":["a","a"]}
        => 1:14 base[1] is 'a', which is there twice; write it once
        {"base":[""]}
        => 1:10 base[0] is empty; write a value
        {"base":["offline_access"]}
        => 1:10 base[0]: Scope 'offline_access' is between client and authorization server. Remove it.
        {"initial":{"a":"b"}}
        => 1:12 initial is an object; write an array
        {"initial":["a\\""]}
        => 1:13 initial[0]: Scope 'a"' is not a scope token. Write each scope by itself.
        {"implies":["a"]}
        => 1:12 implies is an array; write an object
        {"implies":{}}
        => 1:12 implies is empty; write a member, or leave it out
        {"implies":{"a":"b"}}
        => 1:17 implies.a is the string 'b'; write an array
        {"implies":{"a":[]}}
        => 1:17 implies.a is empty; write what belongs there, or leave it out
        {"implies":{"a b":["c"]}}
        => 1:13 implies.a b: Scope 'a b' is not a scope token. Write each scope by itself.
        {"wildcardScopes":["a*","b"]}
        => 1:25 wildcardScopes[1] is 'b' without a '*'; write it under "implies"
        {"wildcardScopes":["a*"],"implies":{"a*":["b"]}}
        => 1:37 implies.a*: What 'a*' implies is set twice. Set it once.
        {"roleClaim":["roles"]}
        => 1:14 roleClaim is an array; write a string
        {"roleClaim":"/a~2"}
        => 1:2 roleClaim: Claim '/a~2' is no claim. Write its name, such as department, or a JSON Pointer, such as /realm_access/roles.
        {"groupClaim":" groups"}
        => 1:2 groupClaim: Claim ' groups' is no claim. Write its name, such as department, or a JSON Pointer, such as /realm_access/roles.
        {"groupClaim":""}
        => 1:15 groupClaim is empty; write a value
        {"challengeOnlyRequired":"true"}
        => 1:26 challengeOnlyRequired is the string 'true'; write true or false
        {"listOnlyGranted":1}
        => 1:20 listOnlyGranted is 1; write true or false
        {"toolListComplete":null}
        => 1:21 toolListComplete is null; write true or false
        {"a\\u000ab":1}
        => 1:2 a?b is not a member; write one of TOP
        """);
  }

  static Stream<Arguments> rules() {
    return rows(
        """
        "tools"
        => 1:1 the document is the string 'tools'; write an object
        {"tools":[]}
        => 1:10 tools is an array; write an object
        {"tools":{}}
        => 1:10 tools is empty; write a member, or leave it out
        {"tools":{"t":{}}}
        => 1:15 tools.t is empty; write "base" where the base scopes are enough
        {"tools":{"t":null}}
        => 1:15 tools.t is null; write one of [anonymous, base, denied], an array of scopes, or an object
        {"tools":{"t":true}}
        => 1:15 tools.t is true; write one of [anonymous, base, denied], an array of scopes, or an object
        {"tools":{"t":"files:read"}}
        => 1:15 tools.t is the string 'files:read'; write one of [anonymous, base, denied], an array of scopes, or an object
        {"tools":{"t":"Denied"}}
        => 1:15 tools.t is the string 'Denied'; write one of [anonymous, base, denied], an array of scopes, or an object
        {"tools":{"t":[]}}
        => 1:15 tools.t is empty; write "base" where the base scopes are enough
        {"tools":{"t":["offline_access"]}}
        => 1:16 tools.t[0]: Scope 'offline_access' is between client and authorization server. Remove it.
        {"tools":{"":"base"}}
        => 1:11 tools.: Tool '' is empty or has space around it. Write the exact name.
        {"tools":{" t":"base"}}
        => 1:11 tools. t: Tool ' t' is empty or has space around it. Write the exact name.
        {"tools":{"*":"anonymous"}}
        => 1:11 tools.*: Tool '*' would be open to everybody, and so would what is added later. Name each.
        {"tools":{"*":"denied"}}
        => 1:11 tools.*: Tool '*' denies what is refused anyhow, and every pattern beside it. Remove it.
        {^ "tools": {^  "write_file": {^   "scope": ["a"]^  }^ }^}
        => 4:4 tools.write_file.scope is not a member; write one of RULE
        {"tools":{"t":{"$comment":"x"}}}
        => 1:15 tools.t says nothing; write one of RULE
        {"tools":{"t":{"anonymous":false}}}
        => 1:15 tools.t asks for nothing; write "base" where the base scopes are enough
        {"tools":{"t":{"anonymous":"yes"}}}
        => 1:28 tools.t.anonymous is the string 'yes'; write true or false
        {"tools":{"t":{"anonymous":true,"scopes":["a"]}}}
        => 1:33 tools.t.scopes contradicts "anonymous": true; remove one of them
        {"tools":{"t":{"anonymous":true,"roles":["a"]}}}
        => 1:33 tools.t.roles: What is anonymous has no conditions.
        {"tools":{"t":{"scopes":"a"}}}
        => 1:25 tools.t.scopes is the string 'a'; write an array
        {"tools":{"t":{"scopes":[]}}}
        => 1:25 tools.t.scopes is empty; write what belongs there, or leave it out
        {"tools":{"t":{"scopes":["a b"]}}}
        => 1:26 tools.t.scopes[0]: Scope 'a b' is not a scope token. Write each scope by itself.
        {"tools":{"t":{"anyOf":["a"]}}}
        => 1:24 tools.t.anyOf leaves no choice; write two alternatives or more, or "scopes"
        {"tools":{"t":{"anyOf":["a","b  c"]}}}
        => 1:29 tools.t.anyOf[1]: Scope '' is not a scope token. Write each scope by itself.
        {"tools":{"t":{"anyOf":["a","b b"]}}}
        => 1:29 tools.t.anyOf[1]: Scopes [b, b] name one twice. Write it once.
        {"tools":{"t":{"anyOf":["a","a"]}}}
        => 1:29 tools.t.anyOf[1] is 'a', which is there twice; write it once
        {"tools":{"t":{"roles":[]}}}
        => 1:24 tools.t.roles is empty; write what belongs there, or leave it out
        {"tools":{"t":{"roles":["a",""]}}}
        => 1:29 tools.t.roles[1] is empty; write a value
        {"tools":{"t":{"roles":["a","b","a"]}}}
        => 1:33 tools.t.roles[2] is 'a', which is there twice; write it once
        {"tools":{"t":{"groups":"ops"}}}
        => 1:25 tools.t.groups is the string 'ops'; write an array
        {"tools":{"t":{"claims":["a"]}}}
        => 1:25 tools.t.claims is an array; write an object
        {"tools":{"t":{"claims":{"":"x"}}}}
        => 1:26 tools.t.claims.: Claim '' is no claim. Write its name, such as department, or a JSON Pointer, such as /realm_access/roles.
        {"tools":{"t":{"claims":{"a":[]}}}}
        => 1:30 tools.t.claims.a is empty; write what belongs there, or leave it out
        {"tools":{"t":{"claims":{"a":1.5}}}}
        => 1:30 tools.t.claims.a is 1.5; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"claims":{"a":1234567890123456789}}}}
        => 1:30 tools.t.claims.a is 1234567890123456789; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"claims":{"a":[true,null]}}}}
        => 1:36 tools.t.claims.a[1] is null; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"claims":{"a":[1,"1",1]}}}}
        => 1:37 tools.t.claims.a[2] is '1', which is there twice; write it once
        {"tools":{"t":{"claims":{"a":{"b":1}}}}}
        => 1:30 tools.t.claims.a is an object; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"claims":{"/a~":"x"}}}}
        => 1:26 tools.t.claims./a~: Claim '/a~' is no claim. Write its name, such as department, or a JSON Pointer, such as /realm_access/roles.
        {"tools":{"t":{"schemes":["Digest"]}}}
        => 1:27 tools.t.schemes[0] is 'Digest'; write one of [Bearer, DPoP, Basic, ApiKey, Session, MutualTLS, Proxy]
        {"tools":{"t":{"schemes":["Bearer","bearer"]}}}
        => 1:26 tools.t.schemes names a scheme twice; write it once
        {"tools":{"t":{"schemes":[]}}}
        => 1:26 tools.t.schemes is empty; write what belongs there, or leave it out
        {"tools":{"t":{"acr":"gold"}}}
        => 1:22 tools.t.acr is the string 'gold'; write an array
        {"tools":{"t":{"acr":["gold","a b"]}}}
        => 1:16 tools.t.acr: acr 'a b' cannot stand in a challenge. Write it as the authorization server has it in tokens: printable ASCII without space, quote and backslash.
        {"tools":{"t":{"maxAge":"5m"}}}
        => 1:25 tools.t.maxAge is the string '5m'; write whole seconds
        {"tools":{"t":{"maxAge":1.5}}}
        => 1:25 tools.t.maxAge is 1.5; write whole seconds
        {"tools":{"t":{"maxAge":0}}}
        => 1:16 tools.t.maxAge: A maximum age of PT0S is none. Write whole seconds, from one to ten years of them.
        {"tools":{"t":{"maxAge":123456789012345678}}}
        => 1:16 tools.t.maxAge: A maximum age of PT34293552503429H21M18S is none. Write whole seconds, from one to ten years of them.
        {"tools":{"t":{"actors":[]}}}
        => 1:25 tools.t.actors is empty; write what belongs there, or leave it out
        {"tools":{"t":{"actorsIfAny":"agent"}}}
        => 1:30 tools.t.actorsIfAny is the string 'agent'; write an array
        {"tools":{"t":{"actorsIfAny":[],"actors":["a"]}}}
        => 1:33 tools.t.actors: 'actor' is set twice. Set it once.
        {"tools":{"t":{"claims":{"/act/act/sub":"a"}}}}
        => 1:26 tools.t.claims./act/act/sub: Claim '/act/act/sub' is about an actor before the current one, on whom nothing may depend. Write /act/sub, or leave it out.
        {"tools":{"t":{"paramHeaders":{"a":"Mcp Param"}}}}
        => 1:32 tools.t.paramHeaders.a: Header suffix 'Mcp Param' of argument 'a' is no header name. Write what stands behind 'Mcp-Param-'.
        {"tools":{"t":{"paramHeaders":{"a":7}}}}
        => 1:36 tools.t.paramHeaders.a is 7; write a string
        {"prompts":{"p":"none"}}
        => 1:17 prompts.p is the string 'none'; write one of [anonymous, base, denied], an array of scopes, or an object
        {"resources":{"file:///a":7}}
        => 1:27 resources.file:///a is 7; write one of [anonymous, base, denied], an array of scopes, or an object
        {"methods":{"tools/call":["a"]}}
        => 1:13 methods.tools/call has rules of its own; write them under "tools"
        {"methods":{"Ping":["a"]}}
        => 1:13 methods.Ping: Method 'Ping' is no JSON-RPC method. Write it exactly, such as 'tools/list'.
        """);
  }

  static Stream<Arguments> arguments() {
    return rows(
        """
        {"tools":{"t":{"arguments":{}}}}
        => 1:28 tools.t.arguments is empty; write a member, or leave it out
        {"tools":{"t":{"arguments":{"a":["b"]}}}}
        => 1:33 tools.t.arguments.a is an array; write an object
        {"tools":{"t":{"arguments":{"a":{"then":"denied"}}}}}
        => 1:33 tools.t.arguments.a needs either "in" with an array or "equals" with one value
        {"tools":{"t":{"arguments":{"a":{"in":["b"],"equals":"b","then":"denied"}}}}}
        => 1:33 tools.t.arguments.a needs either "in" with an array or "equals" with one value
        {"tools":{"t":{"arguments":{"a":{"in":"b","then":"denied"}}}}}
        => 1:33 tools.t.arguments.a has an "in" that is no array; write [...], or "equals"
        {"tools":{"t":{"arguments":{"a":{"in":[],"then":"denied"}}}}}
        => 1:39 tools.t.arguments.a.in is empty; write what belongs there, or leave it out
        {"tools":{"t":{"arguments":{"a":{"in":[["b"]],"then":"denied"}}}}}
        => 1:40 tools.t.arguments.a.in[0] is an array; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"arguments":{"a":{"equals":["b"],"then":"denied"}}}}}
        => 1:43 tools.t.arguments.a.equals is an array; write a string, a boolean or an integer of at most 18 characters
        {"tools":{"t":{"arguments":{"a":{"equals":"b"}}}}}
        => 1:29 tools.t.arguments.a: Argument 'a' changes nothing. Write its name, and what it asks for.
        {"tools":{"t":{"arguments":{"a":{"equals":"b","else":"denied"}}}}}
        => 1:47 tools.t.arguments.a.else is not a member; write one of [equals, in, otherwise, then]
        {"tools":{"t":{"arguments":{"a":{"equals":"b","then":"anonymous"}}}}}
        => 1:29 tools.t.arguments.a: What argument 'a' adds cannot be anonymous, nor depend on another argument.
        {"tools":{"t":{"arguments":{"a":{"equals":"b","then":null}}}}}
        => 1:54 tools.t.arguments.a.then is null; write one of [anonymous, base, denied], an array of scopes, or an object
        {"tools":{"t":{"arguments":{"a":{"equals":"b","then":[]}}}}}
        => 1:54 tools.t.arguments.a.then is empty; write "base" where the base scopes are enough
        {"tools":{"t":{"arguments":{"a":{"equals":"b","then":{"paramHeaders":{"a":"A"}}}}}}}
        => 1:29 tools.t.arguments.a: What argument 'a' adds cannot be anonymous, nor depend on another argument.
        {"tools":{"t":{"arguments":{"a":{"startsWith":"b","then":"denied"}}}}}
        => 1:34 tools.t.arguments.a.startsWith is not a member; write one of [equals, in, otherwise, then]
        {"tools":{"t":{"arguments":{"":{"equals":"b","then":"denied"}}}}}
        => 1:29 tools.t.arguments.: Argument '' changes nothing. Write its name, and what it asks for.
        {"methods":{"ping":{"arguments":{"a":{"equals":1,"then":"denied"}}}}}
        => 1:13 methods.ping: Method 'ping' has no arguments. Write the rule for a tool or prompt.
        """);
  }

  static Stream<Arguments> clients() {
    return rows(
        """
        {"groupScopes":{"g":["a"]},"givenByIssuers":[]}
        => 1:45 givenByIssuers is empty; write what belongs there, or leave it out
        {"groupScopes":{"g":["a"]},"givenByIssuers":[7]}
        => 1:46 givenByIssuers[0] is 7; write a string
        {"groupScopes":{"g":["a"]},"givenByIssuers":[" "]}
        => 1:28 givenByIssuers: The issuers whose roles give scopes are [ ]. Write exact iss values.
        {"clients":{}}
        => 1:12 clients is an object; write an array
        {"clients":[]}
        => 1:12 clients is empty; write what belongs there, or leave it out
        {"clients":["c"]}
        => 1:13 clients[0] is the string 'c'; write an object
        {"clients":[{}]}
        => 1:13 clients[0] is empty; write a member, or leave it out
        {"clients":[{"clientId":"c","maxScopes":["a"]}]}
        => 1:13 clients[0] has no "issuer"; write it, a client is known by both
        {"clients":[{"issuer":"i","maxScopes":["a"]}]}
        => 1:13 clients[0] has no "clientId"; write it, a client is known by both
        {"clients":[{"issuer":"i","clientId":""}]}
        => 1:38 clients[0].clientId is empty; write a value
        {"clients":[{"issuer":"i","clientId":7}]}
        => 1:38 clients[0].clientId is 7; write a string
        {"clients":[{"issuer":"i","clientId":"c"}]}
        => 1:13 clients[0] changes nothing; write "maxScopes" or "challengeInToolResult": true
        {"clients":[{"issuer":"i","clientId":"c","challengeInToolResult":false}]}
        => 1:13 clients[0] changes nothing; write "maxScopes" or "challengeInToolResult": true
        {"clients":[{"issuer":"i","clientId":"c","maxScopes":["a b"]}]}
        => 1:55 clients[0].maxScopes[0]: Scope 'a b' is not a scope token. Write each scope by itself.
        {"clients":[{"issuer":"i","clientId":"c","scopes":["a"]}]}
        => 1:42 clients[0].scopes is not a member; write one of [challengeInToolResult, clientId, issuer, maxScopes]
        {"clients":[{"issuer":"i","clientId":"c","maxScopes":["a"]},^{"issuer":"i","clientId":"c","challengeInToolResult":true}]}
        => 2:1 clients[1] is a client that is there already; write it once
        {"base":["a"],"clients":[{"issuer":"i","clientId":"b","maxScopes":["a"]},^{"issuer":"i","clientId":"c","maxScopes":["b"]}]}
        => 2:30 clients[1].maxScopes: The cap of client 'c' leaves out a base scope of [a], so that it could call nothing. Add it.
        """);
  }

  @Test
  void noText_isRefused() {
    assertRefused(
        new byte[0],
        "policy.json, line 1, column 1: the document is empty;"
            + " write an object with the members of a policy");
    assertRefused(
        "  \n ".getBytes(UTF_8),
        "policy.json, line 1, column 1: the document is empty;"
            + " write an object with the members of a policy");
  }

  @Test
  void textThatIsNotUtf8_isRefused() {
    assertRefused(
        "{\"base\":[\"\u00e4\"]}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
        "policy.json, line 1, column 1: the document: invalid UTF-8;"
            + " write strict JSON (RFC 8259)");
    assertRefused(
        "\ufeff{\"base\":[\"a\"]}".getBytes(UTF_8),
        "policy.json, line 1, column 1: the document: byte order mark;"
            + " write strict JSON (RFC 8259)");
  }

  @Test
  void moreThanOneMebibyte_isRefusedUnread() {
    byte[] document = new byte[1024 * 1024 + 1];
    Arrays.fill(document, (byte) ' ');
    System.arraycopy("{\"base\":[\"a\"]}".getBytes(UTF_8), 0, document, 0, 14);
    assertRefused(
        document, "policy.json is larger than 1 MiB. Write patterns instead of so many rules.");
    assertThat(ToolPolicy.fromJson(Arrays.copyOf(document, 1024 * 1024), "policy.json").scopes())
        .containsExactly("a");
  }

  @Test
  void deepNesting_isRefused() {
    String deep = "{\"tools\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson(deep.getBytes(UTF_8), "policy.json"))
        .withMessageContaining("nested too deep");
  }

  /** An operator's text ends up in a log. */
  @Test
  void message_isOneShortLine() {
    String name = "\\r\\nERROR forged\\u2028" + "x".repeat(5000);
    String document = "{\"tools\":{\"" + name + "\":{\"" + name + "\":1}}}";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson(document.getBytes(UTF_8), "policy.json"))
        .satisfies(
            e -> {
              assertThat(e.getMessage()).hasSizeLessThan(2000);
              assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1);
              assertThat(e.getMessage()).doesNotContain("\u2028");
            });
  }

  private static void assertRefused(byte[] document, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.fromJson(document, "policy.json"))
        .withMessage(message);
  }

  private static Stream<Arguments> rows(String block) {
    return Arrays.stream(block.split("\n(?! *=>)", -1))
        .filter(row -> !row.isBlank())
        .map(
            row -> {
              String[] parts = row.strip().split("\n *=> ", -1);
              String[] place = parts[1].split("[: ]", 3);
              String problem = place[2].replace("TOP", TOP).replace("RULE", RULE);
              return Arguments.of(
                  parts[0],
                  "policy.json, line %s, column %s: %s".formatted(place[0], place[1], problem));
            });
  }
}
