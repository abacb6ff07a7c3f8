package io.mcpauth;

import io.mcpauth.error.AuthException;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.McpPrincipal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session of one request: that which it names, and that which the server opens for it.
 *
 * @param owners of all sessions
 * @param named every line of the {@code Mcp-Session-Id} header
 * @param caller who is asking, null for an anonymous caller
 * @param lost told when an anonymous session finds its owner: streams of before must not go on
 */
record BoundSession(
    SessionOwners owners, List<String> named, @Nullable McpPrincipal caller, CutOffs lost)
    implements SessionCalls {

  /** Requires that a session that is named is the caller's own. */
  void require() {
    if (owners.require(named, caller)) {
      lost.tell();
    }
  }

  @Override
  public void opened(String id) {
    owners.open(id, caller);
  }

  @Override
  public void ended() {
    for (String id : named) { // one at most, or the request had been refused
      owners.end(id);
    }
  }

  @Override
  public boolean isLost() {
    try {
      return caller == null && !named.isEmpty() && !owners.isAnonymous(named.get(0));
    } catch (AuthException e) {
      return true; // a store that does not answer: whose session it is, nobody knows
    }
  }
}
