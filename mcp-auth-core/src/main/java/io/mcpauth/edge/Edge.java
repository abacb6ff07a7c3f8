package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * HTTP before and after the decision on a request: under which names and from which pages it may
 * come, what is read of it, and how a refusal is told. Part of the machinery behind {@code
 * ResourceServer}; applications do not need it.
 */
public final class Edge {
  /** The largest body of a signal; a token is 16 KiB at most. */
  public static final int MOST_SIGNAL_BYTES = 64 * 1024;

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE", "OPTIONS");

  /** The long stream of revision 2026-07-28, in the answer to a POST. */
  private static final String LISTEN = "subscriptions/listen";

  private final HostCheck hosts;
  private final OriginCheck origins;
  private final CrossOrigin crossOrigin;
  private final ProofTerms terms;
  private final RefusalWriter refusals;
  private final Capacity capacity;
  private final Capacity signals;
  private final Capacity provenSignals;

  /**
   * What an edge is made of.
   *
   * @param resource the resource
   * @param endpoint the URL of its MCP endpoint, which is another one where the resource is an
   *     origin
   * @param resourceName what people call it, or null
   * @param origins further origins whose pages may use it, as {@link #origin} lets them pass
   * @param hosts the names that it may be asked under, as {@link #host} lets them pass; null where
   *     none were configured
   * @param realm of challenges, or null
   * @param rpcErrorCode the JSON-RPC code of a 401 or 403 from revision 2026-07-28 on
   * @param limits what requests may cost at one time
   */
  public record Setup(
      ResourceIdentifier resource,
      ResourceIdentifier endpoint,
      @Nullable String resourceName,
      Set<String> origins,
      @Nullable Set<String> hosts,
      @Nullable String realm,
      int rpcErrorCode,
      RequestLimits limits) {}

  /** What came of reading a request. */
  public sealed interface Reading permits Messages, Unread {}

  /**
   * What a request says.
   *
   * @param calls its JSON-RPC messages; none for a request without a body
   * @param stateless whether it is of revision 2026-07-28 or later
   * @param longStream whether its answer may be a stream without end
   * @param comparedHeaders the names in lower case of the headers that were held to the body
   */
  public record Messages(
      RpcCalls calls, boolean stateless, boolean longStream, Set<String> comparedHeaders)
      implements Reading {
    Messages(RpcCalls calls, boolean stateless, boolean longStream) {
      this(calls, stateless, longStream, Set.of());
    }

    Messages withCompared(Set<String> headers) {
      return new Messages(calls, stateless, longStream, headers);
    }
  }

  /**
   * A request that cannot be judged.
   *
   * @param refusal why
   * @param messages what was read of it, or null
   */
  public record Unread(Refusal refusal, @Nullable Messages messages) implements Reading {}

  /**
   * A complete HTTP answer.
   *
   * @param status the HTTP status
   * @param headers in a stable order, the {@code Bearer} challenge among them
   * @param furtherChallenges those of other schemes, each for a line of its own after it
   * @param body the content in UTF-8
   */
  @SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
  public record Answer(
      int status, Map<String, String> headers, List<String> furtherChallenges, byte[] body) {
    /** The same answer with more headers; {@code Vary} is joined (RFC 9110 section 12.5.5). */
    Answer with(Map<String, String> more) {
      if (more.isEmpty()) {
        return this;
      }
      Map<String, String> all = new LinkedHashMap<>(headers);
      more.forEach(
          (name, value) ->
              all.merge(
                  name, value, (old, added) -> name.equals("Vary") ? old + ", " + added : added));
      return new Answer(status, all, furtherChallenges, body);
    }
  }

