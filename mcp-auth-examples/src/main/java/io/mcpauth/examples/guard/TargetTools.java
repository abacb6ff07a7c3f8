package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the target which tools it has, with the guard's own credential where it has one: without a
 * session first, as revision 2026-07-28 has it, and else in a session of its own, which it keeps
 * for the next look: targets do not forget sessions soon, and would have one more at each look.
 */
final class TargetTools {
  private static final String STATELESS = "2026-07-28";
  private static final String WITH_SESSIONS = "2025-11-25";
  private static final String META = "io.modelcontextprotocol/";
  private static final String SESSION = "Mcp-Session-Id";
  private static final String VERSION = "MCP-Protocol-Version";
  private static final String LIST = "tools/list";
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int PATIENCE_SECONDS = 10;
  private static final int MOST_PAGES = 100;
  private static final int MOST_NAMES = 10_000;
  private static final int MOST_CHARACTERS = 1_000_000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, Object> CLIENT = Map.of("name", "mcp-guard", "version", "1");

  private final TargetProxy proxy;
  private int id;

  /** What worked at the last look, or null. */
  private @Nullable Manner known;

  TargetTools(TargetProxy proxy) {
    this.proxy = proxy;
  }

  /**
   * What a target that answers says.
   *
   * @param tools their names, or null where it does not tell
   * @param why it does not tell, or empty
   */
  record Found(@Nullable Set<String> tools, String why) {}

