package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which scopes a call needs: per tool, per JSON-RPC method, and for everything (the base scopes).
 *
 * <p>What it does not name is refused, apart from the methods that every client needs to talk to a
 * server at all; those need the base scopes: the handshake ({@code initialize}, {@code
 * server/discover}), {@code ping}, {@code logging/setLevel}, the lists of tools, prompts, resources
 * and resource templates, and the notifications {@code initialized}, {@code cancelled}, {@code
 * progress} and {@code roots/list_changed}. Names are compared exactly. Immutable; a decision is
 * pure and does no I/O.
 *
 * <p>Does not check: the arguments of a call.
 */
public final class ToolPolicy {
  /**
   * The methods that need no rule: the handshake, keep-alive, lists, log level and the client's
   * notifications of revisions 2025-03-26 to 2026-07-28. A rule of their own replaces this default.
   */
  static final Set<String> PROTOCOL_METHODS =
      Set.of(
          "initialize",
          "server/discover",
          "ping",
          "logging/setLevel",
          "tools/list",
          "prompts/list",
          "resources/list",
          "resources/templates/list",
          "notifications/initialized",
          "notifications/cancelled",
          "notifications/progress",
          "notifications/roots/list_changed");

  private final List<String> baseScopes;
  private final List<String> initialScopes;
  private final Map<String, List<String>> tools;
  private final Map<String, List<String>> methods;
  private final Map<String, Set<String>> implied;

  private ToolPolicy(Builder builder) {
    this.baseScopes = builder.baseScopes == null ? List.of() : builder.baseScopes;
    this.initialScopes = builder.initialScopes == null ? List.of() : builder.initialScopes;
    this.tools = Collections.unmodifiableMap(new LinkedHashMap<>(builder.tools));
    this.methods = Collections.unmodifiableMap(new LinkedHashMap<>(builder.methods));
    this.implied = closure(builder.implied);
  }

  /** A builder for a policy that allows the protocol methods and no tool. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Judges the messages of a request.
   *
   * @param granted the scopes of the caller's token
   * @param calls the messages; none for a request without a body, which needs the base scopes
   */
  public PolicyVerdict judge(Collection<String> granted, RpcCalls calls) {
    Set<String> required = new LinkedHashSet<>(baseScopes);
    for (RpcMessage message : calls.messages()) {
      List<String> scopes = scopesOf(message);
      if (scopes == null) {
        return new PolicyVerdict.Denied(message.summary());
      }
      required.addAll(scopes);
    }
    List<String> missing = required.stream().filter(scope -> !covers(granted, scope)).toList();
    return missing.isEmpty()
        ? new PolicyVerdict.Allowed()
        : new PolicyVerdict.ScopesMissing(List.copyOf(required), missing);
  }

  /**
   * The scopes that a client should ask for at its first login: those of {@link
   * Builder#initialScopes}, base scopes first.
   */
  public List<String> initialScopes() {
    Set<String> scopes = new LinkedHashSet<>(baseScopes);
    scopes.addAll(initialScopes);
    return List.copyOf(scopes);
  }

  /** Every scope that the policy names, in the order of the rules. */
  public List<String> scopes() {
    Set<String> scopes = new LinkedHashSet<>(baseScopes);
    scopes.addAll(initialScopes);
    tools.values().forEach(scopes::addAll);
    methods.values().forEach(scopes::addAll);
    implied.forEach(
        (broad, narrow) -> {
          scopes.add(broad);
          narrow.stream().sorted().forEach(scopes::add);
        });
    return List.copyOf(scopes);
  }

  /** The scopes of a message beside the base scopes, or null where no rule names it. */
  private @Nullable List<String> scopesOf(RpcMessage message) {
    String method = message.method();
    if (method == null) {
      return List.of(); // a response answers the server: base scopes
    }
    if (method.equals(RpcMessage.TOOLS_CALL)) {
      return message.targets().isEmpty() ? null : tools.get(message.targets().get(0).name());
    }
    List<String> scopes = methods.get(method);
    return scopes == null && PROTOCOL_METHODS.contains(method) ? List.of() : scopes;
  }

