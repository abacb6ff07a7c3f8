package io.mcpauth.token;

import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OPENID_APPENDED;
import static io.mcpauth.token.ProviderProfile.Kind.ID;
import static io.mcpauth.token.ProviderProfile.Kind.LOGOUT;
import static io.mcpauth.token.ProviderProfile.Kind.OTHER;
import static io.mcpauth.token.ProviderProfile.Kind.REFRESH;
import static io.mcpauth.token.ProviderProfile.ScopeForm.ARRAY;
import static io.mcpauth.token.ProviderProfile.ScopeForm.EITHER;
import static io.mcpauth.token.ProviderProfile.Tokens.JWT_ON_REQUEST;
import static io.mcpauth.token.ProviderProfile.Tokens.OPAQUE;

import io.mcpauth.token.ProviderProfile.ForeignMark;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of providers: what differs from RFC 9068 at each. Where a row is not confirmed, one of
 * its facts is known from elsewhere than the provider's own documents; docs/providers.md says
 * which. RFC 9068 section 4 has at+jwt accepted, so that a provider may change over at any time.
 */
final class ProviderProfiles {
  /**
   * OpenID Connect Core sections 3.1.3.6 and 3.3.2.11: the hashes are for ID tokens only. A nonce
   * is no such mark at every provider: Casdoor's access tokens have one.
   */
  static final List<ForeignMark> OPENID = List.of(id("at_hash"), id("c_hash"), id("nonce"));

