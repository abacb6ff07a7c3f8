package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.policy.ToolPolicy.Verdict;
import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of patterns that overlap all apply, and who has to log in for one of them has to log in. */
class OverlappingPatternsTest {
  private static final String ANONYMOUS = "open";
  private static final String DENIED = "denied";

  /** Rules, a name, and what it needs: scopes, nothing but a login ({@code -}), or a word. */
  @ParameterizedTest(name = "{0} on {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          admin_*=admin *_report=read             | admin_report  | admin read
          admin_*=admin *_report=read             | admin_drop    | admin
          admin_*=admin *_report=read             | sales_report  | read
          admin_*=admin *_report=read admin_report=one | admin_report | one
          adm_*=adm *_status=open                 | adm_status    | adm
          adm_*=- *_status=open                   | adm_status    | -
          adm_*=adm *_status=open                 | app_status    | open
          adm_*=open *_status=open                | adm_status    | open
          adm_*=denied *_status=open              | adm_status    | denied
          adm_*=adm *_status=denied               | adm_status    | denied
          adm_*=adm *_status=open adm_s*=denied   | adm_status    | denied
          adm_*=adm *_status=open adm_status=open | adm_status    | open
          adm_*=adm *_status=open adm_*_status=open | adm_x_status | open
          adm_*=adm *_status=open adm_x*=x        | adm_x_status  | x
          adm_*=adm *_status=open *_x_*=x         | adm_x_status  | adm x
          adm_*=adm *_status=open *_x_*=open      | adm_x_status  | adm
          a*=one *_x_*=two *z=three               | a_x_z         | one two three
          a*=one *_x_*=open *z=open               | a_x_z         | one
          a*=open *_x_*=open *z=open              | a_x_z         | open
          a*=open *_x_*=open *z=denied            | a_x_z         | denied
          *=all a*=one *z=open                    | a_z           | one
          *=all *z=open                           | a_z           | open
          *=all a*=one ab*=two *z=open            | abz           | two
          """)
  void overlappingPatterns_allApply(String rules, String name, String needs) {
    List<String> all = new ArrayList<>(List.of(rules.split(" +", -1)));
    for (int i = 0; i < all.size(); i++) {
      Collections.rotate(all, 1);
      assertNeeds(all, name, needs);
      Collections.reverse(all);
      assertNeeds(all, name, needs);
      Collections.reverse(all);
    }
  }

  private static void assertNeeds(List<String> rules, String name, String needs) {
    Map<String, Access> accesses = new LinkedHashMap<>();
    rules.forEach(
        rule ->
            accesses.put(
                rule.substring(0, rule.indexOf('=')),
                access(rule.substring(rule.indexOf('=') + 1))));
    for (Section section : Section.values()) {
      ToolPolicy policy = section.policy(accesses);
      RpcCalls call = section.call(name);
      Verdict anonymous = policy.judge(null, call);
      Verdict known = policy.judge(Principals.with(), call);
      assertThat(policy.explain(null, call).verdict()).isEqualTo(anonymous);
      switch (needs) {
        case ANONYMOUS -> assertThat(anonymous).isEqualTo(new Verdict.Allowed());
        case DENIED -> assertThat(known).isInstanceOf(Verdict.Denied.class);
        case "-" -> {
          assertThat(anonymous).isEqualTo(new Verdict.CredentialMissing(List.of()));
          assertThat(known).isEqualTo(new Verdict.Allowed());
        }
        default -> {
          Set<String> scopes = Set.of(needs.split(" ", -1));
          assertThat(anonymous).isInstanceOf(Verdict.CredentialMissing.class);
          assertThat(scopes(known)).isEqualTo(scopes);
          assertThat(policy.judge(Principals.with(needs.split(" ", -1)), call))
              .isEqualTo(new Verdict.Allowed());
        }
      }
      Target target = section.target(name);
      if (target != null) {
        assertThat(policy.reach(null, target))
            .isEqualTo(
                needs.equals(ANONYMOUS)
                    ? ToolPolicy.Reach.GRANTED
                    : needs.equals(DENIED) ? ToolPolicy.Reach.NEVER : ToolPolicy.Reach.STEP_UP);
      }
    }
  }

  @Test
  void schemesOfATool_nameTheScopesOfAllThatApply() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("admin_*", Access.scopes("admin"))
            .tool("*_report", Access.scopes().anyOf("read", "audit"))
            .tool("*_status", Access.anonymous())
            .build();
    assertThat(policy.securitySchemes("admin_report").toString())
        .contains("scopes=[read, admin]", "scopes=[audit, admin]");
    assertThat(policy.securitySchemes("admin_status").toString())
        .contains("scopes=[admin]")
        .doesNotContain("noauth");
    assertThat(policy.securitySchemes("app_status").toString()).contains("noauth");
  }

  @Test
  void argumentMirroredInTwoHeaders_isRefused() {
    Access one = Access.scopes().paramHeader("region", "Region");
    Access two = Access.scopes().paramHeader("region", "Area");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.builder().tool("a*", one).tool("*z", two).build())
        .withMessageContaining("'tools.a*' and 'tools.*z' both apply")
        .withMessageEndingWith("Write the same header in both.");
    assertThat(ToolPolicy.builder().tool("a*", one).tool("ab*", two).build().argumentNames())
        .containsExactly("region");
    assertThat(ToolPolicy.builder().tool("a*", one).tool("*z", one).build().argumentNames())
        .containsExactly("region");
  }

  /** Judged as by the sentence in the documentation, read as simply as it can be. */
  @Test
  void randomRules_areJudgedAsASimpleReaderDoes() {
    Random random = new Random(12);
    List<String> words = new ArrayList<>();
    words("", words);
    int applied = 0;
    for (int round = 0; round < 2_000; round++) {
      Map<String, Access> rules = randomRules(random);
      Section section = Section.values()[random.nextInt(Section.values().length)];
      ToolPolicy policy = section.policy(rules);
      for (int i = 0; i < 10; i++) {
        String name = words.get(1 + random.nextInt(words.size() - 1));
        List<Access> deciding = deciding(rules, name, words);
        applied += deciding.size() > 1 ? 1 : 0;
        assertThat(shown(policy, section.call(name)))
            .as("round %d: %s on %s %s", round, rules, section, name)
            .isEqualTo(expected(deciding));
      }
    }
    assertThat(applied).as("names with several rules").isGreaterThan(1_000);
  }

  private static Map<String, Access> randomRules(Random random) {
    Map<String, Access> rules = new LinkedHashMap<>();
    for (int i = 2 + random.nextInt(5); i > 0; i--) {
      StringBuilder name = new StringBuilder();
      for (int length = 2 + random.nextInt(3); length > 0; length--) {
        name.append("ab**".charAt(random.nextInt(4)));
      }
      boolean wide = literals(name.toString()) < 2;
      int kind = random.nextInt(8);
      Access access =
          kind == 0 && !wide
              ? Access.denied()
              : kind < 3 && !wide ? Access.anonymous() : Access.scopes("s" + random.nextInt(4));
      rules.put(name + (wide ? "b" : ""), access);
    }
    return rules;
  }

  /** Exact; else what denies; else all but those that a longer one of them is within. */
  private static List<Access> deciding(Map<String, Access> rules, String name, List<String> words) {
    Access exact = rules.get(name);
    if (exact != null) {
      return List.of(exact);
    }
    Map<String, Access> matching = new LinkedHashMap<>(rules);
    matching.keySet().removeIf(pattern -> !matches(pattern, name));
    if (matching.containsValue(Access.denied())) {
      return List.of(Access.denied());
    }
    Map<String, Access> left = new LinkedHashMap<>(matching);
    left.keySet()
        .removeIf(wide -> matching.keySet().stream().anyMatch(p -> within(p, wide, words)));
    return List.copyOf(left.values());
  }

  private static boolean within(String narrow, String wide, List<String> words) {
    return literals(narrow) > literals(wide)
        && words.stream()
            .filter(word -> matches(narrow, word))
            .allMatch(word -> matches(wide, word));
  }

  private static String expected(List<Access> deciding) {
    if (deciding.isEmpty() || deciding.contains(Access.denied())) {
      return DENIED;
    }
    if (deciding.stream().allMatch(access -> access.kind() == Access.Kind.ANONYMOUS)) {
      return ANONYMOUS;
    }
    Set<String> scopes = new LinkedHashSet<>();
    deciding.forEach(access -> scopes.addAll(access.allOf()));
    return "needs " + scopes.stream().sorted().toList();
  }

  private static String shown(ToolPolicy policy, RpcCalls call) {
    if (policy.judge(null, call) instanceof Verdict.Allowed) {
      return ANONYMOUS;
    }
    Verdict verdict = policy.judge(Principals.with(), call);
    return verdict instanceof Verdict.Denied
        ? DENIED
        : "needs " + scopes(verdict).stream().sorted().toList();
  }

  private static int literals(String pattern) {
    return pattern.replace("*", "").length();
  }

  private static boolean matches(String pattern, String name) {
    return name.matches(pattern.replace("*", ".*"));
  }

  /** All words of up to six letters, one of which is in no pattern. */
  private static void words(String word, List<String> words) {
    words.add(word);
    if (word.length() < 6) {
      List.of("a", "b", "c").forEach(letter -> words(word + letter, words));
    }
  }

  private static Set<String> scopes(Verdict verdict) {
    return verdict instanceof Verdict.ScopesMissing missing
        ? Set.copyOf(missing.required())
        : Set.of();
  }

  private static Access access(String word) {
    return switch (word) {
      case ANONYMOUS -> Access.anonymous();
      case DENIED -> Access.denied();
      case "-" -> Access.scopes();
      default -> Access.scopes(word);
    };
  }

  /** Where a rule may stand, with a name of it. */
  private enum Section {
    TOOLS,
    PROMPTS,
    RESOURCES,
    METHODS;

    /** Patterns for resources begin with a scheme and a host. */
    private String named(String name) {
      return this == RESOURCES ? "m://h/" + name : this == METHODS ? "m/" + name : name;
    }

    ToolPolicy policy(Map<String, Access> rules) {
      ToolPolicyBuilder builder = ToolPolicy.builder();
      rules.forEach(
          (name, access) -> {
            switch (this) {
              case TOOLS -> builder.tool(name, access);
              case PROMPTS -> builder.prompt(name, access);
              case RESOURCES -> builder.resource(named(name), access);
              case METHODS -> builder.method(named(name), access);
            }
          });
      return builder.build();
    }

    RpcCalls call(String name) {
      return switch (this) {
        case TOOLS -> RpcCalls.tool(name, Map.of());
        case PROMPTS -> RpcCalls.prompt(name);
        case RESOURCES -> RpcCalls.resource(named(name));
        case METHODS -> RpcCalls.method(named(name));
      };
    }

    @Nullable Target target(String name) {
      return switch (this) {
        case TOOLS -> Target.tool(name);
        case PROMPTS -> Target.prompt(name);
        case RESOURCES -> Target.resource(named(name));
        case METHODS -> null;
      };
    }
  }
}
