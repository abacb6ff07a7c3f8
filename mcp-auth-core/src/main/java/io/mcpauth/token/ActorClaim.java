package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads who acts for the subject of a token (RFC 8693 section 4.1). The current actor is judged as
 * the subject is, because rules are about it; those before it decide nothing, so that whatever is
 * wrong with them only ends what is kept of them.
 */
final class ActorClaim {
  /** The current one and those before it; what is behind them is for nobody. */
  private static final int MOST_KEPT = 8;

  private static final String ACT = "act";

  private ActorClaim() {}

  /**
   * The current actor, with those before it; null where nobody acts.
   *
   * @param issuer of the token
   * @throws AuthException CLAIM_INVALID if the claim is there and names nobody: it says that
   *     somebody acts whom no rule could mean
   */
  static @Nullable Actor of(TokenClaims claims, String issuer) {
    Object act = claims.get(ACT);
    if (act == null) {
      return null;
    }
    if (!(act instanceof Map<?, ?> current)
        || !isTextOrAbsent(current, "iss")
        || !isTextOrAbsent(current, "sub")
        || !isTextOrAbsent(current, "client_id")
        || (text(current, "sub") == null && text(current, "client_id") == null)) {
      throw new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", ACT));
    }
    return chain(current, issuer);
  }

  private static Actor chain(Map<?, ?> current, String issuer) {
    List<Map<?, ?>> before = new ArrayList<>();
    Object next = current.get(ACT);
    while (next instanceof Map<?, ?> members && before.size() < MOST_KEPT - 1) {
      before.add(members);
      next = members.get(ACT);
    }
    Actor last = null;
    for (int i = before.size() - 1; i >= 0; i--) {
      last = actor(before.get(i), issuer, last);
    }
    return actor(current, issuer, last);
  }

  private static Actor actor(Map<?, ?> members, String issuer, @Nullable Actor before) {
    String iss = text(members, "iss");
    return new Actor(
        iss == null ? issuer : iss, text(members, "sub"), text(members, "client_id"), before);
  }

  private static boolean isTextOrAbsent(Map<?, ?> members, String name) {
    return members.get(name) == null || text(members, name) != null;
  }

  private static @Nullable String text(Map<?, ?> members, String name) {
    return members.get(name) instanceof String text && ClaimValues.isName(text) ? text : null;
  }
}
