package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.RpcCalls;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds the headers that repeat parts of the body to that body (MCP 2026-07-28, Streamable HTTP,
 * "Server Validation"), so that nothing that reads the headers alone was told another story. Older
 * revisions know none of them: there a header that is there and that the policy declares is
 * compared, and all others are ignored. Nothing is decided on a header.
 */
final class MirroredHeaders {
  private static final String VERSION = "MCP-Protocol-Version";
  private static final String METHOD = "Mcp-Method";
  private static final String NAME = "Mcp-Name";
  private static final String PARAM = "Mcp-Param-";

  /** The methods that have to carry {@code Mcp-Name}. */
  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get", "resources/read");

  /** An integer as servers may compare it: "42.0" and "42" are equal. */
  private static final Pattern INTEGER =
      Pattern.compile("(-?(?:0|[1-9][0-9]{0,18}))(?:\\.0{1,18})?");

  private static final Set<String> NONE = Set.of();

  private final AccessRequest request;
  private final Set<String> compared = new HashSet<>();

  private MirroredHeaders(AccessRequest request) {
    this.request = request;
  }

  /** Every line that names a revision. */
  static List<String> version(AccessRequest request) {
    return lines(request, VERSION);
  }

  /**
   * Requires that version, method, name and declared arguments in the headers are those of the
   * body. In a revision before 2026-07-28 only declared arguments, where their headers are there:
   * what those clients write into the others decides nothing and refuses nobody.
   *
   * @param revision that of the request
   * @param paramHeaders what stands behind {@code Mcp-Param-}, for each declared argument of a call
   * @return the names in lower case of the headers that repeat every message, the version's aside:
   *     whoever is behind may rely on these, and on no other
   * @throws AuthException HEADER_MISMATCH if one is missing, superfluous or different;
   *     REVISION_MISSING if the body has no version to compare
   */
  static Set<String> require(
      AccessRequest request,
      RpcCalls calls,
      ProtocolRevision revision,
      Function<RpcCalls.Message, Map<String, String>> paramHeaders) {
    Set<String> compared = null;
    for (RpcCalls.Message call : calls.messages()) {
      Map<String, String> declared = paramHeaders.apply(call);
      if (!revision.isStateless() && declared.isEmpty()) {
        compared = NONE; // of this message no header is compared, so none speaks for all
        continue;
      }
      MirroredHeaders headers = new MirroredHeaders(request);
      if (revision.isStateless()) {
        headers.requireVersionMethodAndName(call);
      }
      headers.requireParams(call, declared, revision.isStateless());
      if (compared == null) {
        compared = headers.compared;
      } else if (!compared.isEmpty()) {
        compared.retainAll(headers.compared); // a batch, for which one header cannot speak else
      }
    }
    return compared == null ? NONE : Set.copyOf(compared);
  }

  private void requireVersionMethodAndName(RpcCalls.Message call) {
    boolean notification = call.kind() == RpcCalls.Message.Kind.NOTIFICATION;
    String version = single(request, VERSION);
    // A notification defines no fields of its own to repeat the version in.
    if (!notification || call.protocolVersion() != null) {
      requireVersion(version, call.protocolVersion());
    }
    if (!notification || isThere(METHOD)) {
      requireEqual(METHOD, single(request, METHOD), call.method());
      compared(METHOD);
    }
    requireName(call);
  }

  /** A field that {@code _meta} has to have is another mistake than one that says otherwise. */
  private static void requireVersion(String header, @Nullable String inBody) {
    if (inBody == null) {
      throw new AuthException(
          ReasonCode.REVISION_MISSING, Map.of("problem", "missing or not a string"));
    }
    requireEqual(VERSION, header, inBody);
  }

  /**
   * An argument in an unclear form that no header repeats is left to the policy, which takes its
   * stricter rule: it may be {@code null}, for which no header may be expected.
   */
  private void requireParams(
      RpcCalls.Message call, Map<String, String> argumentToHeader, boolean demanded) {
    argumentToHeader.forEach(
        (argument, suffix) -> {
          String header = PARAM + suffix;
          if (demanded || isThere(header)) {
            requireParam(request, header, call.arguments().get(argument));
            compared(header);
          }
        });
  }

  private void requireName(RpcCalls.Message call) {
    String name = call.mirroredName();
    if (name == null) {
      return; // no method that mirrors one: a header of that name means nothing
    }
    boolean demanded = call.method() != null && NAMED.contains(call.method());
    if (demanded || isThere(NAME)) {
      requireEqual(NAME, decoded(NAME, single(request, NAME)), name);
      compared(NAME);
    }
  }

  private boolean isThere(String header) {
    return !lines(request, header).isEmpty();
  }

  private void compared(String header) {
    compared.add(header.toLowerCase(Locale.ROOT));
  }

  private static void requireParam(AccessRequest request, String header, @Nullable Object value) {
    boolean absent = value == null || value.equals(RpcCalls.Message.UNCLEAR);
    if (absent) {
      if (!lines(request, header).isEmpty()) {
        throw mismatch(header, "no such value in the body");
      }
      return;
    }
    String mirrored = decoded(header, single(request, header));
    if (value instanceof Long integer) {
      requireEqual(header, integerOf(mirrored), integer);
    } else {
      requireEqual(header, mirrored, String.valueOf(value)); // true and false in lower case
    }
  }

  private static @Nullable Long integerOf(String text) {
    Matcher integer = INTEGER.matcher(text);
    try {
      return integer.matches() ? Long.valueOf(integer.group(1)) : null;
    } catch (NumberFormatException e) {
      return null; // beyond a long
    }
  }

  /** RFC 9110 section 5.5: white space around a value is no part of it. */
  private static List<String> lines(AccessRequest request, String header) {
    List<String> lines = request.headers(header);
    if (lines.size() == 1) { // as nearly always, and then mostly as it is
      String line = lines.get(0);
      String trimmed = trimmed(line);
      return trimmed.length() == line.length() ? lines : List.of(trimmed);
    }
    return lines.stream().map(MirroredHeaders::trimmed).toList();
  }

  private static String trimmed(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && blank(value.charAt(start))) {
      start++;
    }
    while (end > start && blank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean blank(char c) {
    return c == ' ' || c == '\t';
  }

  private static String single(AccessRequest request, String header) {
    List<String> lines = lines(request, header);
    if (lines.size() != 1) {
      throw mismatch(header, lines.isEmpty() ? "missing" : "there more than once");
    }
    if (!HeaderValue.wellFormed(lines.get(0))) {
      throw mismatch(header, "malformed");
    }
    return lines.get(0);
  }

  private static String decoded(String header, String value) {
    String decoded = HeaderValue.decoded(value);
    if (decoded == null) {
      throw mismatch(header, "malformed");
    }
    return decoded;
  }

  private static void requireEqual(
      String header, @Nullable Object mirrored, @Nullable Object inBody) {
    if (mirrored == null || !mirrored.equals(inBody)) {
      throw mismatch(header, "differs from the body");
    }
  }

  /** Without the values: what a caller names may be confidential. */
  private static AuthException mismatch(String header, String problem) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("header", header);
    facts.put("problem", problem);
    return new AuthException(ReasonCode.HEADER_MISMATCH, facts);
  }
}
