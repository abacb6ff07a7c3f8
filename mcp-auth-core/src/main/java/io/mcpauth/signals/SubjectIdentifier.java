package io.mcpauth.signals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom an event is about (RFC 9493; OpenID Shared Signals Framework 1.0 section 3), as far as
 * tokens can tell it: users and logins. Of an email address, a phone number or a device they know
 * nothing.
 *
 * @param users who is named as a user
 * @param sessions the logins that are named
 * @param either what may be one or the other: an identifier that says no more of itself
 * @param format what it is written in, for the log
 */
record SubjectIdentifier(Set<Name> users, Set<Name> sessions, Set<Name> either, String format) {
  /**
   * A subject has some spellings, and no crowd of them: each would be a rule that all nodes keep.
   */
  private static final int MOST_NAMES = 8;

  private static final String COMPLEX = "complex";

  /**
   * A name that an issuer gives.
   *
   * @param issuer who, or null for the one that speaks
   * @param id the name
   */
  record Name(@Nullable String issuer, String id) {}

  /** Whether it names anybody in a way that tokens do. */
  boolean isKnown() {
    return !users.isEmpty() || !sessions.isEmpty() || !either.isEmpty();
  }

  /**
   * Reads one.
   *
   * @param value as JSON has it
   * @throws io.mcpauth.error.AuthException CLAIM_INVALID where it is none
   */
  static SubjectIdentifier of(@Nullable Object value) {
    Map<String, @Nullable Object> subject = SignalClaims.object(value, "sub_id");
    String format = format(subject);
    Set<Name> users = new LinkedHashSet<>();
    Set<Name> sessions = new LinkedHashSet<>();
    Set<Name> either = new LinkedHashSet<>();
    if (format.equals(COMPLEX)) { // Shared Signals Framework 1.0 section 3.3
      addMember(subject.get("user"), users);
      addMember(subject.get("session"), sessions);
    } else {
      add(subject, users, either);
    }
    if (users.size() + sessions.size() + either.size() > MOST_NAMES) {
      throw SignalClaims.invalid("sub_id");
    }
    return new SubjectIdentifier(users, sessions, either, format);
  }

  private static void addMember(@Nullable Object value, Set<Name> names) {
    if (value != null) {
      add(SignalClaims.object(value, "sub_id"), names, names);
    }
  }

  /**
   * Adds what a simple subject names.
   *
   * @param full those that say whose they are
   * @param opaque those that do not
   */
  private static void add(Map<String, @Nullable Object> subject, Set<Name> full, Set<Name> opaque) {
    switch (format(subject)) {
      // RFC 9493 section 3.2.5; id_token_claims is what RISC had before.
      case "iss_sub", "id_token_claims" ->
          full.add(new Name(text(subject, "iss"), text(subject, "sub")));
      case "opaque" -> opaque.add(new Name(null, text(subject, "id"))); // section 3.2.6
      case "aliases" -> { // section 3.2.8, where none is among them that has some itself
        if (!(subject.get("identifiers") instanceof List<?> identifiers)) {
          throw SignalClaims.invalid("sub_id");
        }
        for (Object one : identifiers) {
          Map<String, @Nullable Object> identifier = SignalClaims.object(one, "sub_id");
          if (!format(identifier).equals("aliases")) {
            add(identifier, full, opaque);
          }
        }
      }
      default -> {} // nothing that a token has
    }
  }

  /** The drafts before RFC 9493 had another name and hyphens, and none for a complex subject. */
  private static String format(Map<String, @Nullable Object> subject) {
    Object format = subject.get("format");
    if (format == null) {
      format = subject.get("subject_type");
    }
    if (format == null && (subject.get("user") != null || subject.get("session") != null)) {
      return COMPLEX; // as Okta sends it
    }
    if (format instanceof String text) {
      return text.replace('-', '_');
    }
    throw SignalClaims.invalid("sub_id");
  }

  private static String text(Map<String, @Nullable Object> subject, String name) {
    if (subject.get(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw SignalClaims.invalid("sub_id");
  }

  @Override
  public String toString() {
    return "SubjectIdentifier[" + format + "]";
  }
}
