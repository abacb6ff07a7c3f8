package io.mcpauth.policy;

import static io.mcpauth.internal.json.JsonCursor.Token.END_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.NAME;
import static io.mcpauth.internal.json.JsonCursor.Token.START_ARRAY;
import static io.mcpauth.internal.json.JsonCursor.Token.START_OBJECT;
import static io.mcpauth.internal.json.JsonCursor.Token.STRING;
import static io.mcpauth.policy.RpcMessageReader.differsInCase;
import static io.mcpauth.policy.RpcMessageReader.notRpc;
import static io.mcpauth.policy.RpcMessageReader.requireExactSpelling;
import static io.mcpauth.policy.RpcMessageReader.requireFew;
import static io.mcpauth.policy.RpcMessageReader.withoutNul;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.JsonCursor;
import io.mcpauth.internal.json.KnownNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code params} of a message: everything that some method is applied to. Which of it
 * counts is asked once the method is known, because it may stand behind.
 */
final class ParamsReader {
  /** What revision 2026-07-28 has no more. */
  static final Set<String> GONE = Set.of("resources/subscribe", "resources/unsubscribe");

  private static final String VERSION = "io.modelcontextprotocol/protocolVersion";
  private static final String SUBSCRIPTIONS = "resourceSubscriptions";
  private static final KnownNames MEMBERS =
      KnownNames.of("name", "arguments", "_meta", "uri", "taskId", "ref", "notifications");
  private static final KnownNames META = KnownNames.of(VERSION);
  private static final List<String> REFERENCE = List.of("type", "name", "uri");

  private final JsonCursor cursor;
  private final ArgumentReader argumentReader;
  private @Nullable String name;
  private @Nullable String uri;
  private @Nullable String taskId;
  private @Nullable String protocolVersion;
  private @Nullable Target reference;
  private @Nullable List<Target> subscriptions;
  private Map<String, Object> arguments = Map.of();

  ParamsReader(JsonCursor cursor, ArgumentReader argumentReader) {
    this.cursor = cursor;
    this.argumentReader = argumentReader;
  }

  /** Reads the object whose opening brace the cursor stands on. */
  void read() throws InvalidJsonException {
    for (int members = 1; cursor.next() == NAME; members++) {
      requireFew(members);
      String member = cursor.text(MEMBERS);
      requireExactSpelling(member, MEMBERS);
      JsonCursor.Token value = cursor.next();
      switch (member) {
        case "name" -> name = textOrNull(value);
        case "uri" -> uri = textOrNull(value);
        case "taskId" -> taskId = textOrNull(value);
        case "ref" -> reference = reference(value);
        case "notifications" -> subscriptions = notifications(value);
        case "arguments" -> arguments = argumentReader.read(value);
        case "_meta" -> readMeta(value);
        default -> cursor.skip();
      }
    }
  }

  /**
   * What the method is applied to; refused where its method demands one and it is not there, or is
   * too long.
   */
  List<Target> targets(String method) {
    List<Target> targets = named(method);
    for (Target target : targets) {
      if (target.isTooLong()) {
        throw notRpc("a name or URI of more than " + target.kind().longest() + " characters");
      }
    }
    return targets;
  }

  private List<Target> named(String method) {
    return switch (method) {
      case RpcCalls.Message.TOOLS_CALL ->
          List.of(new Target(Target.Kind.TOOL, required(name, "name")));
      case "prompts/get" -> List.of(new Target(Target.Kind.PROMPT, required(name, "name")));
      case "resources/read" -> List.of(new Target(Target.Kind.RESOURCE, required(uri, "uri")));
      case "resources/subscribe", "resources/unsubscribe" -> subscribed();
      case "completion/complete" -> {
        if (reference == null) {
          throw notRpc("params.ref names neither a prompt nor a resource");
        }
        yield List.of(reference);
      }
      case "subscriptions/listen" -> {
        if (subscriptions == null) {
          throw notRpc("params.notifications is missing or malformed");
        }
        yield subscriptions;
      }
      default -> List.of();
    };
  }

  /** A method that the revision does not have needs no {@code uri} either to be refused. */
  private List<Target> subscribed() {
    boolean gone = protocolVersion != null && protocolVersion.compareTo("2026-07-28") >= 0;
    return gone && uri == null
        ? List.of()
        : List.of(new Target(Target.Kind.RESOURCE, required(uri, "uri")));
  }

