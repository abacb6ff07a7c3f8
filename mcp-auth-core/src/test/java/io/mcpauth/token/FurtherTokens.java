package io.mcpauth.token;

import java.util.List;

/** Tokens of servers that are built with a library or run in a company, in one shape each. */
final class FurtherTokens {
  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              AuthorizationServer.of("https://dex.acme.test")
                  .withProfile("dex")
                  .expectAudience("files"),
              """
              access token for a peer, made as an ID token is -> CgdhbGljZQ, mcp-client, -
              {"alg":"RS256","kid":"k1"}
              {"iss":"https://dex.acme.test","sub":"CgdhbGljZQ","aud":["files","mcp-client"],
               "azp":"mcp-client","at_hash":"x9","jti":"j1","groups":["ops"],"exp":1790003600,
               "iat":1790000000}

              ID token of the code flow -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"iss":"https://dex.acme.test","sub":"CgdhbGljZQ","aud":["files","mcp-client"],
               "azp":"mcp-client","at_hash":"x9","c_hash":"y9","exp":1790003600,"iat":1790000000}

              access token of a client that asked for no peer -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1"}
              {"iss":"https://dex.acme.test","sub":"CgdhbGljZQ","aud":"mcp-client",
               "at_hash":"x9","jti":"j1","exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://dex.acme.test").withProfile("dex"),
              """
              access token for a peer whose id is the resource -> CgdhbGljZQ, mcp-client, -
              {"alg":"RS256","kid":"k1"}
              {"iss":"https://dex.acme.test","sub":"CgdhbGljZQ",
               "aud":["https://mcp.acme.test/mcp","mcp-client"],"azp":"mcp-client","at_hash":"x9",
               "exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://ak.acme.test/application/o/files/")
                  .withProfile("authentik")
                  .expectAudience("ak-client"),
              """
              access token -> 7f3c, ak-client, -
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c","aud":"ak-client",
               "auth_time":1790000000,"acr":"goauthentik.io/providers/oauth2/default",
               "azp":"ak-client","uid":"QxZ1","exp":1790003600,"iat":1790000000}

              access token with a mapping for scope -> 7f3c, ak-client, files:read
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c","aud":"ak-client",
               "azp":"ak-client","uid":"QxZ1","scope":"files:read","exp":1790003600,
               "iat":1790000000}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c","aud":"ak-client",
               "auth_time":1790000000,"at_hash":"x9","sid":"c0","exp":1790003600,"iat":1790000000}

              ID token without a hash -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c","aud":"ak-client",
               "auth_time":1790000000,"exp":1790003600,"iat":1790000000}

              access token of another application -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c","aud":"other",
               "azp":"other","uid":"QxZ1","exp":1790003600,"iat":1790000000}
              """),
          // A client id can be chosen freely there, and the resource is the obvious one.
          new ProviderTokens(
              AuthorizationServer.of("https://ak.acme.test/application/o/files/")
                  .withProfile("authentik"),
              """
              access token of the client whose id is the resource -> 7f3c, https://mcp.acme.test/mcp, -
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c",
               "aud":"https://mcp.acme.test/mcp","azp":"https://mcp.acme.test/mcp","uid":"QxZ1",
               "exp":1790003600,"iat":1790000000}

              ID token of that client, without a hash -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"iss":"https://ak.acme.test/application/o/files/","sub":"7f3c",
               "aud":"https://mcp.acme.test/mcp","auth_time":1790000000,"nonce":"n-1",
               "exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://auth.acme.test")
                  .withProfile("fusionauth")
                  .expectIssuers("acme.com")
                  .expectAudience("e9fd"),
              """
              access token -> 0000-1111, e9fd, offline_access profile openid
              {"alg":"RS256","typ":"JWT","gty":["authorization_code"],"kid":"k1"}
              {"aud":"e9fd","iss":"acme.com","sub":"0000-1111","jti":"2e22",
               "authenticationType":"PASSWORD","applicationId":"e9fd",
               "scope":"offline_access profile openid","roles":[],"auth_time":1790000000,
               "tid":"d7d0","exp":1790003600,"iat":1790000000}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","gty":["authorization_code"],"kid":"k1"}
              {"aud":"e9fd","iss":"acme.com","sub":"0000-1111","at_hash":"x9","scope":"openid",
               "tid":"d7d0","exp":1790003600,"iat":1790000000}

              ID token with the claim that a lambda put back, and no hash -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"e9fd","iss":"acme.com","sub":"0000-1111","applicationId":"e9fd",
               "roles":["admin"],"nonce":"n-1","scope":"openid","tid":"d7d0","exp":1790003600,
               "iat":1790000000}

              ID token without a hash -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"e9fd","iss":"acme.com","sub":"0000-1111","scope":"openid","tid":"d7d0",
               "exp":1790003600,"iat":1790000000}

              access token of another application -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"f000","iss":"acme.com","sub":"0000-1111","applicationId":"f000",
               "scope":"openid","exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://op.acme.test").withProfile("oidc-provider"),
              """
              access token for the resource -> alice, c1, files:read
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"jti":"j1","sub":"alice","scope":"files:read","client_id":"c1",
               "iss":"https://op.acme.test","aud":"https://mcp.acme.test/mcp","exp":1790003600,
               "iat":1790000000}

              access token of a client alone -> c1, c1, -
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"jti":"j1","sub":"c1","client_id":"c1","iss":"https://op.acme.test",
               "aud":"https://mcp.acme.test/mcp","exp":1790003600,"iat":1790000000}

              access token for another resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"jti":"j1","sub":"alice","client_id":"c1","iss":"https://op.acme.test",
               "aud":"https://other.acme.test","exp":1790003600,"iat":1790000000}

              ID token -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","at_hash":"x9","aud":"c1","iss":"https://op.acme.test",
               "exp":1790003600,"iat":1790000000}

              token without a resource, which is opaque -> TOKEN_OPAQUE
              lZ0Rcx2mQZBhTBhN3VGFLgSKQvVLzFfT2pXXM2EoO3h
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://app.acme.test/api/auth").withProfile("better-auth"),
              """
              access token -> u1, c1, openid files:read
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"sub":"u1","aud":["https://mcp.acme.test/mcp",
               "https://app.acme.test/api/auth/oauth2/userinfo"],"client_id":"c1","azp":"c1",
               "scope":"openid files:read","sid":"s1","iss":"https://app.acme.test/api/auth",
               "jti":"j1","exp":1790003600,"iat":1790000000}

              access token of a client alone -> c1, c1, files:read
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"sub":"c1","aud":"https://mcp.acme.test/mcp","client_id":"c1","azp":"c1",
               "scope":"files:read","iss":"https://app.acme.test/api/auth","jti":"j1",
               "exp":1790003600,"iat":1790000000}

              ID token -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"sub":"u1","aud":"c1","at_hash":"x9","iss":"https://app.acme.test/api/auth",
               "exp":1790003600,"iat":1790000000}

              access token for another resource -> WRONG_AUDIENCE
              {"alg":"RS256","typ":"at+jwt","kid":"k1"}
              {"sub":"u1","aud":"https://other.acme.test","client_id":"c1","azp":"c1",
               "scope":"a","iss":"https://app.acme.test/api/auth","jti":"j1","exp":1790003600,
               "iat":1790000000}

              token without a resource, which is opaque -> TOKEN_OPAQUE
              kYf3Jt7Qp0
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://sas.acme.test")
                  .withProfile("spring-authorization-server")
                  .expectAudience("mcp-client"),
              """
              access token as the server makes it -> alice, -, files:read
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"mcp-client","nbf":1790000000,"scope":["files:read"],
               "iss":"https://sas.acme.test","jti":"j1","exp":1790003600,"iat":1790000000}

              access token with a client claim of a customizer -> alice, mcp-client, files:read
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"mcp-client","nbf":1790000000,"scope":"files:read",
               "client_id":"mcp-client","iss":"https://sas.acme.test","jti":"j1","exp":1790003600,
               "iat":1790000000}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"mcp-client","azp":"mcp-client","auth_time":1790000000,
               "sid":"s1","iss":"https://sas.acme.test","jti":"j1","exp":1790003600,
               "iat":1790000000}

              token with neither mark -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"mcp-client","iss":"https://sas.acme.test","jti":"j1",
               "exp":1790003600,"iat":1790000000}

              access token of another client -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"other","nbf":1790000000,"scope":["files:read"],
               "iss":"https://sas.acme.test","jti":"j1","exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://acme.uaa.example/oauth/token")
                  .withProfile("xsuaa")
                  .expectAudience("files!t42"),
              """
              access token with the address of its keys -> u-1, sb-files!t42, files!t42.read openid
              {"alg":"RS256","jku":"https://acme.uaa.example/token_keys","kid":"k1","typ":"JWT"}
              {"jti":"j1","ext_attr":{"enhancer":"XSUAA","zdn":"acme"},"sub":"u-1",
               "scope":["files!t42.read","openid"],"client_id":"sb-files!t42",
               "cid":"sb-files!t42","azp":"sb-files!t42","grant_type":"authorization_code",
               "user_id":"u-1","origin":"sap.default",
               "iss":"https://acme.uaa.example/oauth/token","zid":"z-1",
               "aud":["openid","files!t42","sb-files!t42"],"exp":1790003600,"iat":1790000000}

              refresh token -> REFRESH_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","jku":"https://acme.uaa.example/token_keys","kid":"k1","typ":"JWT"}
              {"jti":"j1-r","sub":"u-1","cid":"sb-files!t42","client_id":"sb-files!t42",
               "granted_scopes":["files!t42.read"],
               "iss":"https://acme.uaa.example/oauth/token","aud":["files!t42"],
               "exp":1790003600,"iat":1790000000}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","jku":"https://acme.uaa.example/token_keys","kid":"k1","typ":"JWT"}
              {"sub":"u-1","aud":["sb-files!t42"],"iss":"https://acme.uaa.example/oauth/token",
               "azp":"sb-files!t42","scope":["openid"],"email_verified":true,
               "client_id":"sb-files!t42","cid":"sb-files!t42","jti":"j1","exp":1790003600,
               "iat":1790000000}

              ID token of an installation that leaves the mark out -> WRONG_AUDIENCE
              {"alg":"RS256","jku":"https://acme.uaa.example/token_keys","kid":"k1","typ":"JWT"}
              {"sub":"u-1","aud":["sb-files!t42"],"iss":"https://acme.uaa.example/oauth/token",
               "azp":"sb-files!t42","scope":["openid"],"client_id":"sb-files!t42",
               "cid":"sb-files!t42","jti":"j1","exp":1790003600,"iat":1790000000}

              access token for another application -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"jti":"j1","sub":"u-1","scope":["other!t1.read"],"client_id":"sb-other!t1",
               "azp":"sb-other!t1","iss":"https://acme.uaa.example/oauth/token",
               "aud":["other!t1"],"exp":1790003600,"iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://sas.acme.test")
                  .withProfile("spring-authorization-server"),
              """
              access token with the resource of a customizer -> alice, c1, files:read
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"https://mcp.acme.test/mcp","nbf":1790000000,
               "scope":["files:read"],"client_id":"c1","iss":"https://sas.acme.test","jti":"j1",
               "exp":1790003600,"iat":1790000000}

              ID token that a customizer gave the resource, without azp -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"k1"}
              {"sub":"alice","aud":"https://mcp.acme.test/mcp","client_id":"c1",
               "iss":"https://sas.acme.test","jti":"j1","exp":1790003600,"iat":1790000000}
              """),
          // Of Cloud Foundry's own UAA, whose aud may be the client id of this server.
          new ProviderTokens(
              AuthorizationServer.of("https://uaa.acme.test/oauth/token")
                  .withProfile("xsuaa")
                  .expectAudience("files"),
              """
              access token with the nonce of the client -> u-1, files, files.read openid
              {"alg":"RS256","jku":"https://uaa.acme.test/token_keys","kid":"k1","typ":"JWT"}
              {"jti":"j1","nonce":"n-1","sub":"u-1","scope":["files.read","openid"],
               "client_id":"files","cid":"files","azp":"files","grant_type":"authorization_code",
               "user_id":"u-1","origin":"uaa","user_name":"alice","email":"a@acme.test",
               "auth_time":1790000000,"rev_sig":"f00d","iat":1790000000,"exp":1790003600,
               "iss":"https://uaa.acme.test/oauth/token","zid":"uaa","aud":["files","openid"]}

              access token of a client alone -> files, files, files.read
              {"alg":"RS256","jku":"https://uaa.acme.test/token_keys","kid":"k1","typ":"JWT"}
              {"jti":"j1","sub":"files","authorities":["files.read"],"scope":["files.read"],
               "client_id":"files","cid":"files","azp":"files","grant_type":"client_credentials",
               "rev_sig":"f00d","iat":1790000000,"exp":1790003600,
               "iss":"https://uaa.acme.test/oauth/token","zid":"uaa","aud":["files"]}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","jku":"https://uaa.acme.test/token_keys","kid":"k1","typ":"JWT"}
              {"sub":"u-1","aud":["files"],"iss":"https://uaa.acme.test/oauth/token",
               "exp":1790003600,"iat":1790000000,"amr":["pwd"],"azp":"files","scope":["openid"],
               "email":"a@acme.test","zid":"uaa","origin":"uaa","jti":"j1",
               "previous_logon_time":1789990000000,"email_verified":true,"client_id":"files",
               "cid":"files","grant_type":"authorization_code","user_name":"alice",
               "rev_sig":"f00d","user_id":"u-1","auth_time":1790000000}

              ID token with roles, a nonce and an address that nobody verified -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","jku":"https://uaa.acme.test/token_keys","kid":"k1","typ":"JWT"}
              {"sub":"u-1","aud":["files"],"iss":"https://uaa.acme.test/oauth/token",
               "exp":1790003600,"iat":1790000000,"azp":"files","roles":["files.admin"],
               "scope":["openid"],"nonce":"n-1","zid":"uaa","jti":"j1","email_verified":false,
               "client_id":"files","cid":"files","user_id":"u-1"}

              refresh token -> REFRESH_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","jku":"https://uaa.acme.test/token_keys","kid":"k1","typ":"JWT"}
              {"jti":"j1-r","sub":"u-1","iat":1790000000,"exp":1790003600,"cid":"files",
               "client_id":"files","iss":"https://uaa.acme.test/oauth/token","zid":"uaa",
               "aud":["files","openid"],"granted_scopes":["files.read","openid"],"amr":["pwd"],
               "auth_time":1790000000,"grant_type":"authorization_code","user_name":"alice",
               "origin":"uaa","user_id":"u-1","rev_sig":"f00d"}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://sts.acme.test/adfs")
                  .withProfile("adfs")
                  .expectIssuers("http://sts.acme.test/adfs/services/trust"),
              """
              access token for the Web API -> u-1, 60b3, openid files:read
              {"typ":"JWT","alg":"RS256","x5t":"jeeQ","kid":"jeeQ"}
              {"aud":"https://mcp.acme.test/mcp",
               "iss":"http://sts.acme.test/adfs/services/trust","sub":"u-1","apptype":"Public",
               "appid":"60b3",
               "authmethod":"urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
               "auth_time":"2026-09-21T12:00:00.000Z","ver":"1.0","scp":"openid files:read",
               "exp":1790003600,"iat":1790000000}

              access token for AD FS itself -> WRONG_AUDIENCE
              {"typ":"JWT","alg":"RS256","x5t":"jeeQ"}
              {"aud":"microsoft:identityserver:60b3",
               "iss":"http://sts.acme.test/adfs/services/trust","apptype":"Confidential",
               "appid":"60b3","ver":"1.0","scp":"profile openid","exp":1790003600,"iat":1790000000}

              ID token, whose issuer is the server -> WRONG_ISSUER
              {"typ":"JWT","alg":"RS256","x5t":"jeeQ"}
              {"aud":"60b3","iss":"https://sts.acme.test/adfs","sub":"h1",
               "unique_name":"ACME\\\\alice","upn":"alice@acme.test","exp":1790003600,
               "iat":1790000000}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://login.microsoftonline.com/organizations/v2.0")
                  .withProfile("entra-multitenant")
                  .expectTenants(
                      "https://login.microsoftonline.com/{tenantid}/v2.0", "0aa1", "0bb2")
                  .withScopePrefix("https://mcp.acme.test/mcp/")
                  .expectAudience("6e74"),
              """
              access token of one tenant -> AAAA, c1, https://mcp.acme.test/mcp/read
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0aa1/v2.0","azp":"c1",
               "azpacr":"0","scp":"read","sub":"AAAA","tid":"0aa1","ver":"2.0","exp":1790003600,
               "iat":1790000000}

              access token of another listed one -> AAAA, c1, https://mcp.acme.test/mcp/read
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0bb2/v2.0","azp":"c1",
               "azpacr":"0","scp":"read","sub":"AAAA","tid":"0bb2","ver":"2.0","exp":1790003600,
               "iat":1790000000}

              access token of a tenant that is not listed -> WRONG_ISSUER
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0cc3/v2.0","azp":"c1",
               "scp":"read","sub":"AAAA","tid":"0cc3","ver":"2.0","exp":1790003600,
               "iat":1790000000}

              access token that names two tenants -> WRONG_ISSUER
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0aa1/v2.0","azp":"c1",
               "scp":"read","sub":"AAAA","tid":"0bb2","ver":"2.0","exp":1790003600,
               "iat":1790000000}

              ID token -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","typ":"JWT","kid":"k1"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0aa1/v2.0","sub":"AAAA",
               "tid":"0aa1","roles":["a"],"ver":"2.0","exp":1790003600,"iat":1790000000}
              """));

  private FurtherTokens() {}
}
