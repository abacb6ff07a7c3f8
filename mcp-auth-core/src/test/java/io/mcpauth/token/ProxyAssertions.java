package io.mcpauth.token;

import java.util.List;

/** Tokens of identity-aware proxies, in the shapes that their documents show. */
final class ProxyAssertions {
  static final List<ProviderTokens> ALL =
      List.of(
          new ProviderTokens(
              AuthorizationServer.of("https://acme.cloudflareaccess.com")
                  .withProfile("cloudflare-access")
                  .expectAudience("4714c135"),
              """
              token of a user -> 7335d417-61da, -, -
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":["4714c135"],"email":"alice@acme.test","exp":1790003600,"iat":1790000000,
               "nbf":1790000000,"iss":"https://acme.cloudflareaccess.com","type":"app",
               "identity_nonce":"6ei69kawdKzMIAPF","sub":"7335d417-61da","country":"US",
               "policy_id":"4196c262"}

              service token -> -, e367826f.access, -
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"type":"app","aud":["4714c135"],"exp":1790003600,
               "iss":"https://acme.cloudflareaccess.com","common_name":"e367826f.access",
               "iat":1790000000,"sub":""}

              token of nobody -> CLAIM_INVALID
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"type":"app","aud":["4714c135"],"exp":1790003600,
               "iss":"https://acme.cloudflareaccess.com","iat":1790000000,"sub":""}

              service token with an empty name -> CLAIM_INVALID
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"type":"app","aud":["4714c135"],"exp":1790003600,"common_name":"",
               "iss":"https://acme.cloudflareaccess.com","iat":1790000000,"sub":""}

              token of the session, which is for all applications -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":["4714c135"],"email":"alice@acme.test","exp":1790003600,"iat":1790000000,
               "iss":"https://acme.cloudflareaccess.com","type":"org","sub":"7335d417-61da"}

              token without a type -> NOT_AN_ACCESS_TOKEN
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":["4714c135"],"exp":1790003600,"iat":1790000000,
               "iss":"https://acme.cloudflareaccess.com","sub":"7335d417-61da"}

              token for another application -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":["97e2aae1"],"exp":1790003600,"iat":1790000000,
               "iss":"https://acme.cloudflareaccess.com","type":"app","sub":"7335d417-61da"}

              token of another team -> WRONG_ISSUER
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":["4714c135"],"exp":1790003600,"iat":1790000000,
               "iss":"https://evil.cloudflareaccess.com","type":"app","sub":"7335d417-61da"}
              """),
          new ProviderTokens(
              AuthorizationServer.of("https://cloud.google.com/iap")
                  .withProfile("google-iap")
                  .expectAudience("/projects/123/global/backendServices/987"),
              """
              token of a user -> accounts.google.com:1081, -, -
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":"/projects/123/global/backendServices/987",
               "azp":"/projects/123/global/backendServices/987","email":"alice@acme.test",
               "hd":"acme.test","identity_source":"GOOGLE","iss":"https://cloud.google.com/iap",
               "sub":"accounts.google.com:1081","exp":1790001600,"iat":1790001000}

              token for another service of the project -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":"/projects/123/global/backendServices/988","email":"alice@acme.test",
               "iss":"https://cloud.google.com/iap","sub":"accounts.google.com:1081",
               "exp":1790001600,"iat":1790001000}

              token for a service whose path begins alike -> WRONG_AUDIENCE
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":"/projects/123/global/backendServices/9870",
               "iss":"https://cloud.google.com/iap","sub":"accounts.google.com:1081",
               "exp":1790001600,"iat":1790001000}

              token with an empty sub -> CLAIM_INVALID
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":"/projects/123/global/backendServices/987",
               "iss":"https://cloud.google.com/iap","sub":"","exp":1790001600,"iat":1790001000}

              ID token of Google's -> WRONG_ISSUER
              {"alg":"RS256","kid":"k1","typ":"JWT"}
              {"aud":"/projects/123/global/backendServices/987","sub":"1081",
               "iss":"https://accounts.google.com","exp":1790001600,"iat":1790001000}
              """));

  private ProxyAssertions() {}
}
