package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeChallenge;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a known client may ask for, once somebody is logged in. */
final class AuthorizationRules {
  /** RFC 7638, in base64url. */
  private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final ServerSetup setup;

  AuthorizationRules(ServerSetup setup) {
    this.setup = setup;
  }

  /**
   * The request, with all that was checked.
   *
   * @param redirectUri one of the client's
   * @param query of the request, as an address has it
   * @throws AuthException that the client may be told
   */
  Asked check(Client client, String redirectUri, String query, Parameters asked) {
    if (!"code".equals(asked.value("response_type"))) {
      throw new AuthException(ReasonCode.RESPONSE_TYPE_NOT_SUPPORTED);
    }
    // RFC 9700 section 2.1.1: PKCE for every client; "plain" is refused.
    CodeChallenge challenge =
        CodeChallenge.parse(asked.value("code_challenge"), asked.value("code_challenge_method"));
    return new Asked(
        client,
        redirectUri,
        asked.value("state"),
        challenge.value(),
        dpopKey(asked.value("dpop_jkt")),
        setup.resource(asked.values("resource")),
        scopes(client, asked),
        query);
  }

  /** RFC 9449 section 10: the thumbprint of a key, which the code is then for alone. */
  private static @Nullable String dpopKey(@Nullable String thumbprint) {
    if (thumbprint != null && !THUMBPRINT.matcher(thumbprint).matches()) {
      throw Forms.invalid("'dpop_jkt' is no SHA-256 thumbprint of a key");
    }
    return thumbprint;
  }

  /**
   * RFC 6749 section 3.3 wants a default for an omitted scope: everything that the client may ask
   * for, named on the consent page, because some clients send no scope when they reconnect.
   */
  private Set<String> scopes(Client client, Parameters asked) {
    Set<String> own = new LinkedHashSet<>(setup.scopes().keySet());
    Set<String> limit = client.scopes();
    if (limit != null) {
      own.retainAll(limit);
    }
    Set<String> registered = client.metadata().scopes();
    if (setup.registeredScopesOnly() && !registered.isEmpty()) {
      own.retainAll(registered);
    }
    Set<String> scopes = Forms.scopes(asked);
    // Limited to what is not on offer any more, a client gets nothing, rather than an empty grant.
    boolean nothingLeft = own.isEmpty() && !setup.scopes().isEmpty();
    if (nothingLeft || !own.containsAll(scopes)) {
      Set<String> surplus = new LinkedHashSet<>(scopes);
      surplus.removeAll(own);
      throw new AuthException(
          ReasonCode.SCOPE_NOT_OFFERED,
          nothingLeft
              ? "This client may ask for no scope"
              : "This client may ask for " + String.join(" ", own) + " alone",
          Map.of("surplus", String.join(" ", surplus)));
    }
    return scopes.isEmpty() ? own : scopes;
  }
}
