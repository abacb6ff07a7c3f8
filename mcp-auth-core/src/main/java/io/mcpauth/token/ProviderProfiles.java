package io.mcpauth.token;

import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OAUTH_INSERTED;
import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OPENID_APPENDED;
import static io.mcpauth.token.ProviderProfile.Kind.ID;
import static io.mcpauth.token.ProviderProfile.Kind.LOGOUT;
import static io.mcpauth.token.ProviderProfile.Kind.OTHER;
import static io.mcpauth.token.ProviderProfile.Kind.REFRESH;
import static io.mcpauth.token.ProviderProfile.ScopeForm.ARRAY;
import static io.mcpauth.token.ProviderProfile.ScopeForm.EITHER;
import static io.mcpauth.token.ProviderProfile.ScopeForm.STRING;
import static io.mcpauth.token.ProviderProfile.Tokens.JWT;
import static io.mcpauth.token.ProviderProfile.Tokens.JWT_ON_REQUEST;
import static io.mcpauth.token.ProviderProfile.Tokens.OPAQUE;

import io.mcpauth.token.ProviderProfile.ForeignMark;
import java.util.List;
import java.util.Set;

/**
 * The table of providers. Where a row is not confirmed, one of its facts is known from elsewhere
 * than the provider's own documents; docs/providers.md says which.
 */
final class ProviderProfiles {
  /** RFC 9068 section 4 has at+jwt accepted, so that a provider may change over at any time. */
  private static final Set<String> JWT_TYPES = Set.of("jwt", "at+jwt");

  private static final Set<String> ANY_TYPE = Set.of("", "jwt", "at+jwt");
  private static final Set<String> NO_TYPE = Set.of("", "at+jwt");

  /**
   * OpenID Connect Core sections 3.1.3.6 and 3.3.2.11: the hashes are for ID tokens only. A nonce
   * is no such mark at every provider: Casdoor's access tokens have one.
   */
  private static final List<ForeignMark> OPENID_WITH_NONCE =
      List.of(
          new ForeignMark("at_hash", "*", ID),
          new ForeignMark("c_hash", "*", ID),
          new ForeignMark("nonce", "*", ID));

  /** Providers that always write an id of their own into {@code aud}. */
  static final Set<String> OWN_AUDIENCE_ONLY = Set.of("entra-v2", "zitadel");

  static final ProviderProfile GENERIC =
      new ProviderProfile(
          "generic",
          true,
          JWT,
          ANY_TYPE,
          List.of("scope", "scp"),
          EITHER,
          List.of("client_id", "azp", "appid", "cid"),
          List.of(
              new ForeignMark("token_use", "id", ID),
              new ForeignMark("token_use", "refresh", REFRESH),
              new ForeignMark("typ", "ID", ID),
              new ForeignMark("typ", "Refresh", REFRESH),
              new ForeignMark("typ", "Offline", REFRESH),
              new ForeignMark("typ", "Logout", LOGOUT),
              new ForeignMark("tokenType", "refresh-token", REFRESH),
              new ForeignMark("TokenType", "refresh-token", REFRESH),
              new ForeignMark("at_hash", "*", ID),
              new ForeignMark("c_hash", "*", ID)),
          // Not azp: ID tokens have it too (OpenID Connect Core section 2).
          List.of(
              List.of("scope"),
              List.of("scp"),
              List.of("client_id"),
              List.of("cid"),
              List.of("appid"),
              List.of("typ=Bearer"),
              List.of("token_use=access"),
              List.of("tokenType=access-token")),
          Set.of(),
          OAUTH_INSERTED,
          "Have the provider put the resource identifier into 'aud' when a client sends 'resource'"
              + " (RFC 8707), or set expectAudience to the value that it puts there.");

  /** The id_token is the very access token, so there is no mark that would tell them apart. */
  private static final ProviderProfile CASDOOR =
      new ProviderProfile(
          "casdoor",
          false,
          JWT,
          JWT_TYPES,
          List.of("scope"),
          STRING,
          List.of("azp"),
          List.of(
              new ForeignMark("tokenType", "refresh-token", REFRESH),
              new ForeignMark("TokenType", "refresh-token", REFRESH)),
          List.of(),
          Set.of(),
          OAUTH_INSERTED,
          "Casdoor copies 'resource' into 'aud': use a client that sends it, or accept the"
              + " application's client id with trustClientIdInsteadOfAudience.");

