package io.mcpauth.policy;

import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Policies, callers and calls by chance, small enough that rules often meet. Same seed, same all.
 */
final class RandomPolicy {
  static final List<String> TOOLS = List.of("a", "b", "ab", "ba", "aab", "bab", "abb");
  static final List<String> URIS = List.of("m:a", "m:ab", "m:b", "m:x/../a");
  static final List<String> EVERY_SCOPE = List.of("s1", "s2", "s3", "t1", "t2", "u", "s*");
  static final List<Object> VALUES = List.of(1L, true, "v");

  private static final List<String> PATTERNS = List.of("a*", "*b", "a*b", "*a*", "b*", "*", "ab*");
  private static final List<String> SCOPES = List.of("s1", "s2", "s3", "t1", "t2", "u");
  private static final List<String> METHODS =
      List.of("tools/list", "ping", "resources/read", "prompts/get", "tasks/get", "tools/*", "x/y");

  private final Random random;

  RandomPolicy(long seed) {
    random = new Random(seed);
  }

  /** The steps of a builder; each can be taken again, for a policy with one rule more. */
  List<Consumer<ToolPolicyBuilder>> steps() {
    List<Consumer<ToolPolicyBuilder>> steps = new ArrayList<>();
    String[] base = chance(3) ? scopes(1) : new String[0];
    steps.add(builder -> builder.baseScopes(base));
    if (chance(2)) {
      String[] initial = scopes(2);
      steps.add(builder -> builder.initialScopes(initial));
    }
    for (String broad : chance(2) ? scopes(2) : new String[0]) {
      String[] narrow = scopes(2);
      steps.add(builder -> builder.implies(broad, narrow));
    }
    if (chance(4)) {
      steps.add(builder -> builder.wildcardScopes("s*"));
    }
    if (chance(3)) {
      Set<String> cap = new LinkedHashSet<>(List.of(base));
      cap.addAll(List.of(scopes(3)));
      String[] scopes = cap.toArray(String[]::new);
      steps.add(builder -> builder.maxScopes(Principals.ISSUER, Principals.CLIENT, scopes));
    }
    if (chance(4)) {
      steps.add(ToolPolicyBuilder::toolListComplete);
    }
    addRules(steps);
    return steps;
  }

  private void addRules(List<Consumer<ToolPolicyBuilder>> steps) {
    rules(1 + random.nextInt(4)).forEach((n, access) -> steps.add(b -> b.tool(n, access)));
    rules(random.nextInt(3)).forEach((n, access) -> steps.add(b -> b.prompt(n, access)));
    for (String uri : chance(2) ? List.of("m:a", "m:*", "m:x/../a") : List.<String>of()) {
      Access access = access(false);
      steps.add(builder -> builder.resource(uri, access));
    }
    for (String method : METHODS) {
      if (chance(6)) {
        Access access = access(false);
        steps.add(builder -> builder.method(method, access));
      }
    }
  }

  private Map<String, Access> rules(int count) {
    Map<String, Access> rules = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = pick(chance(2) ? TOOLS : PATTERNS);
      Access access = access(true);
      boolean wide = new NamePattern(name).fitsAlmostAll();
      boolean possible = !wide || access.kind() == Access.Kind.CREDENTIAL;
      rules.put(possible ? name : "a", access);
    }
    return rules;
  }

  /** A rule for a tool, as a step. */
  Map.Entry<String, Access> toolRule() {
    return rules(1).entrySet().iterator().next();
  }

  static ToolPolicy built(List<Consumer<ToolPolicyBuilder>> steps) {
    ToolPolicyBuilder builder = ToolPolicy.builder();
    steps.forEach(step -> step.accept(builder));
    return builder.build();
  }

  Access access(boolean withArguments) {
    if (chance(8)) {
      return Access.denied();
    }
    Access access = chance(5) ? Access.anonymous() : credential();
    for (String argument : withArguments && chance(3) ? List.of("x", "y") : List.<String>of()) {
      Access then = chance(2) ? branch() : null;
      Access otherwise = then == null || chance(2) ? branch() : null;
      access = access.whenArgument(argument, List.of(pick(VALUES)), then, otherwise);
    }
    return access;
  }

  private Access branch() {
    return chance(5) ? Access.denied() : credential();
  }

  private Access credential() {
    Access access = Access.scopes(scopes(2));
    if (chance(3)) {
      access = access.anyOf("s1", pick(List.of("s2 s3", "t1", "u t2")), pick(List.of("t2", "s3")));
    }
    if (chance(8)) {
      access = access.role("r1");
    }
    if (chance(9)) {
      access = access.group("g1", "g2");
    }
    if (chance(9)) {
      access = access.claim("c", 1, "one");
    }
    return chance(10) ? access.scheme(Scheme.DPOP) : access;
  }

  @Nullable McpPrincipal caller() {
    return chance(6) ? null : known(scopes(4));
  }

  McpPrincipal known(String... scopes) {
    Map<String, Object> claims = new TreeMap<>();
    if (chance(2)) {
      claims.put("roles", List.of("r1"));
    }
    if (chance(2)) {
      claims.put("groups", "g2");
    }
    if (chance(2)) {
      claims.put("c", chance(2) ? "one" : "two");
    }
    String client = chance(2) ? Principals.CLIENT : "another";
    return Principals.of(client, chance(6) ? Scheme.DPOP : Scheme.BEARER, claims, scopes);
  }

  /** The same caller with these scopes. */
  static McpPrincipal with(McpPrincipal caller, Iterable<String> scopes) {
    Set<String> all = new LinkedHashSet<>();
    scopes.forEach(all::add);
    return Principals.of(
        caller.clientId(), caller.scheme(), caller.claims(), all.toArray(String[]::new));
  }

  RpcCalls.Message message() {
    return switch (random.nextInt(8)) {
      case 0 -> call(pick(List.of("ping", "tools/list", "tasks/get", "x/y", "no/such")), null);
      case 1 -> call("prompts/get", new Target(Target.Kind.PROMPT, pick(TOOLS)));
      case 2 -> call("resources/read", new Target(Target.Kind.RESOURCE, pick(URIS)));
      case 3 -> response();
      default -> call("tools/call", new Target(Target.Kind.TOOL, pick(TOOLS)));
    };
  }

  RpcCalls.Message call(String method, @Nullable Target target) {
    Map<String, Object> arguments = new TreeMap<>();
    boolean has = method.equals("tools/call") || method.equals("prompts/get");
    for (String name : has ? List.of("x", "y") : List.<String>of()) {
      if (!chance(4)) {
        arguments.put(
            name, chance(5) ? RpcCalls.Message.UNCLEAR : chance(4) ? "else" : pick(VALUES));
      }
    }
    return call(method, target, arguments);
  }

  static RpcCalls.Message call(
      String method, @Nullable Target target, Map<String, Object> arguments) {
    List<Target> targets = target == null ? List.of() : List.of(target);
    return new RpcCalls.Message(
        RpcCalls.Message.Kind.REQUEST, method, targets, arguments, null, null, 1L);
  }

  private static RpcCalls.Message response() {
    return new RpcCalls.Message(
        RpcCalls.Message.Kind.RESPONSE, null, List.of(), Map.of(), null, null, 1L);
  }

  /** At most so many different ones, or none. */
  String[] scopes(int most) {
    Set<String> scopes = new LinkedHashSet<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      scopes.add(pick(SCOPES));
    }
    return scopes.isEmpty() && most == 2 ? new String[] {"u"} : scopes.toArray(String[]::new);
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
