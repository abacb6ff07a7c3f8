package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessStatus;
import io.mcpauth.access.AccessTarget;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rules and the state of access in words, for a line of a terminal. */
final class RuleText {
  private RuleText() {}

  static String of(AccessStatus status) {
    String state =
        switch (status.mode()) {
          case OPEN -> "Access is open";
          case KNOWN -> "Access is for known clients only";
          case CLOSED -> "Access is closed";
        };
    Instant since = status.since();
    if (since == null) {
      return state + ".";
    }
    state += ", since " + since + " (" + fitForLog(status.madeBy()) + ").";
    Duration retry = status.retryAfter();
    if (retry != null) {
      state += " To be tried again after " + retry.toSeconds() + " s.";
    }
    return status.message().isEmpty()
        ? state
        : state + " The refused are told: " + fitForLog(status.message());
  }

  static String of(AccessRule rule) {
    String what =
        switch (rule.kind()) {
          case ALLOW -> "known:   " + of(rule.target());
          case DENY -> "denied:  " + of(rule.target()) + until(rule.endsAt());
          case CUT_OFF -> "cut off: " + of(rule.target()) + ", issued until " + rule.before();
          case CUT_OFF_OLD ->
              "cut off: older cut-offs of " + of(rule.target()) + ", issued until " + rule.before();
        };
    return rule.id() + "  " + what + "  (" + rule.since() + ", " + fitForLog(rule.madeBy()) + ")";
  }

  private static String until(@Nullable Instant end) {
    return end == null ? "" : ", until " + end;
  }

  private static String of(AccessTarget target) {
    String who = part("client", target.clientId()) + part("user", target.subject());
    who += part("group", target.group()) + part("key", target.keyId());
    who += part("session", target.sessionId()) + part("token", target.tokenId());
    who += part("token with the hash", target.tokenHash());
    if (target.withoutSession()) {
      who += "in tokens without a session ";
    }
    String issuer = target.issuer();
    if (issuer == null) {
      return who.isEmpty() ? "everybody" : who.strip();
    }
    return (who.isEmpty() ? "everybody " : who) + "of " + fitForLog(issuer);
  }

  private static String part(String what, @Nullable String name) {
    return name == null ? "" : what + " " + fitForLog(name) + " ";
  }
}
