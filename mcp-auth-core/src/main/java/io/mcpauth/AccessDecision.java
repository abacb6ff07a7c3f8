package io.mcpauth;

import io.mcpauth.client.SubjectToken;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outcome of {@link ResourceServer#decide}: hand the request on, or write this answer. */
public sealed interface AccessDecision {
  /**
   * The request may go on, and nothing but the request that was judged.
   *
   * <p>Only a decision makes one. It lives as long as the answer: an adapter asks it whether the
   * answer may still go on, and tells it what became of the session and when the answer is over.
   */
  final class Granted implements AccessDecision {
    private final Authenticator.@Nullable Proven caller;
    private final boolean longStream;
    private final Runnable place;
    private final SessionOwners.Bound session;
    private final Map<String, String> headers;
    private final Set<String> comparedHeaders;

    /**
     * A grant.
     *
     * @param longStream whether the answer may be a stream without end
     * @param place gives back what the answer takes
     */
    Granted(
        Authenticator.@Nullable Proven caller,
        boolean longStream,
        Runnable place,
        SessionOwners.Bound session,
        Map<String, String> headers,
        Set<String> comparedHeaders) {
      this.caller = caller;
      this.longStream = longStream;
      this.place = place;
      this.session = session;
      this.headers = headers;
      this.comparedHeaders = comparedHeaders;
    }

    /** The proven caller, or null for an anonymous call that the policy allows. */
    public @Nullable McpPrincipal principal() {
      return caller == null ? null : caller.principal();
    }

    /**
     * The headers that every answer to this request has to have, whatever the server behind says:
     * those that let the page of an allowed origin read it. Empty for most requests.
     */
    public Map<String, String> answerHeaders() {
      return headers;
    }

    /**
     * The names in lower case of the headers that were compared with the body and repeat it: {@code
     * mcp-method}, {@code mcp-name} and {@code mcp-param-*} (MCP 2026-07-28, "Server Validation").
     * In a request of an older revision at most those that the policy declares. Whatever else of
     * these names is there says what the client likes.
     */
    public Set<String> comparedHeaders() {
      return comparedHeaders;
    }

    /**
     * The token that the caller sent with this request, as a handle that nobody can read: for a
     * {@code TokenExchange} at its own issuer. Null for an anonymous call.
     */
    public @Nullable SubjectToken subjectToken() {
      return caller == null ? null : SubjectToken.of(caller.issuer(), caller.token().value());
    }

    /**
     * When the answer has to end: for a request that opens a long stream, which is any GET or HEAD
     * and a POST of {@code subscriptions/listen}, the end of the credential with the clock skew.
     * Null otherwise, and for an anonymous call: a running call is not cut at expiry.
     */
    public @Nullable Instant streamEndsAt() {
      return caller == null || !longStream ? null : caller.goodUntil();
    }

    /**
     * Whether the caller was cut off since, for whatever reason {@code Revocations} has: then no
     * answer may go on, be it a stream or a call. Also whether the session of an anonymous request
     * found its owner. Asked whenever {@link ResourceServer#onCutOff} calls back.
     */
    public boolean cutOff() {
      return caller == null ? longStream && session.isLost() : caller.isCutOff();
    }

    /**
     * Takes note that the server opened a session for this caller.
     *
     * @param id the {@code Mcp-Session-Id} of the answer
     */
    public void sessionOpened(String id) {
      session.opened(id);
    }

    /** Takes note that the server ended the session that this request names. */
    public void sessionEnded() {
      session.ended();
    }

    /**
     * Takes note that the answer is over, however it ended; to be called for every grant, once or
     * more often. A long stream counts against the limits of its caller until then, and a call
     * without a credential against those of all that have none.
     */
    public void ended() {
      place.run();
    }

    /** The caller, without what its token says. */
    @Override
    public String toString() {
      return "Granted[" + principal() + "]";
    }
  }

  /**
   * The request ends here with a complete HTTP answer.
   *
   * @param reason why; for logs and metrics, it is not in the answer
   * @param status the HTTP status
   * @param headers the headers to set, challenge and content type included, in a stable order
   * @param body the content in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
  record Refused(ReasonCode reason, int status, Map<String, String> headers, byte[] body)
      implements AccessDecision {
    @Override
    public String toString() {
      return "Refused[reason=" + reason + ", status=" + status + "]";
    }
  }

  /**
   * The request is the question of a browser whether a page of an allowed origin may send one
   * (Fetch standard, "CORS-preflight request"): answered with 204 and these headers, and no
   * content. It has no credential, and nothing behind hears of it.
   *
   * @param headers the headers to set, in a stable order
   */
  record Preflight(Map<String, String> headers) implements AccessDecision {}
}
