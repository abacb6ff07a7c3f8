package io.mcpauth.token;

import java.util.List;

/** Tokens of the providers that products keep their customers in. */
final class CustomerTokens {
  private static final AuthorizationServer AUTH0 =
      AuthorizationServer.of("https://acme.eu.auth0.com/").withProfile("auth0");
  private static final String POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1";
  private static final AuthorizationServer COGNITO =
      AuthorizationServer.of(POOL).withProfile("cognito");
  private static final AuthorizationServer LOGTO =
      AuthorizationServer.of("https://acme.logto.app/oidc").withProfile("logto");
  private static final AuthorizationServer AUTHKIT =
      AuthorizationServer.of("https://acme.authkit.app").withProfile("authkit");

  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              AUTH0,
              """
              RFC 9068 profile, for the API and for userinfo -> auth0|65a1, K1AU, openid files:read
              {"alg":"RS256","typ":"at+jwt","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1",
               "aud":["https://mcp.acme.test/mcp","https://acme.eu.auth0.com/userinfo"],
               "iat":1790000000,"exp":1790086400,"scope":"openid files:read","client_id":"K1AU",
               "jti":"73Wa","permissions":["files:read"]}

              Auth0 profile -> auth0|65a1, K1AU, openid files:read
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1",
               "aud":["https://mcp.acme.test/mcp","https://acme.eu.auth0.com/userinfo"],
               "iat":1790000000,"exp":1790086400,"scope":"openid files:read","azp":"K1AU"}

              client's access token -> K1AU@clients, K1AU, -
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"K1AU@clients",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790086400,
               "gty":"client-credentials","azp":"K1AU"}

              API that signs with HS256 -> ALGORITHM_NOT_ALLOWED
              {"alg":"HS256","typ":"JWT"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790086400,
               "scope":"files:read","azp":"K1AU"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1","aud":"K1AU",
               "iat":1790000000,"exp":1790036000,"nonce":"n-1","sid":"s1","name":"Alice"}

              access token for userinfo alone -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1",
               "aud":["https://acme.eu.auth0.com/userinfo"],"iat":1790000000,"exp":1790086400,
               "scope":"openid","azp":"K1AU"}

              issuer without its slash -> WRONG_ISSUER
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com","sub":"auth0|65a1",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790086400,"azp":"K1AU"}

              without an API, an opaque token -> TOKEN_OPAQUE
              x1yZk8

              without an API, a token encrypted for Auth0 -> TOKEN_ENCRYPTED
              eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn
              """),
          new ProviderTokens(
              AUTH0.expectAudience("K1AU"),
              """
              ID token without nonce, where somebody expects the client id -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"Xk3r"}
              {"iss":"https://acme.eu.auth0.com/","sub":"auth0|65a1","aud":"K1AU",
               "iat":1790000000,"exp":1790036000,"sid":"s1","name":"Alice"}
              """),
          new ProviderTokens(
              COGNITO.withScopePrefix("https://mcp.acme.test/mcp/"),
              """
              with resource binding -> aaaa, 617jkna9, https://mcp.acme.test/mcp/files.read
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "version":2,"client_id":"617jkna9","aud":"https://mcp.acme.test/mcp",
               "token_use":"access","scope":"https://mcp.acme.test/mcp/files.read",
               "exp":1790003600,"iat":1790000000,"jti":"d","username":"alice"}

              without resource binding -> WRONG_AUDIENCE
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "version":2,"client_id":"617jkna9","token_use":"access","scope":"openid",
               "exp":1790003600,"iat":1790000000,"jti":"d","username":"alice"}
              """),
          new ProviderTokens(
              COGNITO.trustClientIdInsteadOfAudience("617jkna9"),
              """
              trusted client -> aaaa, 617jkna9, openid https://mcp.acme.test/mcp/files.read
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "version":2,"client_id":"617jkna9","origin_jti":"b","event_id":"c",
               "token_use":"access","scope":"openid https://mcp.acme.test/mcp/files.read",
               "auth_time":1790000000,"exp":1790003600,"iat":1790000000,"jti":"d","username":"alice"}

              another client -> WRONG_AUDIENCE
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "version":2,"client_id":"617jkna","token_use":"access","scope":"openid",
               "exp":1790003600,"iat":1790000000}

              trusted client, bound to another resource -> WRONG_AUDIENCE
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "version":2,"client_id":"617jkna9","aud":"https://other.acme.test/mcp",
               "token_use":"access","scope":"openid","exp":1790003600,"iat":1790000000}

              without token_use -> NOT_AN_ACCESS_TOKEN
              {"kid":"1234example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "client_id":"617jkna9","exp":1790003600,"iat":1790000000}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"kid":"5678example=","alg":"RS256"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "aud":"617jkna9","token_use":"id","cognito:username":"alice","at_hash":"x9",
               "exp":1790003600,"iat":1790000000}

              a type, which Cognito does not write -> TOKEN_TYPE_NOT_ACCEPTED
              {"kid":"1234example=","alg":"RS256","typ":"JWT"}
              {"sub":"aaaa","iss":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
               "client_id":"617jkna9","token_use":"access","exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              LOGTO,
              """
              access token -> usr1, app1, files:read
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"jti":"V1StGX","sub":"usr1","iat":1790000000,"exp":1790003600,"scope":"files:read",
               "client_id":"app1","iss":"https://acme.logto.app/oidc",
               "aud":"https://mcp.acme.test/mcp"}

              client's access token without scopes -> app1, app1, -
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"jti":"V1StGX","sub":"app1","iat":1790000000,"exp":1790003600,"client_id":"app1",
               "iss":"https://acme.logto.app/oidc","aud":"https://mcp.acme.test/mcp"}

              any other type -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"sub":"usr1","iat":1790000000,"exp":1790003600,"scope":"files:read",
               "client_id":"app1","iss":"https://acme.logto.app/oidc",
               "aud":"https://mcp.acme.test/mcp"}

              ID token, which has no type -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"sub":"usr1","iat":1790000000,"exp":1790003600,"at_hash":"x9","aud":"app1",
               "iss":"https://acme.logto.app/oidc"}

              access token of an organization -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"sub":"usr1","iat":1790000000,"exp":1790003600,"client_id":"app1",
               "iss":"https://acme.logto.app/oidc","aud":"urn:logto:organization:org1"}

              without resource, an opaque token -> TOKEN_OPAQUE
              V1StGXR8_Z5jdHi6B-myT
              """),
          new ProviderTokens(
              AUTHKIT,
              """
              access token -> user_01HB, client_01JP, openid profile
              {"alg":"RS256","kid":"sso_oidc_key_pair_01"}
              {"iss":"https://acme.authkit.app","aud":"https://mcp.acme.test/mcp","sub":"user_01HB",
               "client_id":"client_01JP","org_id":"org_01HR","sid":"app_consent_01HQ",
               "scope":"openid profile","jti":"01HQSX","exp":1790003600,"iat":1790000000}

              access token without a resource indicator -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"sso_oidc_key_pair_01"}
              {"iss":"https://acme.authkit.app","aud":"client_01ENV","sub":"user_01HB",
               "client_id":"client_01JP","scope":"openid","jti":"01HQSX",
               "exp":1790003600,"iat":1790000000}

              session token -> WRONG_ISSUER
              {"alg":"RS256","kid":"sso_oidc_key_pair_01"}
              {"iss":"https://api.workos.com","sub":"user_01HB","sid":"session_01","jti":"01HQSX",
               "permissions":["posts:read"],"exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AUTHKIT.expectAudience("client_01ENV"),
              """
              client's access token -> client_01JP, client_01JP, -
              {"alg":"RS256","kid":"sso_oidc_key_pair_01"}
              {"iss":"https://acme.authkit.app","aud":"client_01ENV","sub":"client_01JP",
               "client_id":"client_01JP","org_id":"org_01HR","jti":"01HQSX",
               "exp":1790003600,"iat":1790000000}

              ID token -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"sso_oidc_key_pair_01"}
              {"iss":"https://acme.authkit.app","aud":"client_01ENV","sub":"user_01HB",
               "sid":"app_consent_01HQ","name":"Alice","exp":1790003600,"iat":1790000000}
              """));

  private CustomerTokens() {}
}
