package io.mcpauth.edge;

import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a refusal into the HTTP answer: status, challenge and body. What says the same to everybody
 * is made once.
 */
final class RefusalWriter {
  /** What servers have answered with so far; meaningless in the specification, known to clients. */
  private static final int LEGACY_ERROR_CODE = -32001;

  private static final int PARSE_ERROR = -32700; // JSON-RPC 2.0 section 5.1
  private static final int INVALID_REQUEST = -32600;
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int INVALID_PARAMS = -32602;

  /** MCP 2026-07-28, Streamable HTTP, "Server Validation". */
  private static final int HEADER_MISMATCH = -32020;

  /** The fact that names a duplicate member of the body, in plain characters. */
  private static final String TWICE = "twice";

  private static final int MOST_ANSWERS = 200;

  private final Challenge challenge;
  private final int rpcErrorCode;
  private final ConnectPage page;
  private final List<String> schemes;
  private final Map<Same, Edge.Answer> answers = new ConcurrentHashMap<>();

  /**
   * A writer.
   *
   * @param challenge writes the challenge
   * @param rpcErrorCode the JSON-RPC code from revision 2026-07-28 on
   * @param page the body for browsers, where a login is what is missing
   * @param schemes those that are accepted, by their names in HTTP
   */
  RefusalWriter(Challenge challenge, int rpcErrorCode, ConnectPage page, List<String> schemes) {
    this.challenge = challenge;
    this.rpcErrorCode = rpcErrorCode;
    this.page = page;
    this.schemes = List.copyOf(schemes);
  }

  /**
   * All that an answer depends on where no message was read.
   *
   * @param rpc whether it is a JSON-RPC message
   * @param stateless whether it is of revision 2026-07-28 or later
   * @param notice the operator's own words, which change
   * @param login what another login has to be
   */
  private record Same(
      ReasonCode reason,
      List<String> scopes,
      boolean rpc,
      boolean stateless,
      Refusal.@Nullable Notice notice,
      Refusal.@Nullable AnotherLogin login) {}

  /**
   * The answer.
   *
   * @param refusal why, and what to ask for
   * @param request the request that is refused
   * @param messages what was read of it; none where nothing was
   */
  Edge.Answer write(Refusal refusal, AccessRequest request, Edge.Messages messages) {
    ReasonCode reason = refusal.reason();
    if (reason == ReasonCode.CREDENTIAL_MISSING && ConnectPage.isAskedFor(request)) {
      return pageFor(refusal);
    }
    boolean rpc = request.method().equals("POST") && reason != ReasonCode.CONTENT_NOT_ACCEPTED;
    if (!messages.calls().messages().isEmpty() || refusal.facts().containsKey(TWICE)) {
      return written(refusal, rpc, messages);
    }
    // No message was read, so it is the same answer to everybody.
    Same same =
        new Same(
            reason, refusal.scopes(), rpc, messages.stateless(), refusal.notice(), refusal.login());
    Edge.Answer known = answers.get(same);
    if (known == null) {
      known = written(refusal, rpc, messages);
      if (answers.size() >= MOST_ANSWERS) {
        answers.clear(); // policies that change bring other scopes
      }
      answers.put(same, known);
    }
    return new Edge.Answer(
        known.status(), known.headers(), known.furtherChallenges(), known.body().clone());
  }

  private Edge.Answer pageFor(Refusal refusal) {
    Map<String, String> headers = headers(refusal);
    headers.putAll(page.headers());
    return new Edge.Answer(
        refusal.reason().status(), headers, furtherChallenges(refusal), page.content());
  }

  private Edge.Answer written(Refusal refusal, boolean rpc, Edge.Messages messages) {
    Map<String, String> headers = headers(refusal);
    headers.put("Content-Type", "application/json");
    byte[] body = Json.write(rpc ? rpcBody(refusal, messages) : plainBody(refusal));
    int status = status(refusal.reason(), messages.stateless());
    return new Edge.Answer(
        status, Collections.unmodifiableMap(headers), furtherChallenges(refusal), body);
  }

  /**
   * Up to revision 2025-11-25 a method that is not there has no status of its own, and a 404 says
   * that the session is over (Streamable HTTP, Session Management).
   */
  private static int status(ReasonCode reason, boolean stateless) {
    return reason == ReasonCode.UNKNOWN_METHOD && !stateless ? 200 : reason.status();
  }

  private Map<String, String> headers(Refusal refusal) {
    ReasonCode reason = refusal.reason();
    Map<String, String> headers = new LinkedHashMap<>();
    String value = challengeFor(refusal);
    if (value != null) {
      headers.put("WWW-Authenticate", value);
    }
    if (reason.status() == 503) {
      Refusal.Notice notice = refusal.notice();
      headers.put("Retry-After", notice == null ? "1" : Long.toString(notice.retryAfterSeconds()));
    }
    if (reason == ReasonCode.METHOD_NOT_ALLOWED) {
      headers.put("Allow", "GET, HEAD, POST, DELETE, OPTIONS"); // RFC 9110 section 15.5.6
    }
    headers.put("Cache-Control", "no-store");
    return headers;
  }

