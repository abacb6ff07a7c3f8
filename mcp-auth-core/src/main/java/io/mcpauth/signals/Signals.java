package io.mcpauth.signals;

import io.mcpauth.access.AccessControl;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.edge.Edge;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.json.Json;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.IssuerSignatures;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives signals: from the request to the effect and the answer. Part of the machinery behind
 * {@code ResourceServer}; applications do not need it.
 *
 * <p>Whoever sends one proves nothing but by the token. What that may cost before it is known to be
 * good is a place among those of signals, 64 KiB within two seconds, and no signature check for
 * what does not fit before; nothing is stored.
 */
public final class Signals {
  /** The largest body. */
  public static final int MOST_BYTES = Edge.MOST_SIGNAL_BYTES;

  private final Map<String, SignalKind> kinds = new LinkedHashMap<>();
  private final Edge edge;
  private final SignalEffect effect;
  private final SignalLog log;

  /**
   * Which signals are received.
   *
   * @param logout logout tokens, or null for none
   * @param events security event tokens, or null for none
   */
  public record Rules(@Nullable BackChannelLogout logout, @Nullable SecurityEvents events) {
    /**
     * Requires that they fit a server.
     *
     * @param servers the authorization servers
     * @param endpoint the path of the MCP endpoint
     * @throws IllegalArgumentException if two things are served at one path, or a transmitter is
     *     one of the servers, speaks of the users of none, or of which is not said
     */
    public void requireFor(List<AuthorizationServer> servers, String endpoint) {
      String ofLogout = logout == null ? "" : logout.path();
      String ofEvents = events == null ? "" : events.path();
      if (!ofLogout.isEmpty() && ofLogout.equals(ofEvents)) {
        throw new IllegalArgumentException(
            "Logout tokens and security events are both received at '"
                + ofEvents
                + "'. Write a path for each.");
      }
      boolean atEndpoint = endpoint.equals(ofLogout) || endpoint.equals(ofEvents);
      if (atEndpoint && !endpoint.isEmpty()) { // the resource may be an origin, which has no path
        throw new IllegalArgumentException(
            "Signals are received at '"
                + endpoint
                + "', which is the path of the MCP endpoint. Write another one.");
      }
      if (events != null) {
        events.transmitters().forEach(transmitter -> transmitter.requireBeside(servers));
      }
    }
  }

  /**
   * What they are received with.
   *
   * @param servers the issuers of the authorization servers
   * @param edge what requests may cost
   * @param authenticator has the keys
   * @param access cuts off
   * @param rules how many rules of access there are
   * @param store remembers what was received
   * @param clockSkew how far clocks may differ
   * @param clock of every time check
   */
  public record Parts(
      List<String> servers,
      Edge edge,
      Authenticator authenticator,
      AccessControl access,
      IntSupplier rules,
      Store store,
      Duration clockSkew,
      Clock clock) {
    /** A copy of the list. */
    public Parts {
      servers = List.copyOf(servers);
    }
  }

  /** Signals by these rules, which fit the servers. */
  public Signals(Rules rules, Parts parts) {
    this(rules, parts, LoggerFactory.getLogger(Signals.class));
  }

  Signals(Rules rules, Parts parts, Logger log) {
    edge = parts.edge();
    effect = new SignalEffect(parts.access(), parts.rules(), parts.store(), parts.clockSkew());
    this.log = new SignalLog(log, System::nanoTime);
    IssuerSignatures servers = parts.authenticator().signatures();
    BackChannelLogout logout = rules.logout();
    if (logout != null) {
      SignalClaims.Expected expected =
          new SignalClaims.Expected(servers::isIssuer, logout.clientIds(), parts.clockSkew());
      kinds.put(logout.path(), new LogoutTokens(servers, expected, parts.clock()));
    }
    SecurityEvents events = rules.events();
    if (events != null) {
      Speakers speakers = speakers(events, servers, parts);
      SignalClaims.Expected expected =
          new SignalClaims.Expected(speakers::isSpeaker, events.audiences(), parts.clockSkew());
      kinds.put(events.path(), new EventTokens(events, speakers, expected, parts.clock()));
    }
  }

