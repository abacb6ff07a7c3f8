package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call as the rows of {@code policy-table} write it, and the request that it stands for. From
 * revision 2026-07-28 on the request also gets the version in its body and the headers that repeat
 * the body, unless the row says otherwise.
 *
 * @param method of HTTP
 * @param revision the protocol revision; empty where none is said
 * @param body the JSON
 * @param id the id that an answer has to echo; null where there is none
 * @param headers besides
 */
record TableCall(
    String method,
    String revision,
    String body,
    @Nullable Long id,
    Map<String, List<String>> headers) {
  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS", "PUT");
  private static final Pattern REVISION = Pattern.compile("(\\d{4}-\\d{2}-\\d{2}) (.*)");
  private static final Pattern WITH =
      Pattern.compile("(.*) (with|without) ([A-Za-z-]+)(?:: (.*))?");

  /** {@code "quoted name"} or a word, then whatever follows. */
  private static final Pattern NAME = Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*\"|\\S+)(?: (.*))?");

  boolean stateless() {
    return revision.compareTo("2026-07-28") >= 0;
  }

  RequestStub request() {
    RequestStub request = method.equals("POST") ? RequestStub.post(body) : RequestStub.of(method);
    headers.forEach((name, lines) -> request.header(name, lines.toArray(String[]::new)));
    return request;
  }

  byte[] bytes() {
    return body.getBytes(UTF_8);
  }

  static TableCall of(String written) {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    String call = written;
    for (Matcher with = WITH.matcher(call); with.matches(); with = WITH.matcher(call)) {
      changes.put(with.group(3), with.group(2).equals("with") ? with.group(4) : null);
      call = with.group(1);
    }
    Matcher dated = REVISION.matcher(call);
    String revision = dated.matches() ? dated.group(1) : "";
    call = dated.matches() ? dated.group(2) : call;
    Map<String, List<String>> headers = new LinkedHashMap<>();
    if (!revision.isEmpty()) {
      headers.put("MCP-Protocol-Version", List.of(revision));
    }
    TableCall read =
        WITHOUT_BODY.contains(call)
            ? new TableCall(call, revision, "", null, headers)
            : post(call, revision, headers);
    changes.forEach((name, value) -> headers.put(name, value == null ? List.of() : List.of(value)));
    return read;
  }

  private static TableCall post(String call, String revision, Map<String, List<String>> headers) {
    if (call.equals("[]")) {
      return new TableCall("POST", revision, call, null, headers);
    }
    boolean batch = call.startsWith("[");
    String[] parts =
        batch ? call.substring(1, call.length() - 1).split("; ", -1) : new String[] {call};
    List<Message> messages = new ArrayList<>();
    for (String part : parts) {
      messages.add(Message.of(part, revision, messages.size() + 1));
    }
    String body = String.join(",", messages.stream().map(Message::json).toList());
    Message first = messages.get(0);
    if (revision.compareTo("2026-07-28") >= 0) {
      headers.put("Mcp-Method", List.of(first.method()));
      if (first.name() != null) {
        headers.put("Mcp-Name", List.of(first.name()));
      }
    }
    Long id = !batch && first.json().contains("\"id\":") && !first.isResponse() ? 1L : null;
    return new TableCall("POST", revision, batch ? "[" + body + "]" : body, id, headers);
  }

  /** One JSON-RPC message. */
  private record Message(String json, String method, @Nullable String name) {
    boolean isResponse() {
      return method.isEmpty();
    }

    static Message of(String written, String revision, int id) {
      boolean notify = written.startsWith("notify ") || written.startsWith("notifications/");
      String call = written.startsWith("notify ") ? written.substring(7) : written;
      String start = "{\"jsonrpc\":\"2.0\"" + (notify ? "" : ",\"id\":" + id);
      if (call.equals("response")) {
        return new Message(start + ",\"result\":{}}", "", null);
      }
      String[] words = call.split(" ", 2);
      String rest = words.length == 2 ? words[1] : "";
      List<String> members = new ArrayList<>();
      if (revision.compareTo("2026-07-28") >= 0) {
        members.add("\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + revision + "\"}");
      }
      String name = params(words[0], rest, members);
      String params = "{" + String.join(",", members) + "}";
      String method = ",\"method\":\"" + words[0] + "\",\"params\":";
      return new Message(start + method + params + "}", words[0], name);
    }

    /** What the method is applied to; gives the name that the headers repeat. */
    private static @Nullable String params(String method, String rest, List<String> members) {
      switch (method) {
        case "tools/call", "prompts/get" -> {
          Matcher parts = NAME.matcher(rest);
          if (!parts.matches()) {
            throw new IllegalArgumentException("no name after " + method);
          }
          members.add("\"name\":" + json(parts.group(1)));
          if (parts.group(2) != null) {
            members.add("\"arguments\":" + parts.group(2));
          }
          return unquoted(parts.group(1));
        }
        case "resources/read", "resources/subscribe", "resources/unsubscribe" -> {
          members.add("\"uri\":" + json(rest));
          return method.equals("resources/read") ? unquoted(rest) : null;
        }
        case "completion/complete" -> {
          String[] ref = rest.split(" ", 2);
          String member = ref[0].equals("prompt") ? "name" : "uri";
          members.add(
              "\"ref\":{\"type\":\"ref/%s\",\"%s\":%s}".formatted(ref[0], member, json(ref[1])));
          members.add("\"argument\":{\"name\":\"a\",\"value\":\"b\"}");
        }
        case "subscriptions/listen" -> {
          List<String> uris =
              rest.isEmpty()
                  ? List.of()
                  : Arrays.stream(rest.split(" ", -1)).map(Message::json).toList();
          String resources = uris.isEmpty() ? "" : ",\"resourceSubscriptions\":" + uris;
          members.add("\"notifications\":{\"toolsListChanged\":true" + resources + "}");
        }
        default -> {
          if (!rest.isEmpty()) {
            throw new IllegalArgumentException(method + " has no params here: " + rest);
          }
        }
      }
      return null;
    }

    private static String json(String word) {
      return word.startsWith("\"") ? word : "\"" + word + "\"";
    }

    private static String unquoted(String word) {
      return word.startsWith("\"") ? word.substring(1, word.length() - 1) : word;
    }
  }
}
