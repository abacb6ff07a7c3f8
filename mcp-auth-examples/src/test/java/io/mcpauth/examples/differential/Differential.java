package io.mcpauth.examples.differential;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.ToolPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the SDK would do with bodies against what was read and judged of them, and counts.
 *
 * <p>The policy in force is {@link GuardedTools#POLICY}.
 */
final class Differential {
  private final BodyReader reader;
  private final SdkMapper mapper;
  private final List<Callers.Caller> callers;
  private final List<String> escapes = new ArrayList<>();
  private final List<String> disagreements = new ArrayList<>();
  private int accepted;
  private int runs;
  private int runsOfWhatWasRefused;
  private int runsBeyondScope;
  private int runsAllowed;

  Differential(BodyReader reader, SdkMapper mapper, List<Callers.Caller> callers) {
    this.reader = reader;
    this.mapper = mapper;
    this.callers = callers;
  }

  /** Looks at one more body. */
  void on(byte[] body) {
    RpcCalls calls = reader.read(body);
    SdkReading seen = SdkReading.of(mapper.json(), body);
    ToolRun run = seen == null ? null : seen.run();
    accepted += calls == null ? 0 : 1;
    runs += run == null ? 0 : 1;
    if (calls != null && seen != null && !agree(calls, seen)) {
      disagreements.add(new String(body, ISO_8859_1));
    }
    if (run != null && calls == null) {
      runsOfWhatWasRefused++;
    } else if (run != null) {
      callers.forEach(caller -> judge(caller, Objects.requireNonNull(calls), run, body));
    }
  }

  /** Bodies for which the SDK runs a tool, or with arguments, that the caller has no scope for. */
  List<String> escapes() {
    return escapes;
  }

  /** Bodies in which the SDK finds another message than was read. */
  List<String> disagreements() {
    return disagreements;
  }

  /** Bodies that were read and not refused. */
  int accepted() {
    return accepted;
  }

  /** Bodies for which the SDK runs a tool. */
  int runs() {
    return runs;
  }

  /** Those of them that cannot be read strictly. */
  int runsOfWhatWasRefused() {
    return runsOfWhatWasRefused;
  }

  /** Bodies and callers for which the SDK runs what the policy does not allow. */
  int runsBeyondScope() {
    return runsBeyondScope;
  }

  /** Bodies and callers for which the SDK runs what the policy allows. */
  int runsAllowed() {
    return runsAllowed;
  }

  @Override
  public String toString() {
    return "%s %s: %d accepted, the SDK runs %d, of which %d refused as unreadable; with callers"
            .formatted(reader, mapper, accepted, runs, runsOfWhatWasRefused)
        + " %d refused by the policy, %d allowed, %d escapes, %d disagreements"
            .formatted(runsBeyondScope, runsAllowed, escapes.size(), disagreements.size());
  }

  private void judge(Callers.Caller caller, RpcCalls calls, ToolRun run, byte[] body) {
    boolean allowed =
        GuardedTools.POLICY.judge(caller.principal(), calls) instanceof ToolPolicy.Verdict.Allowed;
    if (!allowed) {
      runsBeyondScope++;
      return;
    }
    runsAllowed++;
    if (!GuardedTools.within(caller.scopes(), run)) {
      escapes.add(caller.scopes() + " " + new String(body, ISO_8859_1));
    }
  }

  private static boolean agree(RpcCalls calls, SdkReading seen) {
    if (calls.batch()) {
      return false; // the SDK reads none
    }
    RpcCalls.Message message = calls.messages().get(0);
    return Objects.equals(message.method(), seen.method())
        && (message.kind() == RpcCalls.Message.Kind.REQUEST) == seen.request()
        && (seen.target() == null || seen.target().equals(message.targets().get(0).name()))
        && agree(message.arguments(), seen.arguments());
  }

  /** What was surely told is there, and what was not told is not; of the rest nothing is said. */
  private static boolean agree(Map<String, Object> read, Map<String, Object> seen) {
    for (String name : GuardedTools.POLICY.argumentNames()) {
      Object told = read.get(name);
      boolean same =
          told == null
              ? !seen.containsKey(name)
              : told == RpcCalls.Message.UNCLEAR || told.equals(widened(seen.get(name)));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Object widened(@Nullable Object value) {
    return value instanceof Integer number ? Long.valueOf(number) : value;
  }
}