  private static final ProviderProfile AUTH0 =
      new ProviderProfile(
          "auth0",
          false,
          JWT_ON_REQUEST,
          JWT_TYPES,
          List.of("scope"),
          STRING,
          List.of("azp", "client_id"),
          OPENID_WITH_NONCE,
          List.of(List.of("scope"), List.of("permissions"), List.of("gty"), List.of("client_id")),
          Set.of(),
          OAUTH_INSERTED,
          "Create an API (RS256) whose identifier is the resource, and switch on the Resource"
              + " Parameter Compatibility Profile; without an API the token is encrypted or"
              + " opaque.");

  private static final ProviderProfile KEYCLOAK =
      new ProviderProfile(
          "keycloak",
          false,
          JWT,
          JWT_TYPES,
          List.of("scope"),
          STRING,
          List.of("azp", "client_id"),
          List.of(
              new ForeignMark("typ", "ID", ID),
              new ForeignMark("typ", "Serialized-ID", OTHER),
              new ForeignMark("typ", "Refresh", REFRESH),
              new ForeignMark("typ", "Offline", REFRESH),
              new ForeignMark("typ", "Logout", LOGOUT)),
          List.of(List.of("typ=Bearer"), List.of("typ=DPoP")),
          Set.of("account"),
          OPENID_APPENDED,
          "Client scopes > (a scope the client has) > Mappers > Configure a new mapper > Audience:"
              + " set 'Included Custom Audience' to the resource, add it to the access token.");

  private static final ProviderProfile ENTRA_V1 =
      new ProviderProfile(
          "entra-v1",
          true,
          JWT,
          JWT_TYPES,
          List.of("scp"),
          STRING,
          List.of("appid"),
          OPENID_WITH_NONCE,
          List.of(List.of("ver=1.0", "scp"), List.of("ver=1.0", "appid", "appidacr")),
          Set.of(),
          OPENID_APPENDED,
          "Set the API's requestedAccessTokenVersion to 2 and use entra-v2; to stay with v1, give"
              + " expectAudience the client id and every App ID URI, with and without slash.");

  private static final ProviderProfile ENTRA_V2 =
      new ProviderProfile(
          "entra-v2",
          true,
          JWT,
          JWT_TYPES,
          List.of("scp"),
          STRING,
          List.of("azp"),
          OPENID_WITH_NONCE,
          List.of(List.of("ver=2.0", "scp"), List.of("ver=2.0", "azp", "azpacr")),
          Set.of(),
          OPENID_APPENDED,
          "Set the Application ID URI to the resource and requestedAccessTokenVersion to 2, and"
              + " expectAudience to the API's client id, which is what Entra writes into 'aud'.");

  private static final ProviderProfile OKTA =
      new ProviderProfile(
          "okta",
          true,
          JWT,
          ANY_TYPE,
          List.of("scp"),
          ARRAY,
          List.of("cid"),
          List.of(
              new ForeignMark("jti", "ID.*", ID),
              new ForeignMark("at_hash", "*", ID),
              new ForeignMark("idp", "*", ID)),
          List.of(List.of("cid", "scp")),
          Set.of(),
          OAUTH_INSERTED,
          "Use a custom authorization server and set its Audience to the resource; tokens of the"
              + " org authorization server are for Okta alone.");

  private static final ProviderProfile COGNITO =
      new ProviderProfile(
          "cognito",
          true,
          JWT,
          NO_TYPE,
          List.of("scope"),
          STRING,
          List.of("client_id"),
          List.of(new ForeignMark("token_use", "id", ID), new ForeignMark("at_hash", "*", ID)),
          List.of(List.of("token_use=access")),
          Set.of(),
          OPENID_APPENDED,
          "Create a resource server whose identifier is the resource, and have 'resource' sent"
              + " (Essentials, Plus); else there is no 'aud', and only"
              + " trustClientIdInsteadOfAudience can accept a token.");

  /** Its access tokens are never JWTs, so what is a JWT with its issuer is an ID token. */
  private static final ProviderProfile GOOGLE =
      new ProviderProfile(
          "google",
          false,
          OPAQUE,
          ANY_TYPE,
          List.of("scope"),
          STRING,
          List.of("azp"),
          List.of(new ForeignMark("iss", "*", ID)),
          List.of(),
          Set.of(),
          OPENID_APPENDED,
          "Google's access tokens are opaque: put an OAuth proxy with an issuer of its own in"
              + " front.");

  /** No type is accepted, because it issues no JWT at all. */
  private static final ProviderProfile GITHUB =
      new ProviderProfile(
          "github",
          false,
          OPAQUE,
          Set.of(),
          List.of("scopes"),
          ARRAY,
          List.of("client_id"),
          List.of(),
          List.of(),
          Set.of(),
          OAUTH_INSERTED,
          "GitHub's access tokens are opaque: put an OAuth proxy with an issuer of its own in"
              + " front.");