  /**
   * The challenge of a 403 in the result of the tool call, for a client that reads it there
   * (ChatGPT, Apps SDK, "Triggering authentication UI"): the tool was not called.
   */
  Edge.Answer toolResult(Refusal refusal, Edge.Messages messages) {
    ReasonCode reason = refusal.reason();
    String value =
        challenge.value(reason.error(), refusal.scopes(), reason.description(), login(refusal));
    Map<String, Object> result = new LinkedHashMap<>();
    if (messages.stateless()) {
      result.put("resultType", "complete");
    }
    result.put("content", List.of(text(reason.description())));
    result.put("isError", true);
    result.put("_meta", Map.of("mcp/www_authenticate", List.of(value)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("jsonrpc", "2.0");
    body.put("id", messages.calls().echoedId());
    body.put("result", result);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", "no-store");
    headers.put("Content-Type", "application/json");
    return new Edge.Answer(200, headers, List.of(), Json.write(body));
  }

  private @Nullable String challengeFor(Refusal refusal) {
    ReasonCode reason = refusal.reason();
    return hasChallenge(reason)
        ? challenge.value(
            reason.error(), challengedScopes(refusal), reason.description(), login(refusal))
        : null;
  }

  private List<String> furtherChallenges(Refusal refusal) {
    ReasonCode reason = refusal.reason();
    return hasChallenge(reason)
        ? challenge.further(
            reason.error(), challengedScopes(refusal), reason.description(), login(refusal))
        : List.of();
  }

  private static Map<String, String> login(Refusal refusal) {
    Refusal.AnotherLogin login = refusal.login();
    return login == null ? Map.of() : login.parameters();
  }

  private static boolean hasChallenge(ReasonCode reason) {
    return switch (reason.status()) {
      case 401 -> true;
      // No login of whichever user makes the page another one.
      case 403 -> reason != ReasonCode.ORIGIN_NOT_ALLOWED;
      // RFC 6750 section 3.1 has invalid_request in the challenge too.
      case 400 -> reason.error() != null;
      default -> false;
    };
  }

  private static List<String> challengedScopes(Refusal refusal) {
    ReasonCode reason = refusal.reason();
    return switch (reason.status()) {
      case 401 -> refusal.scopes();
      // A refusal that no scope can cure names none, or clients would log in again in vain.
      case 403 -> reason.error() == null ? List.of() : refusal.scopes();
      default -> List.of();
    };
  }

  private Map<String, Object> rpcBody(Refusal refusal, Edge.Messages messages) {
    ReasonCode reason = refusal.reason();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("error", errorName(reason));
    data.put("message", message(refusal));
    if (reason == ReasonCode.INSUFFICIENT_SCOPE
        || reason == ReasonCode.AUTHENTICATION_INSUFFICIENT) {
      data.put("scope", String.join(" ", refusal.scopes()));
    }
    data.putAll(login(refusal));
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code(reason, messages.stateless()));
    error.put("message", rpcMessage(reason));
    error.put("data", data);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("jsonrpc", "2.0");
    Object id = messages.calls().echoedId();
    if (id != null) {
      body.put("id", id); // left out, never null, where it was not read: MCP schemas refuse null
    }
    body.put("error", error);
    return body;
  }

  private static Map<String, Object> text(String words) {
    Map<String, Object> content = new LinkedHashMap<>(); // in this order on the wire
    content.put("type", "text");
    content.put("text", words);
    return content;
  }

  private Map<String, Object> plainBody(Refusal refusal) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", errorName(refusal.reason()));
    body.put("message", message(refusal));
    return body;
  }

  private String message(Refusal refusal) {
    ReasonCode reason = refusal.reason();
    Refusal.Notice notice = refusal.notice();
    if (notice != null && !notice.message().isEmpty()) {
      return notice.message();
    }
    String twice = refusal.facts().get(TWICE);
    if (reason == ReasonCode.BODY_NOT_JSON && twice != null) {
      return reason.description() + ": the member '" + twice + "' is there twice";
    }
    return reason == ReasonCode.CREDENTIAL_NOT_ACCEPTED
        ? reason.description() + ", send one of: " + String.join(", ", schemes)
        : reason.description();
  }

  private static String errorName(ReasonCode reason) {
    OAuthError error = reason.error();
    if (error != null) {
      return error.wire();
    }
    return switch (reason.status()) {
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "not_found";
      case 421 -> "misdirected_request";
      default -> OAuthError.INVALID_REQUEST.wire();
    };
  }

  private static String rpcMessage(ReasonCode reason) {
    return switch (reason.status()) {
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 503 -> "Service unavailable";
      default -> reason.description();
    };
  }

  private int code(ReasonCode reason, boolean stateless) {
    if (reason == ReasonCode.BODY_NOT_JSON) {
      return PARSE_ERROR;
    }
    if (reason == ReasonCode.BODY_NOT_JSON_RPC) {
      return INVALID_REQUEST;
    }
    if (reason == ReasonCode.UNKNOWN_TOOL) {
      return INVALID_PARAMS; // MCP tools, "Error Handling": as the server behind would answer
    }
    if (reason == ReasonCode.UNKNOWN_METHOD) {
      return METHOD_NOT_FOUND; // Streamable HTTP, "Protocol Version Header": with the 404
    }
    if (reason == ReasonCode.REVISION_MISSING) {
      return INVALID_PARAMS; // MCP 2026-07-28, "_meta": a required field is missing
    }
    if (reason == ReasonCode.HEADER_MISMATCH && stateless) {
      return HEADER_MISMATCH; // older revisions do not define it
    }
    return stateless ? rpcErrorCode : LEGACY_ERROR_CODE;
  }
}
