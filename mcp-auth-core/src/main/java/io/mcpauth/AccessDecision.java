package io.mcpauth;

import io.mcpauth.access.AccessGate;
import io.mcpauth.client.SubjectToken;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.PresentedToken;
import java.time.Instant;
import java.util.List;
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
    private final AccessGate gate;
    private final boolean longStream;
    private final Runnable place;
    private final SessionOwners.Bound session;
    private final MessageEndpoints.Asked messages;
    private final Map<String, String> headers;
    private final Set<String> comparedHeaders;

    /**
     * A grant.
     *
     * @param gate asked whether the answer may go on
     * @param longStream whether the answer may be a stream without end
     * @param place gives back what the answer takes
     * @param messages the session of HTTP+SSE that it is for, or opens
     */
    Granted(
        Authenticator.@Nullable Proven caller,
        AccessGate gate,
        boolean longStream,
        Runnable place,
        SessionOwners.Bound session,
        MessageEndpoints.Asked messages,
        Map<String, String> headers,
        Set<String> comparedHeaders) {
      this.caller = caller;
      this.gate = gate;
      this.longStream = longStream;
      this.place = place;
      this.session = session;
      this.messages = messages;
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
     * Whether the server behind must not see the {@code Mcp-Session-Id} of the request: it is an
     * {@code initialize}, which opens a session, and names one that may be over or somebody else's.
     */
    public boolean withoutSessionId() {
      return session.isAnew();
    }

    /**
     * The token that the caller sent with this request, as a handle that nobody can read: for a
     * {@code TokenExchange} at its own issuer. Null for an anonymous call, and where the caller has
     * proven itself by something else.
     */
    public @Nullable SubjectToken subjectToken() {
      PresentedToken token = caller == null ? null : caller.token();
      return caller == null || token == null
          ? null
          : SubjectToken.of(caller.issuer(), token.value());
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
     * Whether the request would be refused now, for whatever reason {@link ResourceServer#access()}
     * gives: then no answer may go on, be it a stream or a call. Also whether the session of an
     * anonymous request found its owner. Asked whenever {@link ResourceServer#onCutOff} calls back;
     * waits for no store.
     */
    public boolean cutOff() {
      return gate.refusesNow(
              caller == null ? null : caller.facts(),
              () -> messages.isInSession() || session.isOwn())
          || (caller == null && longStream && session.isLost());
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
     * The message endpoint that this request is for, where it belongs to a session of HTTP+SSE (MCP
     * 2024-11-05): as the server behind announced it in the stream of its caller, a URI or a
     * reference relative to that stream. Null for all other requests. A proxy that hands the
     * request on resolves it, and takes nothing of the request's own path and query.
     */
    public @Nullable String messageEndpoint() {
      return messages.announced();
    }

    /**
     * Whether the beginning of the answer is to be shown to {@link #answers(byte[], int, int)},
     * where it is an event stream: for a GET until a session of HTTP+SSE is opened, or 8 KB are
     * out.
     */
    public boolean watchesAnswer() {
      return messages.watches();
    }

    /**
     * Takes note of the next bytes of an event stream, before the client gets them, in whatever
     * pieces.
     *
     * @throws io.mcpauth.error.AuthException if they announce a message endpoint that must not be
     *     used: then they must not pass, and the answer has to end
     */
    public void answers(byte[] bytes, int from, int length) {
      messages.passes(bytes, from, length);
    }

    /** As {@link #answers(byte[], int, int)}, with text that is yet to be encoded. */
    public void answers(CharSequence text) {
      messages.passes(text);
    }

    /**
     * Takes note that the answer is an event stream with a content coding, which nobody here can
     * read. A session that it opens cannot be used.
     */
    public void answersUnreadably() {
      messages.unreadable();
    }

    /**
     * Takes note that the answer is over, however it ended; to be called for every grant, once or
     * more often. A long stream counts against the limits of its caller until then, and a call
     * without a credential against those of all that have none.
     */
    public void ended() {
      messages.ended();
      session.over();
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
   * @param headers the headers to set, the {@code Bearer} challenge and content type included, in a
   *     stable order
   * @param furtherChallenges those of other schemes: each is another {@code WWW-Authenticate} line,
   *     to be added behind the one in the headers; none for most resource servers
   * @param body the content in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
  record Refused(
      ReasonCode reason,
      int status,
      Map<String, String> headers,
      List<String> furtherChallenges,
      byte[] body)
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

  /**
   * The request is a notification that no rule of the policy names, or a batch of such: answered
   * with 202 and no content, as one that was taken (Streamable HTTP, "Sending Messages to the
   * Server"), and not handed on. Nothing comes of it, and a client need not learn that.
   *
   * @param headers the headers to set, in a stable order
   */
  record Dropped(Map<String, String> headers) implements AccessDecision {}
}
