package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.ProviderProfile.ForeignMark;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells access tokens from the others that a provider signs with the same key: an audience check
 * alone does not where they share an audience too.
 */
final class TokenKind {
  private static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

  private TokenKind() {}

  static void requireAccessToken(TokenClaims claims, List<ForeignMark> marks) {
    for (ForeignMark mark : marks) {
      if (matches(claims.get(mark.claim()), mark.value())) {
        throw new AuthException(reason(mark.kind()), Map.of("claim", mark.claim()));
      }
    }
    // OpenID Connect Back-Channel Logout section 2.4.
    if (claims.get("events") instanceof Map<?, ?> events && events.containsKey(LOGOUT_EVENT)) {
      throw new AuthException(ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED, Map.of("claim", "events"));
    }
  }

  /** Whether all claims of one group are there; also where there is no group. */
  static boolean hasMarks(TokenClaims claims, List<List<String>> groups) {
    for (List<String> group : groups) {
      if (hasAll(claims, group)) {
        return true;
      }
    }
    return groups.isEmpty();
  }

  private static boolean hasAll(TokenClaims claims, List<String> marks) {
    for (String mark : marks) {
      if (!has(claims, mark)) {
        return false;
      }
    }
    return true;
  }

  private static boolean has(TokenClaims claims, String mark) {
    int equals = mark.indexOf('=');
    return equals < 0
        ? claims.get(mark) != null
        : matches(claims.get(mark.substring(0, equals)), mark.substring(equals + 1));
  }

  private static boolean matches(@Nullable Object found, String value) {
    if (found == null) {
      return false;
    }
    if (value.equals("*")) {
      return true;
    }
    return value.endsWith("*")
        ? found instanceof String text && text.startsWith(value.substring(0, value.length() - 1))
        : value.equals(found);
  }

  private static ReasonCode reason(ProviderProfile.Kind kind) {
    return switch (kind) {
      case ID -> ReasonCode.ID_TOKEN_NOT_ACCEPTED;
      case REFRESH -> ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED;
      case LOGOUT -> ReasonCode.LOGOUT_TOKEN_NOT_ACCEPTED;
      case OTHER -> ReasonCode.NOT_AN_ACCESS_TOKEN;
    };
  }
}