  private boolean covers(Collection<String> granted, String scope) {
    if (granted.contains(scope)) {
      return true;
    }
    for (String held : granted) {
      if (implied.getOrDefault(held, Set.of()).contains(scope)) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, Set<String>> closure(Map<String, Set<String>> direct) {
    Map<String, Set<String>> closure = new LinkedHashMap<>();
    for (String broad : direct.keySet()) {
      Set<String> reached = new LinkedHashSet<>();
      List<String> open = new ArrayList<>(List.of(broad));
      while (!open.isEmpty()) {
        for (String next : direct.getOrDefault(open.remove(open.size() - 1), Set.of())) {
          if (reached.add(next)) {
            open.add(next);
          }
        }
      }
      closure.put(broad, Set.copyOf(reached));
    }
    return Collections.unmodifiableMap(closure);
  }

  /** Collects the rules. A rule that is set twice stops the start. */
  public static final class Builder {
    private static final Pattern METHOD =
        Pattern.compile("[a-z][A-Za-z0-9_.$-]*(/[A-Za-z0-9_.$-]+)*");

    private @Nullable List<String> baseScopes;
    private @Nullable List<String> initialScopes;
    private final Map<String, List<String>> tools = new LinkedHashMap<>();
    private final Map<String, List<String>> methods = new LinkedHashMap<>();
    private final Map<String, Set<String>> implied = new LinkedHashMap<>();

    private Builder() {}

    /** The scopes that every request needs, whatever it asks for. None by default. */
    public Builder baseScopes(String... scopes) {
      if (baseScopes != null) {
        throw twice("The base scopes");
      }
      baseScopes = checked(scopes);
      return this;
    }

    /**
     * The scopes that the first challenge names, so that a user is not asked again for the everyday
     * tools. None by default; the base scopes are always among them. They are not required of a
     * request.
     */
    public Builder initialScopes(String... scopes) {
      if (initialScopes != null) {
        throw twice("The initial scopes");
      }
      initialScopes = checked(scopes);
      return this;
    }

    /** A tool and the scopes, all of them, that calling it needs; with none, the base scopes. */
    public Builder tool(String name, String... scopes) {
      if (name.isEmpty() || !name.equals(name.strip())) {
        throw new IllegalArgumentException(
            "Tool '" + name + "' is empty or has space around it. Write the exact name.");
      }
      if (tools.putIfAbsent(name, checked(scopes)) != null) {
        throw twice("Tool '" + name + "'");
      }
      return this;
    }

    /**
     * A JSON-RPC method, such as {@code resources/read}, and the scopes that it needs.
     *
     * @throws IllegalArgumentException for {@code tools/call}: tools have rules of their own
     */
    public Builder method(String method, String... scopes) {
      if (method.isEmpty() || method.equals(RpcMessage.TOOLS_CALL)) {
        throw new IllegalArgumentException(
            "Method '" + method + "' cannot have a rule. Write tool(name, scopes) for each tool.");
      }
      if (!METHOD.matcher(method).matches()) {
        throw new IllegalArgumentException(
            "Method '"
                + method
                + "' is no JSON-RPC method. Write it exactly, such as 'tools/list'.");
      }
      if (methods.putIfAbsent(method, checked(scopes)) != null) {
        throw twice("Method '" + method + "'");
      }
      return this;
    }

    /**
     * A scope that stands for others too, such as {@code files:write} for {@code files:read}. The
     * challenge still names the narrow scope.
     */
    public Builder implies(String broad, String... narrow) {
      checked(broad);
      if (narrow.length == 0) {
        throw new IllegalArgumentException(
            "Scope '" + broad + "' implies nothing. Write the scopes that it stands for.");
      }
      if (implied.putIfAbsent(broad, new LinkedHashSet<>(checked(narrow))) != null) {
        throw twice("What '" + broad + "' implies");
      }
      return this;
    }

    /** The policy. */
    public ToolPolicy build() {
      return new ToolPolicy(this);
    }

    private static List<String> checked(String... scopes) {
      for (String scope : scopes) {
        requireScope(scope);
      }
      if (new LinkedHashSet<>(Arrays.asList(scopes)).size() != scopes.length) {
        throw new IllegalArgumentException(
            "Scopes " + Arrays.toString(scopes) + " name one twice. Write it once.");
      }
      return List.of(scopes);
    }

    private static void requireScope(String scope) {
      // RFC 6749 section 3.3: printable ASCII without space, quote and backslash.
      boolean token =
          !scope.isEmpty()
              && scope.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\');
      if (!token) {
        throw new IllegalArgumentException(
            "Scope '" + scope + "' is not a scope token. Write one argument for each scope.");
      }
      if (scope.equals("offline_access")) {
        // MCP authorization, "Scope Selection": it asks for a refresh token, no resource needs it.
        throw new IllegalArgumentException(
            "Scope 'offline_access' is between client and authorization server. Remove it.");
      }
    }

    private static IllegalArgumentException twice(String what) {
      return new IllegalArgumentException(what + " is set twice. Set it once.");
    }
  }
}
