package io.mcpauth.token;

import java.util.List;

/** Tokens of providers that one runs oneself. */
final class SelfHostedTokens {
  private static final AuthorizationServer CASDOOR =
      AuthorizationServer.of("https://door.acme.test").withProfile("casdoor");
  private static final AuthorizationServer KEYCLOAK =
      AuthorizationServer.of("https://kc.acme.test/realms/acme").withProfile("keycloak");
  private static final AuthorizationServer ZITADEL =
      AuthorizationServer.of("https://acme.zitadel.cloud").withProfile("zitadel");
  private static final AuthorizationServer HYDRA =
      AuthorizationServer.of("https://hydra.acme.test/").withProfile("hydra");

  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              CASDOOR,
              """
              access token, which is the ID token too -> 7f3c, a1b2c3, files:read
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"owner":"acme","name":"alice","id":"7f3c","displayName":"Alice","email":"a@acme.test",
               "tokenType":"access-token","nonce":"n-1","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["https://mcp.acme.test/mcp"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              access token in the Custom format, whose empty scope is there -> 7f3c, a1b2c3, -
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","nonce":"","scope":"","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["https://mcp.acme.test/mcp"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              refresh token -> REFRESH_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT"}
              {"tokenType":"refresh-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["https://mcp.acme.test/mcp"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              refresh token in the Custom format -> REFRESH_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT"}
              {"tokenType":"access-token","TokenType":"refresh-token","scope":"files:read",
               "azp":"a1b2c3","iss":"https://door.acme.test","sub":"7f3c",
               "aud":["https://mcp.acme.test/mcp"],"exp":1790003600,"iat":1790000000}

              access token of a client that sent no resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["a1b2c3"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              access token for another resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["https://other.acme.test/mcp"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              access token of a dynamically registered client, which lasts a week -> TOKEN_LIFETIME_TOO_LONG
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["https://mcp.acme.test/mcp"],
               "exp":1790604800,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}
              """),
          new ProviderTokens(
              CASDOOR.trustClientIdInsteadOfAudience("a1b2c3"),
              """
              access token of the trusted client -> 7f3c, a1b2c3, files:read
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["a1b2c3"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              access token of another client -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"zzz",
               "iss":"https://door.acme.test","sub":"7f3c","aud":["a1b2c3"],
               "exp":1790003600,"nbf":1790000000,"iat":1790000000,"jti":"admin/9d1e"}

              access token of the trusted client for another resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"cert-built-in"}
              {"tokenType":"access-token","scope":"files:read","azp":"a1b2c3",
               "iss":"https://door.acme.test","sub":"7f3c",
               "aud":["a1b2c3","https://other.acme.test/mcp"],"exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              KEYCLOAK,
              """
              access token with the audience mapper -> 5f1c, mcp-client, openid mcp:tools
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"jti":"onrtac:9d1e",
               "iss":"https://kc.acme.test/realms/acme","aud":["https://mcp.acme.test/mcp","account"],
               "sub":"5f1c","typ":"Bearer","azp":"mcp-client","sid":"c0ffee","acr":"1",
               "realm_access":{"roles":["offline_access"]},"scope":"openid mcp:tools",
               "preferred_username":"alice"}

              access token of a client that asks for RFC 9068 -> 5f1c, mcp-client, mcp:tools
              {"alg":"RS256","typ":"at+jwt","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"https://mcp.acme.test/mcp","sub":"5f1c","typ":"Bearer","azp":"mcp-client",
               "scope":"mcp:tools"}

              service account -> 88aa, robot, mcp:tools
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"https://mcp.acme.test/mcp","sub":"88aa","typ":"Bearer","azp":"robot",
               "client_id":"robot","preferred_username":"service-account-robot","scope":"mcp:tools"}

              access token without the mapper -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "sub":"5f1c","typ":"Bearer","azp":"mcp-client","scope":"mcp:tools"}

              access token whose roles brought an audience of their own -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"account","sub":"5f1c","typ":"Bearer","azp":"mcp-client","scope":"mcp:tools"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"mcp-client","sub":"5f1c","typ":"ID","azp":"mcp-client","at_hash":"x9"}

              logout token -> LOGOUT_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"logout+jwt","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"mcp-client","sub":"5f1c","typ":"Logout",
               "events":{"http://schemas.openid.net/event/backchannel-logout":{}}}

              refresh token, signed with the realm's own secret -> ALGORITHM_NOT_ALLOWED
              {"alg":"HS512","typ":"JWT","kid":"a1"}
              {"exp":1790001800,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"https://kc.acme.test/realms/acme","sub":"5f1c","typ":"Refresh","azp":"mcp-client"}

              offline token, were it signed otherwise -> REFRESH_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"a1"}
              {"iat":1790000000,"exp":1790001800,"iss":"https://kc.acme.test/realms/acme",
               "aud":"https://kc.acme.test/realms/acme","sub":"5f1c","typ":"Offline","azp":"mcp-client"}

              serialized ID token -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"a1"}
              {"exp":1790001800,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"https://mcp.acme.test/mcp","sub":"5f1c","typ":"Serialized-ID"}
              """),
          new ProviderTokens(
              KEYCLOAK.trustClientIdInsteadOfAudience("mcp-client"),
              """
              access token without audience -> 5f1c, mcp-client, mcp:tools
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "sub":"5f1c","typ":"Bearer","azp":"mcp-client","scope":"mcp:tools"}

              access token for the account console, which everybody gets -> 5f1c, mcp-client, mcp:tools
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"account","sub":"5f1c","typ":"Bearer","azp":"mcp-client","scope":"mcp:tools"}

              access token for another resource beside -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":["account","files-api"],"sub":"5f1c","typ":"Bearer","azp":"mcp-client"}

              access token of a client whose id only begins like it -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "sub":"5f1c","typ":"Bearer","azp":"mcp-client-2","scope":"mcp:tools"}

              token without the mark of an access token -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"FJ86GcF3"}
              {"exp":1790001300,"iat":1790000000,"iss":"https://kc.acme.test/realms/acme",
               "aud":"mcp-client","sub":"5f1c","azp":"mcp-client"}
              """),
          new ProviderTokens(
              ZITADEL.expectAudience("1637"),
              """
              access token, which has no scopes -> 1636, 1639@mcp, -
              {"alg":"RS256","kid":"2811","typ":"JWT"}
              {"iss":"https://acme.zitadel.cloud","sub":"1636","aud":["1639@mcp","1637"],
               "exp":1790043200,"iat":1790000000,"nbf":1790000000,"client_id":"1639@mcp",
               "jti":"V2_1700-at_1701"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"2811","typ":"JWT"}
              {"iss":"https://acme.zitadel.cloud","sub":"1636","aud":["1639@mcp","1637"],
               "exp":1790043200,"iat":1790000000,"auth_time":1790000000,"amr":["pwd"],
               "azp":"1639@mcp","client_id":"1639@mcp","at_hash":"x9","sid":"V1_17"}

              ID token with a session alone -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"2811","typ":"JWT"}
              {"iss":"https://acme.zitadel.cloud","sub":"1636","aud":["1639@mcp","1637"],
               "exp":1790043200,"iat":1790000000,"azp":"1639@mcp","sid":"V1_17"}

              ID token with nothing to tell it -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"2811","typ":"JWT"}
              {"iss":"https://acme.zitadel.cloud","sub":"1636","aud":["1639@mcp","1637"],
               "exp":1790043200,"iat":1790000000,"azp":"1639@mcp"}

              access token for another project -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"2811","typ":"JWT"}
              {"iss":"https://acme.zitadel.cloud","sub":"1636","aud":["1639@mcp","16370"],
               "exp":1790043200,"iat":1790000000,"nbf":1790000000,"client_id":"1639@mcp",
               "jti":"V2_1700-at_1701"}

              the default, an opaque token -> TOKEN_OPAQUE
              dGhpcyBpcyBub3QgYSB0b2tlbg
              """),
          new ProviderTokens(
              HYDRA,
              """
              access token -> alice, c1, openid files:read
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["https://mcp.acme.test/mcp"],"client_id":"c1","exp":1790003600,"ext":{},
               "iat":1790000000,"iss":"https://hydra.acme.test/","jti":"5e2d","nbf":1790000000,
               "scp":["openid","files:read"],"sub":"alice"}

              access token with scope_claim: string -> alice, c1, openid files:read
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["https://mcp.acme.test/mcp"],"client_id":"c1","exp":1790003600,
               "iat":1790000000,"iss":"https://hydra.acme.test/","scope":"openid files:read",
               "sub":"alice"}

              access token with scope_claim: both -> alice, c1, openid files:read
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["https://mcp.acme.test/mcp"],"client_id":"c1","exp":1790003600,
               "iat":1790000000,"iss":"https://hydra.acme.test/","scope":"openid files:read",
               "scp":["openid","files:read"],"sub":"alice"}

              access token without a granted audience -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":[],"client_id":"c1","exp":1790003600,"iat":1790000000,
               "iss":"https://hydra.acme.test/","scp":["files:read"],"sub":"alice"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["c1"],"exp":1790003600,"iat":1790000000,"iss":"https://hydra.acme.test/",
               "rat":1789999990,"acr":"0","sub":"alice","sid":"s1"}

              access token of the same server under an issuer without slash -> WRONG_ISSUER
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["https://mcp.acme.test/mcp"],"client_id":"c1","exp":1790003600,
               "iat":1790000000,"iss":"https://hydra.acme.test","scp":["files:read"],"sub":"alice"}

              the default, an opaque token -> TOKEN_OPAQUE
              ory_at_7mP0.k2
              """),
          new ProviderTokens(
              HYDRA.expectAudience("files-api"),
              """
              token with the name of the API, but not the mark of an access token -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"9a1c","typ":"JWT"}
              {"aud":["files-api"],"client_id":"c1","exp":1790003600,"iat":1790000000,
               "iss":"https://hydra.acme.test/","sub":"alice"}
              """));

  private SelfHostedTokens() {}
}
