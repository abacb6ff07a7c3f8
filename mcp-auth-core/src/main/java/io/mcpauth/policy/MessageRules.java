package io.mcpauth.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules that a message falls under: that of its method, and those of what it is applied
 * to.
 *
 * @param rules of the policy
 */
record MessageRules(PolicyRules rules) {
  /** What a policy calls every request without a body: GET, HEAD, DELETE and OPTIONS. */
  static final String WITHOUT_BODY = "GET";

  /** The methods that need no rule besides that of what they are applied to. */
  private static final Set<String> BY_TARGET =
      Set.of(
          RpcCalls.Message.TOOLS_CALL,
          "prompts/get",
          "resources/read",
          "resources/subscribe",
          "resources/unsubscribe",
          "completion/complete");

  /** Those of a request without a message, such as the GET of an event stream. */
  List<Rule> withoutBody() {
    List<Rule> own = rules.section(PolicyRules.METHODS).exactly(WITHOUT_BODY);
    return own.isEmpty() ? List.of(rules.defaults().withoutBody()) : own;
  }

  /** All of them; none where something of the message is named by no rule. */
  List<Rule> of(RpcCalls.Message message) {
    String method = message.method();
    if (method == null) {
      return List.of(rules.defaults().response());
    }
    if (message.targets().isEmpty() && ParamsReader.GONE.contains(method)) {
      return List.of(); // whatever names the method: there is no resource to judge it by
    }
    return of(method, message.targets());
  }

  /** Those of a method and of what it is applied to. */
  List<Rule> of(String method, List<Target> targets) {
    List<Rule> own = rules.section(PolicyRules.METHODS).of(method);
    if (own.isEmpty()) {
      own = rules.defaults().of(method);
    }
    if (targets.isEmpty() || (own.isEmpty() && !BY_TARGET.contains(method))) {
      return own;
    }
    if (own.isEmpty() && targets.size() == 1) {
      List<Rule> only = of(targets.get(0), method);
      return only == null ? List.of() : only;
    }
    Set<Rule> all = new LinkedHashSet<>(own);
    for (Target target : targets) {
      List<Rule> found = of(target, method);
      if (found == null) {
        return List.of();
      }
      all.addAll(found);
    }
    return List.copyOf(all);
  }

  /**
   * The rules of a target; null where it needs one and has none. Where the policy has no rule at
   * all for prompts or resources, one of exactly the method stands for every one of them.
   */
  private @Nullable List<Rule> of(Target target, String method) {
    List<Rule> found = rules.of(target);
    if (!found.isEmpty()) {
      return found;
    }
    if (target.kind() == Target.Kind.TOOL || !rules.section(target.kind()).isEmpty()) {
      return null;
    }
    // Listening to a resource is what subscribing to it was before.
    String named = method.equals("subscriptions/listen") ? "resources/subscribe" : method;
    List<Rule> ofMethod =
        rules.section(PolicyRules.METHODS).exactly(named); // not what * happens to fit
    return ofMethod.isEmpty() ? null : ofMethod;
  }
}
