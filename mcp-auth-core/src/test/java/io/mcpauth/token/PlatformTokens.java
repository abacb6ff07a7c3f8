package io.mcpauth.token;

import java.util.List;

/** Tokens of the other platforms, and of a provider that nobody knows. */
final class PlatformTokens {
  private static final AuthorizationServer DESCOPE =
      AuthorizationServer.of("https://api.descope.com/v1/apps/agentic/P2abc/MS1")
          .withProfile("descope")
          .expectIssuers(
              "https://api.descope.com/v1/apps/agentic/P2abc/MS1",
              "https://api.descope.com/v1/apps/P2abc");
  private static final AuthorizationServer STYTCH =
      AuthorizationServer.of("https://happy-cat-1234.customers.stytch.com").withProfile("stytch");
  private static final AuthorizationServer GENERIC =
      AuthorizationServer.of("https://login.acme.test");

  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              DESCOPE,
              """
              access token under the project's issuer -> U2xy, UDJ-client, mcp:read
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/P2abc","sub":"U2xy",
               "aud":["https://mcp.acme.test/mcp","P2abc"],"azp":"UDJ-client",
               "client_id":"UDJ-client","scope":"mcp:read","iat":1790000000,"exp":1790003600}

              access token under the advertised issuer -> U2xy, UDJ-client, mcp:read
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/agentic/P2abc/MS1","sub":"U2xy",
               "aud":["https://mcp.acme.test/mcp","P2abc"],"azp":"UDJ-client",
               "scope":"mcp:read","iat":1790000000,"exp":1790003600}

              access token of another project -> WRONG_ISSUER
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/P9zzz","sub":"U2xy",
               "aud":["https://mcp.acme.test/mcp","P9zzz"],"client_id":"UDJ-client",
               "scope":"mcp:read","iat":1790000000,"exp":1790003600}

              access token for another MCP server of the project -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/P2abc","sub":"U2xy",
               "aud":["https://other.acme.test/mcp","P2abc"],"client_id":"UDJ-client",
               "scope":"mcp:read","iat":1790000000,"exp":1790003600}

              session of a user -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/P2abc","sub":"U2xy","drn":"DS",
               "aud":["https://mcp.acme.test/mcp","P2abc"],"amr":["email"],"iat":1790000000,
               "exp":1790003600}
              """),
          new ProviderTokens(
              DESCOPE.expectAudience("P2abc"),
              """
              token without scopes -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"SK2x","typ":"JWT"}
              {"iss":"https://api.descope.com/v1/apps/P2abc","sub":"U2xy","aud":["P2abc"],
               "iat":1790000000,"exp":1790003600}
              """),
          new ProviderTokens(
              STYTCH,
              """
              custom audience -> user-live-16d9, connected-app-live-d731, openid files:read
              {"alg":"RS256","kid":"jwk-live-1","typ":"JWT"}
              {"iss":"https://happy-cat-1234.customers.stytch.com","sub":"user-live-16d9",
               "aud":["project-live-6c20","https://mcp.acme.test/mcp"],
               "client_id":"connected-app-live-d731","exp":1790003600,"nbf":1790000000,
               "iat":1790000000,"jti":"LOe49j","scope":"openid files:read"}

              project id alone -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"jwk-live-1","typ":"JWT"}
              {"iss":"https://happy-cat-1234.customers.stytch.com","sub":"user-live-16d9",
               "aud":["project-live-6c20"],"client_id":"connected-app-live-d731",
               "exp":1790003600,"iat":1790000000,"scope":"openid files:read"}
              """),
          new ProviderTokens(
              STYTCH.expectAudience("project-live-6c20"),
              """
              project id, knowingly -> user-live-16d9, connected-app-live-d731, openid files:read
              {"alg":"RS256","kid":"jwk-live-1","typ":"JWT"}
              {"iss":"https://happy-cat-1234.customers.stytch.com","sub":"user-live-16d9",
               "aud":["project-live-6c20"],"client_id":"connected-app-live-d731",
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"LOe49j",
               "scope":"openid files:read"}

              session of a user -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"jwk-live-1","typ":"JWT"}
              {"iss":"https://happy-cat-1234.customers.stytch.com","sub":"user-live-16d9",
               "aud":["project-live-6c20"],"exp":1790001300,"iat":1790000000,
               "https://stytch.com/session":{"id":"session-live-1"}}

              ID token without a hash -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"jwk-live-1","typ":"JWT"}
              {"iss":"https://happy-cat-1234.customers.stytch.com","sub":"user-live-16d9",
               "aud":["project-live-6c20"],"exp":1790003600,"iat":1790000000,"nonce":"n-1"}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://accounts.google.com").withProfile("google"),
              """
              access token -> TOKEN_OPAQUE
              ya29.a0AfB_by

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"5aaf","typ":"JWT"}
              {"iss":"https://accounts.google.com","azp":"123.apps.googleusercontent.com",
               "aud":"123.apps.googleusercontent.com","sub":"1098","at_hash":"x9",
               "email":"a@acme.test","email_verified":true,"iat":1790000000,"exp":1790003600}

              ID token that names the resource -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"5aaf","typ":"JWT"}
              {"iss":"https://accounts.google.com","aud":"https://mcp.acme.test/mcp","sub":"1098",
               "iat":1790000000,"exp":1790003600}

              ID token with the old issuer -> WRONG_ISSUER
              {"alg":"RS256","kid":"5aaf","typ":"JWT"}
              {"iss":"accounts.google.com","aud":"123.apps.googleusercontent.com","sub":"1098",
               "iat":1790000000,"exp":1790003600}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://github.com/login/oauth").withProfile("github"),
              """
              access token of an OAuth app -> TOKEN_OPAQUE
              gho_16C7e42F292c6912E7710c838347Ae178B4a

              access token of a GitHub App's user -> TOKEN_OPAQUE
              ghu_16C7e42F292c6912E7710c838347Ae178B4a

              a JWT in its name -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT"}
              {"iss":"https://github.com/login/oauth","aud":"https://mcp.acme.test/mcp","sub":"1",
               "iat":1790000000,"exp":1790003600}
              """),
          new ProviderTokens(
              GENERIC,
              """
              access token as RFC 9068 has it -> alice, app1, files:read
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"https://mcp.acme.test/mcp",
               "client_id":"app1","scope":"files:read","iat":1790000000,"exp":1790003600,"jti":"j1"}

              logout token -> LOGOUT_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"app1","iat":1790000000,
               "exp":1790003600,"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}

              access token for another resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"https://other.acme.test/mcp",
               "client_id":"app1","iat":1790000000,"exp":1790003600}

              opaque token -> TOKEN_OPAQUE
              8f14e45f
              """),
          new ProviderTokens(
              GENERIC.expectAudience("app1"),
              """
              access token with scopes -> alice, -, files:read
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"app1","scope":"files:read",
               "iat":1790000000,"exp":1790003600}

              ID token without a hash, where the client id is expected -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"app1","azp":"app1",
               "nonce":"n-1","iat":1790000000,"exp":1790003600}
              """),
          new ProviderTokens(
              GENERIC.trustClientIdInsteadOfAudience("app1"),
              """
              ID token of the trusted client -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://login.acme.test","sub":"alice","aud":"app1","azp":"app1",
               "nonce":"n-1","iat":1790000000,"exp":1790003600}
              """));

  private PlatformTokens() {}
}
