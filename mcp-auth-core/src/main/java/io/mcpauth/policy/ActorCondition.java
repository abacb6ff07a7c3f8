package io.mcpauth.policy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who may act for the subject of a token (RFC 8693 section 4.1): the current actor decides, those
 * before it nothing.
 *
 * @param kind whether there has to be one
 * @param names the actors that may
 */
record ActorCondition(Kind kind, Set<String> names) {
  static final ActorCondition NONE = new ActorCondition(Kind.ANY, Set.of());

  /** Whether there has to be an actor. */
  enum Kind {
    /** None, or whoever it is. */
    ANY,
    /** None, or one that is named. */
    IF_ANY,
    /** One that is named. */
    NAMED
  }

  static ActorCondition of(Kind kind, String... names) {
    Set<String> all = new LinkedHashSet<>(Arrays.asList(names));
    if (all.size() != names.length || all.contains("") || (all.isEmpty() && kind == Kind.NAMED)) {
      throw new IllegalArgumentException(
          "The actors " + Arrays.toString(names) + " are none, or one is empty or twice.");
    }
    return new ActorCondition(kind, Set.copyOf(all));
  }

  boolean isNone() {
    return kind == Kind.ANY;
  }

  /** An actor of another issuer is not the one whose name it has. */
  boolean isMetBy(Caller caller) {
    Actor actor = caller.actor();
    if (kind == Kind.ANY || actor == null) {
      return kind != Kind.NAMED;
    }
    return actor.issuer().equals(caller.issuer()) && names.contains(actor.name());
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ANY -> "";
      case IF_ANY -> names.isEmpty() ? "no actor" : "no actor, or one of " + names;
      case NAMED -> "actors " + names;
    };
  }
}
