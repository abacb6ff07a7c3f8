package io.mcpauth.examples.guard;

import io.mcpauth.error.AuthException;
import io.mcpauth.policy.RpcCalls;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Why there is no answer of the target to pass on; each is a JSON-RPC error for the client. */
enum TargetFault {
  /** No connection: refused, no such host, no answer to the attempt. */
  TARGET_UNREACHABLE(502, "The MCP server behind this address cannot be reached."),
  /** It did not answer within GUARD_TARGET_TIMEOUT_SECONDS. */
  TARGET_TIMEOUT(502, "The MCP server behind this address did not answer in time."),
  /** The connection broke, or what came is not HTTP. */
  TARGET_BROKEN(502, "The MCP server behind this address broke off before it answered."),
  /** 401, 403 or 407: the guard's own credential is not good enough, which no client can cure. */
  TARGET_REFUSED(502, "The MCP server behind this address does not accept the guard's call."),
  /** 3xx, or another status that is not for the client. */
  TARGET_REDIRECTED(502, "The MCP server behind this address is somewhere else."),
  /** What should be a list is none, is too large, or is encoded: nobody can say what to show. */
  TARGET_LIST_UNREADABLE(
      502, "The MCP server behind this address answered with a list that cannot be read."),
  /** The caller, or all together, hold as many lists as there is room for; see {@link ListRoom}. */
  NO_ROOM(503, "The guard has no room for another list now. Try again later."),
  /** The authorization server gave the guard no token, and may do so later. */
  NO_CREDENTIAL(503, "The guard has no credential for the MCP server now. Try again later."),
  /** The authorization server refused the guard a token: its configuration is wrong. */
  CREDENTIAL_REFUSED(502, "The guard gets no credential for the MCP server.");

  /**
   * Outside -32768 to -32000, which JSON-RPC 2.0 (section 5.1) and MCP reserve: -32603 could be the
   * target's own, and whoever looks for the mistake has to know that the target never said it.
   */
  static final int ERROR_CODE = -31502;

  private static final int MAX_CAUSES = 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final int status;
  private final String description;

  TargetFault(int status, String description) {
    this.status = status;
    this.description = description;
  }

  /** What a status of the target is a fault for, or null where it is for the client. */
  static @Nullable TargetFault ofStatus(int status) {
    return switch (status) {
      case 401, 403, 407 -> TARGET_REFUSED;
      default -> status < 200 || (status >= 300 && status < 400) ? TARGET_REDIRECTED : null;
    };
  }

  /** What a failure of the exchange with the target is. */
  static TargetFault of(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof ConnectException
          || cause instanceof SocketTimeoutException
          || cause instanceof UnknownHostException
          || cause instanceof UnresolvedAddressException) {
        return TARGET_UNREACHABLE;
      }
      if (cause instanceof TimeoutException) {
        return TARGET_TIMEOUT;
      }
      cause = cause.getCause();
    }
    return TARGET_BROKEN;
  }

  /** Writes the answer; the id is that of the one request of the body, where it is one. */
  void write(HttpServletResponse response, byte[] body) throws IOException {
    write(response, body, status);
  }

  /** Writes the answer in the place of one with an error status, which stays: 404 ends sessions. */
  void write(HttpServletResponse response, byte[] body, int kept) throws IOException {
    byte[] answer = message(body);
    response.setStatus(kept);
    response.setHeader("Cache-Control", "no-store");
    if (kept == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
      response.setHeader("Retry-After", "5");
    }
    response.setContentType("application/json");
    response.setContentLength(answer.length);
    response.getOutputStream().write(answer);
  }

  /** The JSON-RPC error alone, on one line. */
  byte[] message(byte[] body) {
    return JSON.writeValueAsBytes(answer(body));
  }

  private Map<String, Object> answer(byte[] body) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("error", name().toLowerCase(Locale.ROOT));
    data.put("message", description);
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", ERROR_CODE);
    error.put("message", status == 502 ? "Bad gateway" : "Service unavailable");
    error.put("data", data);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("jsonrpc", "2.0");
    Object id = id(body);
    if (id != null) {
      answer.put("id", id); // left out, never null: MCP schemas refuse null
    }
    answer.put("error", error);
    return answer;
  }

  private static @Nullable Object id(byte[] body) {
    try {
      return body.length == 0 ? null : RpcCalls.read(body).echoedId();
    } catch (AuthException e) {
      return null; // the filter lets none through that it cannot read
    }
  }
}