  private static Speakers speakers(SecurityEvents events, IssuerSignatures servers, Parts parts) {
    Map<String, String> speaksOf = new LinkedHashMap<>();
    for (EventTransmitter transmitter : events.transmitters()) {
      speaksOf.put(transmitter.keys().issuer(), transmitter.usersOf(parts.servers()));
    }
    List<AuthorizationServer> keys =
        events.transmitters().stream().map(EventTransmitter::keys).toList();
    return new Speakers(servers, parts.authenticator().signaturesOf(keys), speaksOf);
  }

  /** Where they are received, within the web application. */
  public Set<String> paths() {
    return Set.copyOf(kinds.keySet());
  }

  /**
   * Receives one. Never throws for anything in the request.
   *
   * @param path one of {@link #paths}
   * @throws IllegalArgumentException if it is none of them
   */
  public SignalAnswer receive(String path, AccessRequest request) {
    SignalKind kind = kinds.get(path);
    if (kind == null) {
      throw new IllegalArgumentException("No signals are received at '" + path + "'.");
    }
    try {
      accept(kind, request);
      return kind.accepted();
    } catch (AuthException e) {
      return refused(path, kind, e);
    } catch (StoreException e) {
      Map<String, String> facts = Map.of("problem", String.valueOf(e.getMessage()));
      return refused(path, kind, new AuthException(ReasonCode.STORE_UNAVAILABLE, facts, e));
    } catch (IOException e) {
      return refused(path, kind, new AuthException(ReasonCode.BODY_UNREADABLE));
    } catch (Exception | StackOverflowError e) {
      log.fault(path, e);
      return answer(kind, new AuthException(ReasonCode.INTERNAL_FAULT));
    }
  }

  private void accept(SignalKind kind, AccessRequest request) throws IOException {
    boolean proven = requireForm(kind, request);
    try (BodyReader reader = edge.signalReader(proven)) {
      String token = kind.token(request.body(reader));
      Jwt jwt = Jwt.parse(token);
      Signal signal = kind.judge(jwt);
      kind.requireSigned(token, signal.issuer());
      log.taken(
          signal,
          signal.targets().isEmpty() ? List.of() : effect.take(signal, kind.refusesRepetition()));
    }
  }

  /**
   * What headers alone tell, before a body is read.
   *
   * @return whether one of them proves the sender
   */
  private boolean requireForm(SignalKind kind, AccessRequest request) {
    if (!request.method().equals("POST")) {
      throw new AuthException(ReasonCode.METHOD_NOT_ALLOWED, Map.of("method", request.method()));
    }
    Refusal stop = edge.admit(request);
    if (stop != null) {
      throw new AuthException(stop.reason(), stop.facts());
    }
    List<String> types = request.headers("Content-Type");
    String type = types.size() == 1 ? types.get(0).split(";", 2)[0].strip() : "";
    if (!type.toLowerCase(Locale.ROOT).equals(kind.contentType())
        || !request.headers("Content-Encoding").isEmpty()) {
      throw new AuthException(
          ReasonCode.CONTENT_NOT_ACCEPTED, Map.of("expected", kind.contentType()));
    }
    return kind.requireSender(request::headers);
  }

  private SignalAnswer refused(String path, SignalKind kind, AuthException problem) {
    log.refused(path, problem);
    return answer(kind, problem);
  }

  private static SignalAnswer answer(SignalKind kind, AuthException problem) {
    SignalRefusal refusal = SignalRefusal.of(problem);
    Map<String, String> headers = SignalAnswer.uncached();
    if (refusal.status() == 405) {
      headers.put("Allow", "POST"); // RFC 9110 section 15.5.6
    }
    if (refusal.status() == 503) {
      headers.put("Retry-After", "1");
    }
    headers.put("Content-Type", "application/json");
    headers.put("Content-Language", "en"); // RFC 8935 section 2.3
    return new SignalAnswer(refusal.status(), headers, Json.write(kind.refused(refusal)));
  }
}
