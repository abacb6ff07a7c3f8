package io.mcpauth.signals;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Security event tokens by push (RFC 8417, RFC 8935, OpenID Shared Signals Framework 1.0). */
final class EventTokens implements SignalKind {
  /** RFC 8417 section 2.3; the Shared Signals Framework makes it a must. */
  private static final Set<String> TYPES = Set.of("secevent+jwt");

  /** Seconds of the year 5138, and milliseconds of 1973. */
  private static final BigDecimal FIRST_MILLIS = BigDecimal.valueOf(100_000_000_000L);

  private static final BigDecimal LAST_MILLIS = BigDecimal.valueOf(253_402_300_800_000L);

  private final SecurityEvents events;
  private final Speakers speakers;
  private final SignalClaims.Expected expected;
  private final Clock clock;

  EventTokens(
      SecurityEvents events, Speakers speakers, SignalClaims.Expected expected, Clock clock) {
    this.events = events;
    this.speakers = speakers;
    this.expected = expected;
    this.clock = clock;
  }

  @Override
  public String contentType() {
    return "application/secevent+jwt"; // RFC 8935 section 2.1
  }

  @Override
  public boolean requireSender(Function<String, List<String>> headers) {
    if (!events.isAuthorized(headers.apply("Authorization"))) {
      throw new AuthException(ReasonCode.SIGNAL_SENDER_NOT_PROVEN);
    }
    return events.asksForAuthorization();
  }

  @Override
  public String token(byte[] body) {
    return new String(body, StandardCharsets.ISO_8859_1).strip(); // a line end is no part of it
  }

  @Override
  public Signal judge(Jwt jwt) {
    JwtHeaderCheck.requireType(jwt.header(), TYPES);
    Instant now = clock.instant();
    SignalClaims claims = SignalClaims.judge(jwt.claims(), expected, now);
    Map<EventType, Map<String, @Nullable Object>> known = known(claims.events());
    Set<AccessTarget> targets = new LinkedHashSet<>();
    Instant before = null;
    String note = "";
    for (Map.Entry<EventType, Map<String, @Nullable Object>> event : known.entrySet()) {
      if (event.getKey().endsAccess(event.getValue(), events.credentialChange())) {
        SubjectIdentifier subject = subject(claims, event.getValue());
        List<AccessTarget> found = targets(claims.issuer(), subject, event.getKey());
        targets.addAll(found);
        note = found.isEmpty() ? subject.format() : note;
        before = later(before, occurred(event.getValue(), claims.issuedAt()));
      }
    }
    Instant instant = before == null ? claims.issuedAt() : before;
    return new Signal(
        claims.issuer(),
        claims.tokenId(),
        String.join(" ", known.keySet().stream().map(EventType::wire).toList()),
        List.copyOf(targets),
        instant.isAfter(now) ? now : instant,
        claims.goodUntil(),
        note);
  }

  /**
   * The events that are known. Several are one event under several names (Shared Signals Framework
   * 1.0 section 4.1), so one that is known is enough.
   */
  private static Map<EventType, Map<String, @Nullable Object>> known(
      Map<String, @Nullable Object> events) {
    Map<EventType, Map<String, @Nullable Object>> known = new LinkedHashMap<>();
    if (events.isEmpty()) { // RFC 8417 section 2.2: one member or more
      throw SignalClaims.invalid("events");
    }
    for (Map.Entry<String, @Nullable Object> event : events.entrySet()) {
      EventType type = EventType.of(event.getKey());
      if (type != null) {
        known.put(type, SignalClaims.object(event.getValue(), "events"));
      }
    }
    if (known.isEmpty()) {
      throw new AuthException(
          ReasonCode.SIGNAL_EVENT_UNKNOWN, Map.of("events", events.keySet().toString()));
    }
    return known;
  }

  /** Of the token (Shared Signals Framework 1.0 section 3), or of the event as in drafts before. */
  private static SubjectIdentifier subject(
      SignalClaims claims, Map<String, @Nullable Object> event) {
    Object ofToken = claims.all().get("sub_id");
    Object ofEvent = event.get("subject");
    if (ofToken == null || ofEvent == null) {
      return SubjectIdentifier.of(ofToken == null ? ofEvent : ofToken);
    }
    SubjectIdentifier first = SubjectIdentifier.of(ofToken);
    return first.isKnown() ? first : SubjectIdentifier.of(ofEvent);
  }

  private List<AccessTarget> targets(String speaker, SubjectIdentifier subject, EventType type) {
    // Another's id of a session is no sid of the tokens, so they would all be of other sessions.
    boolean oneLogin =
        type == EventType.SESSION_REVOKED
            && !subject.sessions().isEmpty()
            && !speakers.isForeign(speaker);
    List<AccessTarget> targets = new ArrayList<>();
    for (SubjectIdentifier.Name user : subject.users()) {
      for (String issuer : speakers.tokenIssuers(speaker, user.issuer())) {
        if (oneLogin) {
          targets.add(Targets.withoutSession(issuer, user.id()));
        } else {
          targets.addAll(Targets.of(issuer, user.id(), null));
        }
      }
    }
    if (oneLogin || subject.users().isEmpty()) { // else the user's are among them
      for (SubjectIdentifier.Name session : subject.sessions()) {
        for (String issuer : speakers.tokenIssuers(speaker, session.issuer())) {
          targets.addAll(Targets.of(issuer, null, session.id()));
        }
      }
    }
    for (SubjectIdentifier.Name one : subject.either()) {
      for (String issuer : speakers.tokenIssuers(speaker, one.issuer())) {
        targets.addAll(Targets.of(issuer, one.id(), null));
        if (type == EventType.SESSION_REVOKED) { // CAEP 1.0 section 3.1.2 has a session so
          targets.addAll(Targets.of(issuer, null, one.id()));
        }
      }
    }
    return targets;
  }

  /**
   * When it happened: in seconds (CAEP 1.0 section 2), in milliseconds as Okta has it
   * (https://developer.okta.com/docs/reference/ssf-transmitter-sets); where it does not say, or
   * nothing that can be, when the token was issued, before which it was.
   */
  static Instant occurred(Map<String, @Nullable Object> event, Instant issuedAt) {
    BigDecimal told =
        event.get("event_timestamp") instanceof Long whole
            ? BigDecimal.valueOf(whole)
            : event.get("event_timestamp") instanceof BigDecimal decimal ? decimal : null;
    if (told == null || told.signum() <= 0 || told.compareTo(LAST_MILLIS) >= 0) {
      return issuedAt;
    }
    return told.compareTo(FIRST_MILLIS) < 0
        ? Instant.ofEpochSecond(told.longValue())
        : Instant.ofEpochMilli(told.longValue());
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one == null || other.isAfter(one) ? other : one;
  }

  @Override
  public void requireSigned(String token, String issuer) {
    speakers.requireSigned(token, issuer);
  }

  /** RFC 8935 section 2: it is answered as if it had not been received before. */
  @Override
  public boolean refusesRepetition() {
    return false;
  }

  /** RFC 8935 section 2.2. */
  @Override
  public SignalAnswer accepted() {
    return SignalAnswer.empty(202);
  }

  /** RFC 8935 section 2.3. */
  @Override
  public Map<String, Object> refused(SignalRefusal refusal) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("err", refusal.code());
    body.put("description", refusal.description());
    return body;
  }
}
