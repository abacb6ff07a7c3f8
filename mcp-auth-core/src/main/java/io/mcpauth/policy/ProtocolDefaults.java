package io.mcpauth.policy;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a policy need not say: the methods of revisions 2025-03-26 to 2026-07-28 that every client
 * uses. They need the base scopes; where something is open to everybody, the way to it is too. A
 * rule of the policy's own replaces a default.
 */
final class ProtocolDefaults {
  static final String SECTION = "default";

  /** What a client sends right after the handshake, and what changes its own session alone. */
  static final String OF_A_SESSION = "logging/setLevel";

  /** What a client sends before and around a call. */
  private static final Set<String> HANDSHAKE =
      Set.of(
          "initialize",
          "server/discover",
          "ping",
          "notifications/initialized",
          "notifications/cancelled",
          "notifications/progress",
          "notifications/roots/list_changed");

  private static final Map<String, Target.Kind> LISTS =
      Map.of(
          "tools/list", Target.Kind.TOOL,
          "prompts/list", Target.Kind.PROMPT,
          "resources/list", Target.Kind.RESOURCE,
          "resources/templates/list", Target.Kind.RESOURCE);

  /**
   * What needs a known caller in any case. Tasks are addressed by ids that the server hands out; it
   * has to bind them to the caller.
   */
  private static final Set<String> OTHERS =
      Set.of(
          "notifications/tasks/status",
          "tasks/get",
          "tasks/list",
          "tasks/result",
          "tasks/update",
          "tasks/cancel",
          "subscriptions/listen");

  private final Set<Target.Kind> openKinds;
  private final Rule withoutBody;
  private final Rule response;
  private final Map<String, List<Rule>> rules = new HashMap<>();

  /** With the kinds of which something is open to everybody. */
  ProtocolDefaults(Set<Target.Kind> openKinds) {
    this.openKinds = openKinds;
    boolean handshakeOpen = !openKinds.isEmpty();
    this.withoutBody = rule("stream", handshakeOpen);
    this.response = rule("response", handshakeOpen);
    HANDSHAKE.forEach(method -> rules.put(method, List.of(rule(method, handshakeOpen))));
    LISTS.forEach(
        (method, kind) -> rules.put(method, List.of(rule(method, openKinds.contains(kind)))));
    OTHERS.forEach(method -> rules.put(method, List.of(rule(method, false))));
    rules.put(OF_A_SESSION, List.of(rule(OF_A_SESSION, handshakeOpen)));
  }

  /** These, where something of another kind is open to everybody too. */
  ProtocolDefaults withOpen(Target.Kind kind) {
    Set<Target.Kind> open = EnumSet.of(kind);
    open.addAll(openKinds);
    return new ProtocolDefaults(open);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProtocolDefaults that && openKinds.equals(that.openKinds);
  }

  @Override
  public int hashCode() {
    return openKinds.hashCode();
  }

  /** A request without a message, such as the GET of an event stream: part of the handshake. */
  Rule withoutBody() {
    return withoutBody;
  }

  /** A client's answer to the server (up to revision 2025-11-25). */
  Rule response() {
    return response;
  }

  /** The rule of a method; none where the policy itself has to name it. */
  List<Rule> of(String method) {
    return rules.getOrDefault(method, List.of());
  }

  /** Whether everybody may talk to the server, though not about everything. */
  boolean isHandshakeOpen() {
    return !openKinds.isEmpty();
  }

  /** Whether everybody may see the list of a kind. */
  boolean isOpen(Target.Kind kind) {
    return openKinds.contains(kind);
  }

  private static Rule rule(String method, boolean open) {
    return new Rule(SECTION, new NamePattern(method), open ? Access.anonymous() : Access.scopes());
  }
}