  Map<String, Object> arguments(String method) {
    boolean has = method.equals(RpcCalls.Message.TOOLS_CALL) || method.equals("prompts/get");
    return has ? arguments : Map.of();
  }

  @Nullable String mirroredName(String method) {
    return switch (method) {
      case RpcCalls.Message.TOOLS_CALL, "prompts/get" -> name;
      case "resources/read" -> uri;
      // The tasks extension mirrors the task of tasks/get, tasks/update and tasks/cancel.
      default -> method.startsWith("tasks/") ? taskId : null;
    };
  }

  @Nullable String protocolVersion() {
    return protocolVersion;
  }

  private void readMeta(JsonCursor.Token token) throws InvalidJsonException {
    if (token != START_OBJECT) {
      cursor.skip();
      return;
    }
    for (int members = 1; cursor.next() == NAME; members++) {
      requireFew(members);
      String member = cursor.text(META);
      requireExactSpelling(member, META);
      JsonCursor.Token value = cursor.next();
      if (member.equals(VERSION) && value == STRING) {
        protocolVersion = cursor.text();
      } else {
        cursor.skip();
      }
    }
  }

  /** The {@code ref} of {@code completion/complete}; null where two readers could disagree. */
  private @Nullable Target reference(JsonCursor.Token token) throws InvalidJsonException {
    if (token != START_OBJECT) {
      cursor.skip();
      return null;
    }
    String type = null;
    String prompt = null;
    String template = null;
    boolean exact = true;
    for (int members = 1; cursor.next() == NAME; members++) {
      requireFew(members);
      String member = cursor.text();
      for (String known : REFERENCE) {
        exact &= !differsInCase(member, known);
      }
      JsonCursor.Token value = cursor.next();
      switch (member) {
        case "type" -> type = textOrNull(value);
        case "name" -> prompt = textOrNull(value);
        case "uri" -> template = textOrNull(value);
        default -> cursor.skip();
      }
    }
    return exact && type != null ? referred(type, prompt, template) : null;
  }

  private static @Nullable Target referred(
      String type, @Nullable String prompt, @Nullable String template) {
    return switch (type) {
      case "ref/prompt" -> prompt == null ? null : new Target(Target.Kind.PROMPT, prompt);
      case "ref/resource" ->
          template == null ? null : new Target(Target.Kind.RESOURCE_TEMPLATE, template);
      default -> null;
    };
  }

  /** The filter of {@code subscriptions/listen}; null where two readers could disagree. */
  private @Nullable List<Target> notifications(JsonCursor.Token token) throws InvalidJsonException {
    if (token != START_OBJECT) {
      cursor.skip();
      return null;
    }
    List<Target> resources = List.of();
    boolean exact = true;
    for (int members = 1; cursor.next() == NAME; members++) {
      requireFew(members);
      String member = cursor.text();
      exact &= !differsInCase(member, SUBSCRIPTIONS);
      JsonCursor.Token value = cursor.next();
      if (member.equals(SUBSCRIPTIONS)) {
        resources = resources(value);
      } else {
        cursor.skip();
      }
    }
    return exact ? resources : null;
  }

  private @Nullable List<Target> resources(JsonCursor.Token token) throws InvalidJsonException {
    if (token != START_ARRAY) {
      cursor.skip();
      return null;
    }
    List<Target> resources = new ArrayList<>();
    boolean strings = true;
    JsonCursor.Token element = cursor.next();
    while (element != END_ARRAY) {
      if (resources.size() == RpcMessageReader.MAX_ITEMS) {
        throw RpcMessageReader.notRpc("more than " + RpcMessageReader.MAX_ITEMS + " resources");
      }
      String resource = textOrNull(element);
      if (resource == null) {
        strings = false;
      } else {
        resources.add(new Target(Target.Kind.RESOURCE, resource));
      }
      element = cursor.next();
    }
    return strings ? resources : null;
  }

  private @Nullable String textOrNull(JsonCursor.Token token) throws InvalidJsonException {
    if (token == STRING) {
      return withoutNul(cursor.text());
    }
    cursor.skip();
    return null;
  }

  private static String required(@Nullable String target, String member) {
    if (target == null) {
      throw notRpc("params." + member + " is missing or not a string");
    }
    return target;
  }
}
