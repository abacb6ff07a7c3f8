package io.mcpauth.token;

import java.util.List;

/** Tokens of the providers that companies keep their staff in. */
final class WorkforceTokens {
  private static final AuthorizationServer ENTRA_V1 =
      AuthorizationServer.of("https://login.microsoftonline.com/0aa1/v2.0")
          .withProfile("entra-v1")
          .expectIssuers("https://sts.windows.net/0aa1/")
          .withScopePrefix("api://6e74/")
          .expectAudience("6e74", "api://6e74", "api://6e74/");
  private static final AuthorizationServer ENTRA_V2 =
      AuthorizationServer.of("https://login.microsoftonline.com/0aa1/v2.0")
          .withProfile("entra-v2")
          .withScopePrefix("https://mcp.acme.test/mcp/")
          .expectAudience("6e74172b-be56");
  private static final AuthorizationServer OKTA =
      AuthorizationServer.of("https://acme.okta.com/oauth2/aus1").withProfile("okta");
  private static final AuthorizationServer PINGONE =
      AuthorizationServer.of("https://auth.pingone.eu/e1/as").withProfile("pingone");

  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              ENTRA_V1,
              """
              user's access token -> l3_ro, 75db-client, api://6e74/files.read
              {"typ":"JWT","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"api://6e74","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "nbf":1790000000,"exp":1790003900,"acr":"1","aio":"AXQ","amr":["pwd"],
               "appid":"75db-client","appidacr":"0","ipaddr":"192.0.2.7","name":"Alice",
               "oid":"0222-oid","rh":"0.A","scp":"files.read","sub":"l3_ro","tid":"0aa1",
               "unique_name":"alice@acme.test","uti":"FVsG","ver":"1.0"}

              the same with a slash, as it comes and goes -> l3_ro, 75db-client, api://6e74/files.read
              {"typ":"JWT","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"api://6e74/","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "exp":1790003900,"appid":"75db-client","appidacr":"0","scp":"files.read",
               "sub":"l3_ro","tid":"0aa1","ver":"1.0"}

              application's access token -> 0333, 75db-client, -
              {"typ":"JWT","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"6e74","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "exp":1790003900,"appid":"75db-client","appidacr":"1","roles":["Files.Read.All"],
               "sub":"0333","tid":"0aa1","ver":"1.0"}

              ID token with the application's roles -> NOT_AN_ACCESS_TOKEN
              {"typ":"JWT","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"6e74","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "exp":1790003900,"amr":["pwd"],"roles":["Files.Read.All"],"sub":"l3_ro",
               "tid":"0aa1","ver":"1.0"}

              ID token with a nonce -> ID_TOKEN_NOT_ACCEPTED
              {"typ":"JWT","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"6e74","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "exp":1790003900,"nonce":"n-1","sub":"l3_ro","tid":"0aa1","ver":"1.0"}

              access token of version 2 -> WRONG_ISSUER
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74","iss":"https://login.microsoftonline.com/0aa1/v2.0","iat":1790000000,
               "exp":1790003900,"azp":"75db-client","azpacr":"0","scp":"files.read","sub":"l3_ro",
               "tid":"0aa1","ver":"2.0"}

              token of another version under this issuer -> NOT_AN_ACCESS_TOKEN
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74","iss":"https://sts.windows.net/0aa1/","iat":1790000000,
               "exp":1790003900,"appid":"75db-client","scp":"files.read","sub":"l3_ro","ver":"2.0"}

              access token for the Graph -> WRONG_AUDIENCE
              {"typ":"JWT","nonce":"g-1","alg":"RS256","x5t":"i6lGk3","kid":"i6lGk3"}
              {"aud":"00000003-0000-0000-c000-000000000000","iss":"https://sts.windows.net/0aa1/",
               "iat":1790000000,"exp":1790003900,"appid":"75db-client","appidacr":"0",
               "scp":"User.Read","sub":"l3_ro","tid":"0aa1","ver":"1.0"}
              """),
          new ProviderTokens(
              ENTRA_V2,
              """
              user's access token -> HKZp, 75db-client, https://mcp.acme.test/mcp/tool.execute
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74172b-be56","iss":"https://login.microsoftonline.com/0aa1/v2.0",
               "iat":1790000000,"nbf":1790000000,"exp":1790003900,"aio":"AXQ","azp":"75db-client",
               "azpacr":"0","name":"Alice","oid":"6902-oid","preferred_username":"alice@acme.test",
               "rh":"0.A","scp":"tool.execute","sub":"HKZp","tid":"0aa1","uti":"fqiB","ver":"2.0"}

              application's access token -> 0333, 75db-client, -
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74172b-be56","iss":"https://login.microsoftonline.com/0aa1/v2.0",
               "iat":1790000000,"exp":1790003900,"azp":"75db-client","azpacr":"1",
               "roles":["Tools.Execute.All"],"sub":"0333","tid":"0aa1","ver":"2.0"}

              ID token of one registration for client and API, with its roles -> NOT_AN_ACCESS_TOKEN
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74172b-be56","iss":"https://login.microsoftonline.com/0aa1/v2.0",
               "iat":1790000000,"exp":1790003900,"name":"Alice","oid":"6902-oid",
               "roles":["Tools.Execute.All"],"preferred_username":"alice@acme.test","sub":"HKZp",
               "tid":"0aa1","ver":"2.0"}

              ID token with a nonce -> ID_TOKEN_NOT_ACCEPTED
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74172b-be56","iss":"https://login.microsoftonline.com/0aa1/v2.0",
               "iat":1790000000,"exp":1790003900,"nonce":"n-1","sub":"HKZp","tid":"0aa1","ver":"2.0"}

              access token of another tenant -> WRONG_ISSUER
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"6e74172b-be56","iss":"https://login.microsoftonline.com/0bb2/v2.0",
               "iat":1790000000,"exp":1790003900,"azp":"75db-client","azpacr":"0",
               "scp":"tool.execute","sub":"HKZp","tid":"0bb2","ver":"2.0"}

              access token for another API -> WRONG_AUDIENCE
              {"typ":"JWT","alg":"RS256","kid":"i6lGk3"}
              {"aud":"99999999-be56","iss":"https://login.microsoftonline.com/0aa1/v2.0",
               "iat":1790000000,"exp":1790003900,"azp":"75db-client","azpacr":"0",
               "scp":"tool.execute","sub":"HKZp","tid":"0aa1","ver":"2.0"}
              """),
          new ProviderTokens(
              OKTA,
              """
              user's access token -> alice@acme.test, 0oa1, openid files.read
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"AT.0mP4JK","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790003600,"cid":"0oa1",
               "uid":"00u1","scp":["openid","files.read"],"auth_time":1789999000,
               "sub":"alice@acme.test"}

              scopes as a string -> CLAIM_INVALID
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"AT.0mP4JK","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790003600,"cid":"0oa1",
               "scp":"openid files.read","sub":"alice@acme.test"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"ID.5kP2","iss":"https://acme.okta.com/oauth2/aus1","aud":"0oa1",
               "iat":1790000000,"exp":1790003600,"amr":["pwd"],"idp":"00o1","at_hash":"x9",
               "sub":"00u1","name":"Alice"}

              access token of the org authorization server -> WRONG_ISSUER
              {"kid":"45js03","typ":"application/okta-internal-at+jwt","alg":"RS256"}
              {"ver":1,"jti":"AT.9zz","iss":"https://acme.okta.com","aud":"https://acme.okta.com",
               "iat":1790000000,"exp":1790003600,"cid":"0oa1","scp":["openid"],"sub":"alice"}

              type of the org authorization server under this issuer -> TOKEN_TYPE_NOT_ACCEPTED
              {"kid":"45js03","typ":"application/okta-internal-at+jwt","alg":"RS256"}
              {"ver":1,"jti":"AT.9zz","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"https://mcp.acme.test/mcp","iat":1790000000,"exp":1790003600,"cid":"0oa1",
               "scp":["openid"],"sub":"alice"}

              access token with the default audience -> WRONG_AUDIENCE
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"AT.0mP4JK","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"api://default","iat":1790000000,"exp":1790003600,"cid":"0oa1",
               "scp":["files.read"],"sub":"alice@acme.test"}
              """),
          new ProviderTokens(
              OKTA.expectAudience("api://default"),
              """
              client's access token -> 0oa1, 0oa1, files.read
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"AT.0mP4JK","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"api://default","iat":1790000000,"exp":1790003600,"cid":"0oa1",
               "scp":["files.read"],"sub":"0oa1"}

              token without client and scopes -> NOT_AN_ACCESS_TOKEN
              {"kid":"45js03","alg":"RS256"}
              {"ver":1,"jti":"5kP2","iss":"https://acme.okta.com/oauth2/aus1",
               "aud":"api://default","iat":1790000000,"exp":1790003600,"sub":"00u1"}
              """),
          new ProviderTokens(
              PINGONE,
              """
              access token with the type that all will have -> u1, c1, files:read
              {"alg":"RS256","kid":"default","typ":"at+jwt"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["https://mcp.acme.test/mcp"],"sub":"u1","scope":"files:read",
               "sid":"s1","auth_time":1790000000,"acr":"Single_Factor","jti":"j1"}

              access token without the type -> u1, c1, files:read
              {"alg":"RS256","kid":"default","x5t":"aB3"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["https://mcp.acme.test/mcp"],"sub":"u1","scope":"files:read"}

              client's access token, which has no subject -> -, c1, files:read
              {"alg":"RS256","kid":"default"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["https://mcp.acme.test/mcp"],"scope":"files:read","jti":"j1"}

              access token for PingOne itself -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"default"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["https://api.pingone.eu"],"sub":"u1","env":"e1","org":"o1",
               "scope":"p1:read:user"}

              ID token -> ID_TOKEN_NOT_ACCEPTED
              {"alg":"RS256","kid":"default"}
              {"iss":"https://auth.pingone.eu/e1/as","iat":1790000000,"exp":1790003600,"aud":"c1",
               "sub":"u1","at_hash":"x9","nonce":"n-1","auth_time":1790000000}

              another type -> TOKEN_TYPE_NOT_ACCEPTED
              {"alg":"RS256","kid":"default","typ":"rt+jwt"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["https://mcp.acme.test/mcp"],"sub":"u1","scope":"files:read"}
              """),
          new ProviderTokens(
              PINGONE.expectAudience("Files"),
              """
              resource with its name for an audience -> u1, c1, files:read
              {"alg":"RS256","kid":"default"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["Files"],"sub":"u1","scope":"files:read"}

              token without scopes -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"default"}
              {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","iat":1790000000,
               "exp":1790003600,"aud":["Files"],"sub":"u1"}
              """));

  private WorkforceTokens() {}
}
