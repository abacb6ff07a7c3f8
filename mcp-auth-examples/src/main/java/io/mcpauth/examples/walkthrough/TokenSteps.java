package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.TokenSet;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The requests that the client makes by itself: tokens, refresh, revocation. */
final class TokenSteps {
  private final Transcript transcript;
  private final Tap tap;
  private final Client client;

  TokenSteps(Transcript transcript, Tap tap, Client client) {
    this.transcript = transcript;
    this.tap = tap;
    this.client = client;
  }

  /** Step 7: the code becomes a token. */
  TokenSet exchange(AuthorizationCode code, Set<String> scopes) {
    transcript.step(
        "The code becomes a token",
        "The verifier proves that whoever shows the code is whoever asked for it.",
        "RFC 6749 sections 4.1.3 and 5.1, RFC 7636 section 4.5, RFC 8707 section 2.2");
    return token(code, scopes);
  }

  /** The same request without a step of its own. */
  TokenSet token(AuthorizationCode code, Set<String> scopes) {
    return tokens(expect -> checkTokens(expect, scopes), () -> client.tokens().redeem(code));
  }

  /** Step 17: new tokens for an old refresh token. */
  TokenSet refreshed(TokenSet tokens) {
    transcript.step(
        "Refresh",
        "The access token lives for minutes. The refresh token brings the next one, without the"
            + " user, for the same server only.",
        "RFC 6749 section 6, RFC 8707 section 2.2");
    transcript.say("For another server? Not even now:");
    URI elsewhere = client.resource().resolve("/somewhere-else");
    refused(tokens, elsewhere, "invalid_target", Reason.REFUSED);
    transcript.say("For this one:");
    return refresh(tokens);
  }

  /** Step 18: the old refresh token shown again. */
  void replay(TokenSet old, TokenSet current) {
    transcript.step(
        "A refresh token that comes twice",
        "It works once. Whoever shows it again when its successor was used may have stolen it, so"
            + " all that came of it ends.",
        "RFC 9700 section 4.14.2");
    transcript.say("The new one is used:");
    TokenSet next = refresh(current);
    transcript.say("The old one:");
    over(old);
    transcript.say("And the newest, which nobody has used:");
    over(next);
  }

  /** Step 21: the client hands its refresh token back. */
  void revoke(TokenSet tokens) {
    transcript.step(
        "Revocation",
        "The client has no use for its tokens any more, and hands the refresh token back: all that"
            + " came of it ends.",
        "RFC 7009 section 2");
    transcript.say("Until now it works:");
    TokenSet last = refresh(tokens);
    boolean told;
    try {
      told = tap.during(expect -> expect.status(200), () -> client.tokens().revoke(last));
    } catch (ClientException e) {
      throw new IllegalStateException("the answer passed its checks and the client refuses it", e);
    }
    if (!told) {
      throw new IllegalStateException("the server has no revocation endpoint");
    }
    transcript.say("And no more:");
    over(last);
  }

  private TokenSet refresh(TokenSet tokens) {
    return refreshedTo(tokens, tokens.accessToken().scopes());
  }

  /** Tokens with these scopes for a refresh token. */
  TokenSet refreshedTo(TokenSet tokens, Set<String> scopes) {
    return tokens(
        expect -> {
          checkTokens(expect, scopes);
          JsonNode json = expect.json();
          expect.that(
              "a new access token",
              !json.path("access_token").stringValue("").equals(tokens.accessToken().value()));
          expect.that(
              "a new refresh token",
              !json.path("refresh_token").stringValue("").equals(refreshToken(tokens).value()));
        },
        () -> client.tokens().refresh(tokens, client.resource()));
  }

  /** A refresh token that brings nothing any more. */
  void over(TokenSet tokens) {
    refused(tokens, client.resource(), "invalid_grant", Reason.AUTHORIZATION_ENDED);
  }

  /** A refusal, and that the client knows what it means. */
  private void refused(TokenSet tokens, URI resource, String error, Reason meaning) {
    try {
      TokenSet unexpected =
          tap.during(
              expect -> expect.error(error), () -> client.tokens().refresh(tokens, resource));
      throw new IllegalStateException("tokens of " + unexpected.issuer() + " from a refusal");
    } catch (ClientException e) {
      if (e.reason() != meaning) {
        throw new IllegalStateException(
            "the answer passed its checks and the client refuses it", e);
      }
    }
  }

  private TokenSet tokens(Consumer<Expect> checks, Tap.Action<TokenSet, ClientException> request) {
    try {
      return tap.during(checks, request);
    } catch (ClientException e) {
      throw new IllegalStateException("the answer passed its checks and the client refuses it", e);
    }
  }

  private static TokenSet.RefreshToken refreshToken(TokenSet tokens) {
    return Objects.requireNonNull(tokens.refreshToken(), "checked");
  }

  private static void checkTokens(Expect expect, Set<String> scopes) {
    expect.status(200);
    JsonNode json = expect.json();
    expect.that("an access token", !expect.text(json, "access_token").isEmpty());
    expect.equal("of type Bearer", "Bearer", expect.text(json, "token_type"));
    int seconds = json.path("expires_in").intValue(0);
    expect.that("for minutes, not days", seconds > 0 && seconds <= 3600);
    expect.sameSet("with the scopes asked for", scopes, Expect.scopes(expect.text(json, "scope")));
    expect.that("and a refresh token", !expect.text(json, "refresh_token").isEmpty());
    // RFC 6749 section 5.1.
    expect.contains("not to be stored", "no-store", expect.header("Cache-Control"));
  }
}