  static final List<ProviderProfile> ALL =
      Stream.of(
              row("generic")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .scopeClaims("scope", "scp")
                  .scopeForm(EITHER)
                  .clientClaims("client_id", "azp", "appid", "cid")
                  .foreignMarks(
                      mark("token_use", "id", ID),
                      mark("token_use", "refresh", REFRESH),
                      mark("typ", "ID", ID),
                      mark("typ", "Refresh", REFRESH),
                      mark("typ", "Offline", REFRESH),
                      mark("typ", "Logout", LOGOUT),
                      mark("tokenType", "refresh-token", REFRESH),
                      mark("TokenType", "refresh-token", REFRESH),
                      id("at_hash"),
                      id("c_hash"))
                  // Not azp: ID tokens have it too (OpenID Connect Core section 2).
                  .ownMarks(
                      List.of("scope"),
                      List.of("scp"),
                      List.of("client_id"),
                      List.of("cid"),
                      List.of("appid"),
                      List.of("typ=Bearer"),
                      List.of("token_use=access"),
                      List.of("tokenType=access-token")),
              // The id_token is the very access token, so there is no mark that would tell them
              // apart.
              row("casdoor")
                  .types("jwt", "at+jwt")
                  .clientClaims("azp")
                  .foreignMarks(
                      mark("tokenType", "refresh-token", REFRESH),
                      mark("TokenType", "refresh-token", REFRESH))
                  .ownMarks()
                  .allowKeyAlgorithmByFamily()
                  .remedy(
                      "Casdoor copies 'resource' into 'aud': use a client that sends it, or accept"
                          + " the application's client id with trustClientIdInsteadOfAudience."),
              row("auth0")
                  .tokens(JWT_ON_REQUEST)
                  .types("jwt", "at+jwt")
                  .clientClaims("azp", "client_id")
                  .ownMarks(
                      List.of("scope"),
                      List.of("permissions"),
                      List.of("gty"),
                      List.of("client_id"))
                  .remedy(
                      "Create an API (RS256) whose identifier is the resource, and switch on the"
                          + " Resource Parameter Compatibility Profile; without an API the token is"
                          + " encrypted or opaque."),
              row("keycloak")
                  .types("jwt", "at+jwt")
                  .clientClaims("azp", "client_id")
                  .foreignMarks(
                      mark("typ", "ID", ID),
                      mark("typ", "Serialized-ID", OTHER),
                      mark("typ", "Refresh", REFRESH),
                      mark("typ", "Offline", REFRESH),
                      mark("typ", "Logout", LOGOUT))
                  .ownMarks(List.of("typ=Bearer"), List.of("typ=DPoP"))
                  .otherAudiences("account")
                  .registeredScopesOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Client scopes > (each scope that the policy names) > Mappers > Configure a"
                          + " new mapper > Audience: set 'Included Custom Audience' to the"
                          + " resource, add it to the access token."),
              row("entra-v1")
                  .confirmed()
                  .types("jwt", "at+jwt")
                  .scopeClaims("scp")
                  .clientClaims("appid")
                  .ownMarks(List.of("ver=1.0", "scp"), List.of("ver=1.0", "appid", "appidacr"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set the API's requestedAccessTokenVersion to 2 and use entra-v2; to stay"
                          + " with v1, give expectAudience the client id and every App ID URI, with"
                          + " and without slash."),
              row("entra-v2")
                  .confirmed()
                  .types("jwt", "at+jwt")
                  .scopeClaims("scp")
                  .clientClaims("azp")
                  .ownMarks(List.of("ver=2.0", "scp"), List.of("ver=2.0", "azp", "azpacr"))
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set the Application ID URI to the resource and requestedAccessTokenVersion"
                          + " to 2, and expectAudience to the API's client id, which is what Entra"
                          + " writes into 'aud'."),
              row("entra-multitenant")
                  .confirmed()
                  .issuerByTenant()
                  .types("jwt", "at+jwt")
                  .scopeClaims("scp")
                  .clientClaims("azp")
                  .ownMarks(List.of("ver=2.0", "scp"), List.of("ver=2.0", "azp", "azpacr"))
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set the Application ID URI to the resource, signInAudience to several"
                          + " organisations and requestedAccessTokenVersion to 2, and"
                          + " expectAudience to the API's client id."),
              row("okta")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .scopeClaims("scp")
                  .scopeForm(ARRAY)
                  .clientClaims("cid")
                  .foreignMarks(mark("jti", "ID.*", ID), id("at_hash"), id("idp"))
                  .ownMarks(List.of("cid", "scp"))
                  .remedy(
                      "Use a custom authorization server and set its Audience to the resource;"
                          + " tokens of the org authorization server are for Okta alone."),
              row("cognito")
                  .confirmed()
                  .types("", "at+jwt")
                  .foreignMarks(mark("token_use", "id", ID), id("at_hash"))
                  .ownMarks(List.of("token_use=access"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Create a resource server whose identifier is the resource, and have"
                          + " 'resource' sent (Essentials, Plus); else there is no 'aud', and only"
                          + " trustClientIdInsteadOfAudience can accept a token."),
              // Its access tokens are never JWTs, so what is a JWT with its issuer is an ID token.
              row("google")
                  .tokens(OPAQUE)
                  .types("", "jwt", "at+jwt")
                  .clientClaims("azp")
                  .foreignMarks(id("iss"))
                  .ownMarks()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Google's access tokens are opaque: have Google asked about those of a client"
                          + " for this server alone (Introspection.byGoogle), or put an OAuth proxy"
                          + " with an issuer of its own in front."),
              // No type is accepted, because it issues no JWT at all.
              row("github")
                  .tokens(OPAQUE)
                  .types()
                  .scopeClaims("scopes")
                  .scopeForm(ARRAY)
                  .foreignMarks()
                  .ownMarks()
                  .remedy(
                      "GitHub's access tokens are opaque: have GitHub asked about those of an"
                          + " application for this server alone (Introspection.byGitHub), or put an"
                          + " OAuth proxy with an issuer of its own in front."),
              row("logto")
                  .tokens(JWT_ON_REQUEST)
                  .ownMarks()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Register an API resource with the resource as its identifier; clients must"
                          + " send 'resource' in the authorization and in the token request. Its"
                          + " opaque tokens are for no resource."),
              row("zitadel")
                  .tokens(JWT_ON_REQUEST)
                  .types("jwt", "at+jwt")
                  .clientClaims("client_id", "azp")
                  .foreignMarks(id("at_hash"), id("nonce"), id("amr"), id("auth_time"), id("sid"))
                  .ownMarks(List.of("jti", "nbf"))
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set the token type to JWT, or have tokens asked about (introspectedBy)."
                          + " Request urn:zitadel:iam:org:project:id:{id}:aud, and set"
                          + " expectAudience to the project id. Its JWTs carry no scopes."),
              row("authkit")
                  .types("", "jwt", "at+jwt")
                  .remedy(
                      "Add the resource under the MCP resource indicators of the AuthKit"
                          + " environment; without it 'aud' is the environment's client id."),
              row("descope")
                  .types("", "jwt", "at+jwt")
                  .clientClaims("client_id", "azp")
                  .foreignMarks(mark("drn", "*", OTHER), id("at_hash"))
                  .ownMarks(List.of("scope"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set the MCP server's URL to the resource; tokens often carry the project's"
                          + " issuer, which then belongs into expectIssuers."),
              row("stytch")
                  .types("", "jwt", "at+jwt")
                  .foreignMarks(mark("https://stytch.com/session", "*", OTHER), id("at_hash"))
                  .ownMarks(List.of("client_id", "scope"))
                  .remedy(
                      "Set access_token_custom_audience of the Connected App to the resource;"
                          + " otherwise 'aud' is the project id."),
              row("pingone")
                  .types("", "jwt", "at+jwt")
                  .ownMarks(List.of("client_id", "scope"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Create a custom resource whose Audience is the resource, and grant its"
                          + " scopes to the application."),
              row("hydra")
                  .tokens(JWT_ON_REQUEST)
                  .types("jwt", "at+jwt")
                  .scopeClaims("scp", "scope")
                  .scopeForm(EITHER)
                  .foreignMarks(id("at_hash"), id("rat"), id("nonce"))
                  .ownMarks(List.of("client_id", "scp"), List.of("client_id", "scope"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set strategies.access_token to jwt, or have opaque tokens asked about"
                          + " (introspectedBy); have the consent application grant the resource as"
                          + " audience. Clients ask with 'audience', not with 'resource'."),
              // Its access tokens are made as its ID tokens are, at_hash included.
              row("dex")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .clientClaims("azp")
                  .foreignMarks(id("c_hash"))
                  .ownMarks()
                  .allowAtHashInAccessTokens()
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Add a static client whose id is the resource with the MCP clients as"
                          + " trustedPeers, have them ask for the scope"
                          + " audience:server:client_id:{id}, and set expectAudience to that id."),
              row("authentik")
                  .types("", "jwt", "at+jwt")
                  .clientClaims("azp")
                  .foreignMarks(id("at_hash"), id("c_hash"))
                  .ownMarks(List.of("azp", "uid"))
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Tokens carry the client id of their provider as 'aud': set expectAudience to"
                          + " it, and give this server a provider of its own."),
              row("fusionauth")
                  .confirmed()
                  .types("jwt", "at+jwt")
                  .clientClaims("applicationId")
                  .foreignMarks(id("at_hash"), id("c_hash"), id("nonce"))
                  .ownMarks(List.of("applicationId"))
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Tokens carry the client id of the application as 'aud': set expectAudience"
                          + " to it, and expectIssuers to the issuer of the tenant's settings."),
              row("oidc-provider")
                  .confirmed()
                  .tokens(JWT_ON_REQUEST)
                  .registeredScopesOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Return accessTokenFormat 'jwt' from getResourceServerInfo for the resource,"
                          + " or have opaque tokens asked about (introspectedBy); have clients send"
                          + " 'resource'."),
              row("better-auth")
                  .confirmed()
                  .tokens(JWT_ON_REQUEST)
                  .clientClaims("client_id", "azp")
                  .remedy(
                      "Register the resource with the oauth-provider plugin, and have clients send"
                          + " 'resource' in the token request too; without it tokens are opaque."),
              row("spring-authorization-server")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .scopeForm(EITHER)
                  .foreignMarks(id("azp"), id("auth_time"), id("sid"), id("nonce"), id("at_hash"))
                  .ownMarks(List.of("jti", "nbf"))
                  .ownAudienceOnly()
                  .registeredScopesOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "'aud' is the client id: write the resource there with an"
                          + " OAuth2TokenCustomizer, or set expectAudience to the client ids."),
              // Also the UAA of Cloud Foundry, of which it is made. Its access tokens have a nonce
              // where the client sent one, and its ID tokens have client_id, cid and scope.
              row("xsuaa")
                  .types("", "jwt", "at+jwt")
                  .scopeForm(EITHER)
                  .clientClaims("azp", "client_id", "cid")
                  .foreignMarks(
                      mark("granted_scopes", "*", REFRESH),
                      id("email_verified"),
                      id("at_hash"),
                      id("c_hash"))
                  .ownMarks(List.of("client_id", "scope"))
                  .noTrustedClients()
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "'aud' has the application names that scopes begin with: set expectAudience"
                          + " to that of this server (xsappname), and write it before the scopes of"
                          + " the policy."),
              row("adfs")
                  .types("jwt", "at+jwt")
                  .scopeClaims("scp")
                  .clientClaims("appid")
                  .ownMarks(List.of("appid", "apptype", "scp"))
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Add a Web API with the resource as its identifier to the application group,"
                          + " permit the client, and set expectIssuers to the access_token_issuer"
                          + " of the metadata."),
              // Of an identity-aware proxy, for ProxyTokens. The token of a session is the user's
              // for every application.
              row("cloudflare-access")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .clientClaims("common_name")
                  .foreignMarks(
                      mark("type", "org", OTHER), id("at_hash"), id("c_hash"), id("nonce"))
                  .ownMarks(List.of("type=app"))
                  .allowEmptySubject()
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set expectAudience to the Application Audience (AUD) tag of this server's"
                          + " application in Access."),
              // Its issuer and keys are for nothing else, so there is no mark to tell it by.
              row("google-iap")
                  .confirmed()
                  .types("", "jwt", "at+jwt")
                  .ownMarks()
                  .ownAudienceOnly()
                  .discovery(OPENID_APPENDED)
                  .remedy(
                      "Set expectAudience to the Signed Header JWT Audience that the console shows"
                          + " for this server in Identity-Aware Proxy."))
          .map(ProviderProfile.Builder::build)
          .toList();

  static final ProviderProfile GENERIC = ALL.get(0);

  private ProviderProfiles() {}

  /**
   * Requires that a name is none of the table's: in the log it stands for the table's facts.
   *
   * @throws IllegalArgumentException if it is
   */
  static void requireOtherName(String name) {
    if (ALL.stream().anyMatch(profile -> profile.name().equals(name))) {
      throw new IllegalArgumentException(
          "Provider profile '"
              + name
              + "' is that of a known provider. Write withProfile(\""
              + name
              + "\") to have it, or another name for a profile of your own.");
    }
  }

  private static ProviderProfile.Builder row(String name) {
    return new ProviderProfile.Builder(name);
  }

  private static ForeignMark mark(String claim, String value, ProviderProfile.Kind kind) {
    return new ForeignMark(claim, value, kind);
  }

  /** A claim that only ID tokens have. */
  private static ForeignMark id(String claim) {
    return mark(claim, "*", ID);
  }
}