  /**
   * The edge of a resource.
   *
   * @param schemes in which a caller can prove itself
   * @param terms of DPoP proofs
   * @param pageHeaders in lower case: those that pages of other origins may send beside what MCP
   *     clients send
   */
  public Edge(Setup setup, Set<Scheme> schemes, ProofTerms terms, Set<String> pageHeaders) {
    ResourceIdentifier resource = setup.resource();
    this.terms = terms;
    hosts = HostCheck.of(resource, setup.hosts());
    origins = OriginCheck.of(resource, setup.origins());
    crossOrigin = new CrossOrigin(origins, pageHeaders);
    refusals =
        new RefusalWriter(
            new Challenge(resource.metadataUrl(), setup.realm(), terms.algorithms()),
            setup.rpcErrorCode(),
            ConnectPage.of(resource, setup.endpoint(), setup.resourceName()),
            schemes.stream()
                .filter(scheme -> scheme != Scheme.SESSION) // which no header has
                .map(Scheme::wire)
                .sorted()
                .toList());
    capacity = new Capacity(setup.limits(), System::nanoTime);
    signals = Capacity.ofSignals(setup.limits(), System::nanoTime);
    provenSignals = Capacity.ofSignals(setup.limits(), System::nanoTime);
  }

  /**
   * An origin as it is configured.
   *
   * @throws IllegalArgumentException if no page of its own may have it; the message says what to
   *     write
   */
  public static String origin(String configured) {
    return new WebOrigin(configured).value();
  }

  /**
   * A host as it is configured, with or without a port.
   *
   * @throws IllegalArgumentException if no client sends it; the message says what to write
   */
  public static String host(String configured) {
    return HostCheck.name(configured);
  }

  /** Refuses a request under another name or from another page; null where it may go on. */
  public @Nullable Refusal admit(AccessRequest request) {
    try {
      if (hosts.isNeeded()) {
        hosts.require(request.headers("Host"));
      }
      origins.require(request.headers("Origin"));
      return null;
    } catch (AuthException e) {
      return Refusal.of(e);
    }
  }

  /**
   * The headers of the answer to a browser that asks ahead of a request (Fetch standard,
   * "CORS-preflight request"); null where this is no such question. It has no credential.
   */
  public @Nullable Map<String, String> preflight(AccessRequest request) {
    return CrossOrigin.isPreflight(request) ? crossOrigin.preflight(request) : null;
  }

  /**
   * Whether a request that was admitted is surely of a page whose origin is allowed, so that the
   * session of its browser may speak for it: no other page can have had it sent.
   */
  public static boolean isOfOwnPage(AccessRequest request) {
    return OwnPage.sent(request);
  }

  /** Whether an MCP endpoint has a use for the method. */
  public static boolean knowsMethod(AccessRequest request) {
    return METHODS.contains(request.method());
  }

  /**
   * What reads the body of one request; to be closed when the request is decided.
   *
   * @param caller the principal, or null where nobody was proven
   */
  public BodyReader bodyReader(@Nullable Principal caller) {
    return new BodyReader(capacity, caller);
  }

  /**
   * What reads one signal, in a place that is none of other requests; to be closed when it is
   * judged.
   *
   * @param proven whether a header has proven the sender already: those have places of their own
   */
  public BodyReader signalReader(boolean proven) {
    return BodyReader.ofSignal(proven ? provenSignals : signals);
  }

  /**
   * Takes what the answer to a granted request needs.
   *
   * @param caller the principal, or null where nobody was proven
   * @param longStream whether it may be a stream without end
   * @return to be called when the answer is over, once or more often
   * @throws AuthException OVER_LIMIT where others have it
   */
  public Runnable place(@Nullable Principal caller, boolean longStream) {
    return capacity.place(caller, longStream);
  }

  /**
   * Takes a place to read on what the sender of a refused request still sends; null where none is
   * left.
   */
  public @Nullable Runnable remainder() {
    return capacity.remainder();
  }

  /** What requests take at the moment. */
  public RequestLimits.InUse inUse() {
    return capacity.inUse().plus(signals.inUse()).plus(provenSignals.inUse());
  }

  /**
   * Reads the body, if the method has one, and holds the headers to it.
   *
   * @param policy says which arguments decide, and which headers repeat them
   * @param reader of this request
   */
  public Reading read(AccessRequest request, ToolPolicy policy, BodyReader reader) {
    if (!knowsMethod(request)) {
      return new Unread(
          Refusal.of(ReasonCode.METHOD_NOT_ALLOWED, Map.of("method", request.method())), null);
    }
    Messages messages = null;
    try {
      RpcCalls calls = calls(request, policy, reader);
      ProtocolRevision revision = ProtocolRevision.of(MirroredHeaders.version(request), calls);
      requireKinds(calls, revision);
      messages = new Messages(calls, revision.isStateless(), opensLongStream(request, calls));
      return messages.withCompared(
          MirroredHeaders.require(request, calls, revision, policy::paramHeaders));
    } catch (AuthException e) {
      return new Unread(Refusal.of(e), messages);
    } catch (IOException e) {
      return new Unread(
          Refusal.of(ReasonCode.BODY_UNREADABLE, Map.of("problem", e.getClass().getSimpleName())),
          messages);
    }
  }