  private static final ProviderProfile LOGTO =
      new ProviderProfile(
          "logto",
          false,
          JWT_ON_REQUEST,
          Set.of("at+jwt"),
          List.of("scope"),
          STRING,
          List.of("client_id"),
          OPENID_WITH_NONCE,
          List.of(),
          Set.of(),
          OPENID_APPENDED,
          "Register an API resource with the resource as its identifier; clients must send"
              + " 'resource' in the authorization and in the token request.");

  private static final ProviderProfile ZITADEL =
      new ProviderProfile(
          "zitadel",
          false,
          JWT_ON_REQUEST,
          JWT_TYPES,
          List.of("scope"),
          STRING,
          List.of("client_id", "azp"),
          List.of(
              new ForeignMark("at_hash", "*", ID),
              new ForeignMark("nonce", "*", ID),
              new ForeignMark("amr", "*", ID),
              new ForeignMark("auth_time", "*", ID),
              new ForeignMark("sid", "*", ID)),
          List.of(List.of("jti", "nbf")),
          Set.of(),
          OPENID_APPENDED,
          "Set the application's token type to JWT, request the scope"
              + " urn:zitadel:iam:org:project:id:{id}:aud, and set expectAudience to the project"
              + " id. Zitadel's JWTs carry no scopes.");

  private static final ProviderProfile AUTHKIT =
      new ProviderProfile(
          "authkit",
          false,
          JWT,
          ANY_TYPE,
          List.of("scope"),
          STRING,
          List.of("client_id"),
          OPENID_WITH_NONCE,
          List.of(List.of("client_id", "jti")),
          Set.of(),
          OAUTH_INSERTED,
          "Add the resource under the MCP resource indicators of the AuthKit environment; without"
              + " it 'aud' is the environment's client id.");

  private static final ProviderProfile DESCOPE =
      new ProviderProfile(
          "descope",
          false,
          JWT,
          ANY_TYPE,
          List.of("scope"),
          STRING,
          List.of("client_id", "azp"),
          List.of(new ForeignMark("drn", "*", OTHER), new ForeignMark("at_hash", "*", ID)),
          List.of(List.of("scope")),
          Set.of(),
          OPENID_APPENDED,
          "Set the MCP server's URL to the resource; tokens often carry the project's issuer, which"
              + " then belongs into expectIssuers.");

  private static final ProviderProfile STYTCH =
      new ProviderProfile(
          "stytch",
          false,
          JWT,
          ANY_TYPE,
          List.of("scope"),
          STRING,
          List.of("client_id"),
          List.of(
              new ForeignMark("https://stytch.com/session", "*", OTHER),
              new ForeignMark("at_hash", "*", ID)),
          List.of(List.of("client_id", "scope")),
          Set.of(),
          OAUTH_INSERTED,
          "Set access_token_custom_audience of the Connected App to the resource; otherwise 'aud'"
              + " is the project id.");

  private static final ProviderProfile PINGONE =
      new ProviderProfile(
          "pingone",
          false,
          JWT,
          ANY_TYPE,
          List.of("scope"),
          STRING,
          List.of("client_id"),
          OPENID_WITH_NONCE,
          List.of(List.of("client_id", "scope")),
          Set.of(),
          OPENID_APPENDED,
          "Create a custom resource whose Audience is the resource, and grant its scopes to the"
              + " application.");

  private static final ProviderProfile HYDRA =
      new ProviderProfile(
          "hydra",
          false,
          JWT_ON_REQUEST,
          JWT_TYPES,
          List.of("scp", "scope"),
          EITHER,
          List.of("client_id"),
          List.of(
              new ForeignMark("at_hash", "*", ID),
              new ForeignMark("rat", "*", ID),
              new ForeignMark("nonce", "*", ID)),
          List.of(List.of("client_id", "scp"), List.of("client_id", "scope")),
          Set.of(),
          OPENID_APPENDED,
          "Set strategies.access_token to jwt, and have the consent application grant the resource"
              + " as audience; clients ask with 'audience', not with 'resource'.");

  static final List<ProviderProfile> ALL =
      List.of(
          GENERIC, CASDOOR, AUTH0, KEYCLOAK, ENTRA_V1, ENTRA_V2, OKTA, COGNITO, GOOGLE, GITHUB,
          LOGTO, ZITADEL, AUTHKIT, DESCOPE, STYTCH, PINGONE, HYDRA);

  private ProviderProfiles() {}
}
