package io.mcpauth.examples.filetools;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions that another node opened, or this one before it was started again. The filter in
 * front knows whose they are, from the store that it shares; the MCP SDK has never heard of them,
 * and would answer 404. So it opens one of its own for each, and the client goes on with the id
 * that it has.
 *
 * <p>That is right for these tools, which keep nothing in a session, and for no server that does.
 */
final class SessionsFromElsewhere {
  private final SdkSessions sdk;
  private final Map<String, String> here = new ConcurrentHashMap<>();

  SessionsFromElsewhere(SdkSessions sdk) {
    this.sdk = sdk;
  }

  /**
   * Has a session of the SDK stand for one.
   *
   * @param id that the client has, and that is its caller's own
   * @return whether this call opened it
   */
  boolean take(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (here.containsKey(id)) {
      return false;
    }
    String opened = sdk.open(request, response);
    if (opened == null) {
      return false;
    }
    if (here.putIfAbsent(id, opened) != null) {
      sdk.end(opened, request, response); // two requests of one client at once
      return false;
    }
    return true;
  }

  /** The id by which the SDK knows a session. */
  String known(String id) {
    return here.getOrDefault(id, id);
  }

  /** A session is over; gives the id by which the SDK knows it. */
  String forget(String id) {
    String known = here.remove(id);
    return known == null ? id : known;
  }
}