  /** There is no HTTP answer. */
  static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String why) {
      super(why);
    }
  }

  /** How to go on: what each request of a conversation has. */
  private record Manner(String version, @Nullable String session, boolean stateless) {}

  /**
   * Asks.
   *
   * @throws NoAnswerException if the target cannot be reached or does not answer in time
   */
  Found ask() throws NoAnswerException, InterruptedException {
    String authorization = authorization();
    Manner last = known;
    if (last != null) {
      Answer first = send(LIST, page(last, null), last, authorization);
      if (first.result() != null || (last.session() != null && !first.endsSession())) {
        return pages(first, last, authorization);
      }
      known = null;
    }
    return anew(authorization);
  }

  private Found anew(@Nullable String authorization)
      throws NoAnswerException, InterruptedException {
    Manner stateless = new Manner(STATELESS, null, true);
    Answer first = send(LIST, page(stateless, null), stateless, authorization);
    if (first.result() != null) {
      known = stateless;
      return pages(first, stateless, authorization);
    }
    return inASession(authorization);
  }

  /** Without one it is asked all the same: whether it answers is to be known. */
  private @Nullable String authorization() {
    try {
      return proxy.credential().ownAuthorization();
    } catch (NoCredentialException e) {
      return null;
    }
  }

  private Found inASession(@Nullable String authorization)
      throws NoAnswerException, InterruptedException {
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put("protocolVersion", WITH_SESSIONS);
    hello.put("capabilities", Map.of());
    hello.put("clientInfo", CLIENT);
    Answer opened =
        send("initialize", hello, new Manner(WITH_SESSIONS, null, false), authorization);
    JsonNode result = opened.result();
    if (result == null) {
      return new Found(null, "it answers " + opened.words() + " to initialize");
    }
    Manner session =
        new Manner(
            result.path("protocolVersion").stringValue(WITH_SESSIONS), opened.session(), false);
    known = session;
    send("notifications/initialized", null, session, authorization);
    return pages(send(LIST, page(session, null), session, authorization), session, authorization);
  }

  private Found pages(Answer first, Manner manner, @Nullable String authorization)
      throws NoAnswerException, InterruptedException {
    Set<String> tools = new LinkedHashSet<>();
    long characters = 0;
    Answer answer = first;
    for (int page = 0; page < MOST_PAGES; page++) {
      JsonNode result = answer.result();
      if (result == null || !result.path("tools").isArray()) {
        return new Found(null, "it answers " + answer.words() + " to tools/list");
      }
      for (JsonNode tool : result.path("tools")) {
        String name = tool.path("name").stringValue("");
        characters += tools.add(name) ? name.length() : 0;
      }
      if (tools.size() > MOST_NAMES || characters > MOST_CHARACTERS) {
        return new Found(null, "its list is too long");
      }
      String cursor = result.path("nextCursor").stringValue("");
      if (cursor.isEmpty()) {
        return new Found(tools, "");
      }
      answer = send(LIST, page(manner, cursor), manner, authorization);
    }
    return new Found(null, "its list has no end");
  }

  private static Map<String, Object> page(Manner manner, @Nullable String cursor) {
    Map<String, Object> params = new LinkedHashMap<>();
    if (cursor != null) {
      params.put("cursor", cursor);
    }
    if (manner.stateless()) {
      params.put(
          "_meta",
          Map.of(
              META + "protocolVersion",
              manner.version(),
              META + "clientInfo",
              CLIENT,
              META + "clientCapabilities",
              Map.of()));
    }
    return params;
  }

  /**
   * An answer.
   *
   * @param result that of the request, or null where there is none
   */
  private record Answer(int status, @Nullable String session, @Nullable JsonNode result) {
    static final Answer WITHOUT_END = new Answer(0, null, null);

    /** MCP 2025-11-25, "Session Management", has a 404; SDKs also answer 400. */
    boolean endsSession() {
      return status == NOT_FOUND || status == BAD_REQUEST;
    }

    String words() {
      return status == 0 ? "without an end" : "HTTP " + status;
    }
  }

  /** A request, or a notification where it has no params. */
  private Answer send(
      String method,
      @Nullable Map<String, Object> params,
      Manner manner,
      @Nullable String authorization)
      throws NoAnswerException, InterruptedException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("jsonrpc", "2.0");
    if (params != null) {
      message.put("id", ++id);
    }
    message.put("method", method);
    if (params != null) {
      message.put("params", params);
    }
    Request request =
        request(manner, authorization)
            .headers(
                headers -> {
                  headers.put("Accept", "application/json, text/event-stream");
                  if (manner.stateless()) {
                    headers.put("Mcp-Method", method);
                  }
                })
            .body(new StringRequestContent("application/json", JSON.writeValueAsString(message)));
    ContentResponse answer = exchange(request);
    if (answer == null) {
      return Answer.WITHOUT_END;
    }
    if (answer.getStatus() == UNAUTHORIZED && authorization != null) {
      proxy.credential().refused(authorization); // another one for the next look
    }
    return new Answer(answer.getStatus(), answer.getHeaders().get(SESSION), result(answer));
  }

  private Request request(Manner manner, @Nullable String authorization) {
    return proxy
        .own("POST")
        .headers(
            headers -> {
              headers.put("Accept-Encoding", "identity");
              headers.put(VERSION, manner.version());
              if (manner.session() != null) {
                headers.put(SESSION, manner.session());
              }
              if (authorization != null) {
                headers.put("Authorization", authorization);
              }
            });
  }

  /** Null where an answer begins and does not end in time, or is too large. */
  private static @Nullable ContentResponse exchange(Request request)
      throws NoAnswerException, InterruptedException {
    AtomicBoolean begun = new AtomicBoolean();
    request.onResponseHeaders(answer -> begun.set(true));
    try {
      return request.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).send();
    } catch (ExecutionException | TimeoutException e) {
      if (begun.get()) {
        return null;
      }
      throw new NoAnswerException(TargetFault.of(e).toString());
    }
  }

  private @Nullable JsonNode result(ContentResponse answer) {
    String type = Reduction.mediaType(answer.getHeaders());
    String text = new String(answer.getContent(), UTF_8);
    if (!type.equals("text/event-stream")) {
      return result(text);
    }
    for (String event : text.split("\r\n\r\n|\n\n|\r\r", -1)) {
      StringBuilder data = new StringBuilder();
      event
          .lines()
          .filter(line -> line.startsWith("data:"))
          .forEach(line -> data.append(line, 5, line.length()));
      JsonNode result = result(data.toString());
      if (result != null) {
        return result;
      }
    }
    return null;
  }

  private @Nullable JsonNode result(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      return message.path("id").asInt(-1) == id && message.path("result").isObject()
          ? message.path("result")
          : null;
    } catch (JacksonException e) {
      return null; // the answer of something else
    }
  }
}