  /** Whether what is open to everybody is better answered by the page for people. */
  public boolean prefersPage(AccessRequest request) {
    return ConnectPage.isBetterFor(request);
  }

  /**
   * Whether a request asks for nothing that an MCP endpoint has: a GET or HEAD for something else
   * than an event stream (Streamable HTTP, "Listening for Messages from the Server"). So asks who
   * wants to know whether there is a login.
   */
  public static boolean isProbe(AccessRequest request) {
    return (request.method().equals("GET") || request.method().equals("HEAD"))
        && !MediaRanges.name(request.headers("Accept"), "text/event-stream");
  }

  /**
   * What lets the page of an allowed origin read the answer, and the nonce for the next proof of
   * whoever sends proofs; empty for most requests.
   */
  public Map<String, String> answerHeaders(AccessRequest request) {
    return answerHeaders(request, false);
  }

  /** RFC 9449 sections 8.2 and 9: with any answer, so that few requests are sent in vain. */
  private Map<String, String> answerHeaders(AccessRequest request, boolean challenged) {
    Map<String, String> headers = crossOrigin.answerHeaders(request);
    if (terms.algorithms().isEmpty()) {
      return headers;
    }
    String nonce = challenged || !request.headers("DPoP").isEmpty() ? terms.nonce().get() : null;
    if (nonce == null) {
      return headers;
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put("DPoP-Nonce", nonce);
    return more;
  }

  /**
   * The answer to a refused request.
   *
   * @param messages what was read of it, or null
   */
  public Answer refuse(Refusal refusal, AccessRequest request, @Nullable Messages messages) {
    Answer answer = refusals.write(refusal, request, known(request, messages));
    return answer.with(answerHeaders(request, answer.status() == 401));
  }

  /**
   * The challenge of a 403 in the result of the tool call, for a client that reads it there: the
   * tool was not called.
   */
  public Answer refuseInToolResult(Refusal refusal, AccessRequest request, Messages messages) {
    return refusals.toolResult(refusal, messages).with(answerHeaders(request));
  }

  /** What headers alone tell, where no more was read. */
  private static Messages known(AccessRequest request, @Nullable Messages messages) {
    return messages != null
        ? messages
        : new Messages(
            RpcCalls.none(),
            ProtocolRevision.of(MirroredHeaders.version(request), null).isStateless(),
            false);
  }

  private static RpcCalls calls(AccessRequest request, ToolPolicy policy, BodyReader reader)
      throws IOException {
    if (!request.method().equals("POST")) {
      BodyRules.requireNone(request);
      BodyRules.requireEmpty(request, reader); // HTTP/2 announces no body (RFC 9113 section 8.1)
      return RpcCalls.none();
    }
    BodyRules.requireJson(request);
    return RpcCalls.read(request.body(reader), policy.argumentNames());
  }

  /** From 2026-07-28 on a client sends neither responses nor batches (Streamable HTTP). */
  private static void requireKinds(RpcCalls calls, ProtocolRevision revision) {
    if (revision.isStateless() && (calls.batch() || hasResponse(calls))) {
      throw new AuthException(
          ReasonCode.BODY_NOT_JSON_RPC,
          Map.of("problem", "a response or batch in a stateless revision"));
    }
  }

  private static boolean hasResponse(RpcCalls calls) {
    return calls.messages().stream().anyMatch(m -> m.kind() == RpcCalls.Message.Kind.RESPONSE);
  }

  /** HEAD too: a servlet that has no answer of its own for it opens what GET would. */
  private static boolean opensLongStream(AccessRequest request, RpcCalls calls) {
    if (request.method().equals("GET") || request.method().equals("HEAD")) {
      return true;
    }
    for (RpcCalls.Message message : calls.messages()) {
      if (LISTEN.equals(message.method())) {
        return true;
      }
    }
    return false;
  }
}
