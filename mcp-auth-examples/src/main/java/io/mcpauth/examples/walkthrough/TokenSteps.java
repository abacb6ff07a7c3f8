package io.mcpauth.examples.walkthrough;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import java.net.URI;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** The requests that the client makes by itself: tokens, refresh, revocation. */
final class TokenSteps {
  private final Conversation conversation;
  private final Client client;

  TokenSteps(Conversation conversation, Client client) {
    this.conversation = conversation;
    this.client = client;
  }

  /** Step 7: the code becomes a token. */
  Tokens exchange(AuthorizationSteps.Authorized authorized, Set<String> scopes) {
    conversation
        .transcript()
        .step(
            "The code becomes a token",
            "The verifier proves that whoever shows the code is whoever asked for it.",
            "RFC 6749 sections 4.1.3 and 5.1, RFC 7636 section 4.5, RFC 8707 section 2.2");
    return token(authorized, scopes);
  }

  /** The same request without a step of its own. */
  Tokens token(AuthorizationSteps.Authorized authorized, Set<String> scopes) {
    AuthorizationGrant grant =
        new AuthorizationCodeGrant(authorized.code(), client.redirectUri(), authorized.verifier());
    return tokens(grant, expect -> checkTokens(expect, scopes));
  }

  /** Step 17: new tokens for an old refresh token. */
  Tokens refreshed(Tokens tokens) {
    conversation
        .transcript()
        .step(
            "Refresh",
            "The access token lives for minutes. The refresh token brings the next one, without the"
                + " user, for the same server only.",
            "RFC 6749 section 6, RFC 8707 section 2.2");
    conversation.transcript().say("For another server? Not even now:");
    URI elsewhere = client.resource().resolve("/somewhere-else");
    send(
        tokenRequest(new RefreshTokenGrant(new RefreshToken(tokens.refresh())), elsewhere),
        expect -> expect.error("invalid_target"));
    conversation.transcript().say("For this one:");
    return refresh(tokens);
  }

  /** Step 18: the old refresh token shown again. */
  void replay(Tokens old, Tokens current) {
    conversation
        .transcript()
        .step(
            "A refresh token that comes twice",
            "It works once. Whoever shows it again may have stolen it, so its successor dies too.",
            "RFC 9700 section 4.14.2");
    conversation.transcript().say("The old one:");
    refused(old);
    conversation.transcript().say("And the new one, which worked a moment ago:");
    refused(current);
  }

  /** Step 20: the client hands its refresh token back. */
  void revoke(Tokens tokens) {
    conversation
        .transcript()
        .step(
            "Revocation",
            "The user disconnects the client: the refresh token is dead at once, the access token"
                + " when its minutes are over.",
            "RFC 7009 section 2");
    conversation.transcript().say("Until now it works:");
    Tokens last = refresh(tokens);
    HTTPRequest request =
        new TokenRevocationRequest(
                client.server().getRevocationEndpointURI(),
                client.id(),
                new RefreshToken(last.refresh()))
            .toHTTPRequest();
    send(request, expect -> expect.status(200));
    conversation.transcript().say("And no more:");
    refused(last);
  }

  private Tokens refresh(Tokens tokens) {
    return tokens(
        new RefreshTokenGrant(new RefreshToken(tokens.refresh())),
        expect -> {
          checkTokens(expect, tokens.scopes());
          expect.that(
              "a new access token",
              !expect.json().path("access_token").stringValue("").equals(tokens.access()));
          expect.that(
              "a new refresh token",
              !expect.json().path("refresh_token").stringValue("").equals(tokens.refresh()));
        });
  }

  private void refused(Tokens tokens) {
    send(
        tokenRequest(new RefreshTokenGrant(new RefreshToken(tokens.refresh())), client.resource()),
        expect -> expect.error("invalid_grant"));
  }

  private Tokens tokens(AuthorizationGrant grant, Consumer<Expect> checks) {
    JsonNode json = send(tokenRequest(grant, client.resource()), checks).json();
    return new Tokens(
        json.path("access_token").stringValue(""),
        json.path("refresh_token").stringValue(""),
        Expect.scopes(json.path("scope").stringValue("")));
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

  private HTTPRequest tokenRequest(AuthorizationGrant grant, URI resource) {
    return new TokenRequest.Builder(client.server().getTokenEndpointURI(), client.id(), grant)
        .resource(resource)
        .build()
        .toHTTPRequest();
  }

  private Answer send(HTTPRequest request, Consumer<Expect> checks) {
    return conversation.exchange(
        Request.post(request.getURI(), "application/x-www-form-urlencoded", request.getBody()),
        checks);
  }
}
