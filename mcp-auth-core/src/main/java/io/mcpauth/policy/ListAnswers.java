package io.mcpauth.policy;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a server's answers to list requests what their caller is not shown: {@link
 * ToolPolicy#lists} says it of each tool, prompt, resource and resource template. For adapters that
 * pass a server's answers on and cannot have the server itself ask the policy.
 *
 * <p>An answer is known by its form and not by its id: every JSON-RPC result with an array {@code
 * tools}, {@code prompts}, {@code resources} or {@code resourceTemplates}. So a list that comes
 * again, or on another stream than was asked for it, is reduced too. From revision 2026-07-28 on a
 * list that differs between callers is marked {@code cacheScope: "private"} (server/utilities,
 * "Caching"). Where nothing has to be changed the bytes stay as they are.
 *
 * <p>Does not check: that what is hidden cannot be called, which is the policy's part at the call;
 * nor what descriptions say of other tools.
 */
public final class ListAnswers {
  /** The most bytes of an answer, or of one event, that are kept and looked at: 4 MiB. */
  public static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final Set<String> METHODS =
      Set.of("tools/list", "prompts/list", "resources/list", "resources/templates/list");

  private final Supplier<ToolPolicy> policy;
  private final @Nullable Caller caller;
  private final @Nullable String revision;

  /** A list in a result: its member, what names an item, and what items are. */
  private enum Form {
    TOOLS("tools", "name", Target.Kind.TOOL),
    PROMPTS("prompts", "name", Target.Kind.PROMPT),
    RESOURCES("resources", "uri", Target.Kind.RESOURCE),
    TEMPLATES("resourceTemplates", "uriTemplate", Target.Kind.RESOURCE_TEMPLATE);

    private final String member;
    private final String name;
    private final Target.Kind kind;

    Form(String member, String name, Target.Kind kind) {
      this.member = member;
      this.name = name;
      this.kind = kind;
    }
  }

  /** What has the form of a list and is none that can be judged. */
  private static final class NotAList extends Exception {
    private static final long serialVersionUID = 1L;

    NotAList() {
      super("An item of a list has no name", null, false, false);
    }
  }

  /**
   * The answers for one caller.
   *
   * @param policy gives the policy in force, and is asked for each answer
   * @param caller the proven caller, or null for an anonymous request
   * @param revision the protocol revision of the request, or null where it names none
   */
  public ListAnswers(
      Supplier<ToolPolicy> policy, @Nullable Caller caller, @Nullable String revision) {
    this.policy = policy;
    this.caller = caller;
    this.revision = revision;
  }

  /** Whether one of the messages asks for a list. */
  public static boolean areAskedForBy(RpcCalls calls) {
    return calls.messages().stream().anyMatch(ListAnswers::asksForAList);
  }

  /** A response has no method. */
  private static boolean asksForAList(RpcCalls.Message message) {
    String method = message.method();
    return method != null && METHODS.contains(method);
  }

  /**
   * The body of a JSON answer without what its caller is not shown: a JSON-RPC message, or a batch
   * of them.
   *
   * @return the same array where nothing has to be changed; null where the body cannot be read as
   *     strict JSON, or what should be a list is none: it must not be passed on then
   */
  public byte @Nullable [] reduced(byte[] body) {
    try {
      Object answer = Json.value(body);
      Object shown = answer instanceof List<?> batch ? reducedBatch(batch) : reduced(answer);
      return shown == answer ? body : Json.writeValue(shown);
    } catch (InvalidJsonException | NotAList e) {
      return null;
    }
  }

  /**
   * A reader of one event stream, for the thread that the stream is read with.
   *
   * @param instead what stands in the place of a message that cannot be read or is too large: a
   *     JSON-RPC error on one line, whose id becomes that of the message where it is found
   */
  public ListEvents events(byte[] instead) {
    return new ListEvents(this, instead);
  }

  private List<?> reducedBatch(List<?> batch) throws NotAList {
    List<@Nullable Object> shown = new ArrayList<>(batch.size());
    boolean same = true;
    for (Object message : batch) {
      Object next = reduced(message);
      same &= next == message;
      shown.add(next);
    }
    return same ? batch : shown;
  }

  private @Nullable Object reduced(@Nullable Object message) throws NotAList {
    if (!(message instanceof Map<?, ?> members)
        || !(members.get("result") instanceof Map<?, ?> result)) {
      return message; // no answer, or an error
    }
    Map<Object, @Nullable Object> shown = new LinkedHashMap<>(result);
    boolean same = true;
    for (Form form : Form.values()) {
      if (result.get(form.member) instanceof List<?> items) { // else it is no list to anybody
        same &= !reduce(shown, form, items);
      }
    }
    if (same) {
      return message;
    }
    Map<Object, @Nullable Object> whole = new LinkedHashMap<>(members);
    whole.put("result", shown);
    return whole;
  }

  /** Returns whether something was changed. */
  private boolean reduce(Map<Object, @Nullable Object> result, Form form, List<?> items)
      throws NotAList {
    ToolPolicy inForce = policy.get();
    List<@Nullable Object> shown = new ArrayList<>(items.size());
    for (Object item : items) {
      if (!(item instanceof Map<?, ?> members)
          || !(members.get(form.name) instanceof String name)) {
        throw new NotAList();
      }
      if (inForce.lists(caller, new Target(form.kind, name))) {
        shown.add(item);
      }
    }
    boolean changed = shown.size() < items.size();
    if (changed) {
      result.put(form.member, shown);
    }
    Map<String, Object> marks =
        changed ? ToolPolicy.ownListCaching(revision) : inForce.listCaching(form.kind, revision);
    changed |= !result.entrySet().containsAll(marks.entrySet());
    result.putAll(marks);
    return changed;
  }
}
