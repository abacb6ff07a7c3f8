package io.mcpauth.config;

import io.mcpauth.metadata.ResourceIdentifier;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be set without code. The key of each is its name behind {@code MCP_AUTH_}; {@code
 * docs/configuration.md} has them as a table.
 */
public enum Setting implements Settings.Key {
  /** Whether authorization is on. */
  MODE(
      "`oauth` guards the MCP endpoint, `none` guards nothing and is for a loopback resource alone,"
          + " with no other setting beside it; the filter refuses to start with it.",
      "`oauth`"),
  /** The resource identifier (RFC 8707 section 2). */
  RESOURCE("The public URL of the MCP endpoint, as clients are configured with it.", "required"),
  /** {@code ResourceServerBuilder.endpointPath}. */
  ENDPOINT_PATH(
      "The path of the MCP endpoint, such as `/api/mcp`, where the resource is an origin alone.",
      "that of the resource"),
  /** The authorization servers (RFC 8414 section 2). */
  ISSUER(
      "The issuer of each authorization server whose tokens are accepted, exactly as its metadata"
          + " spells it, comma-separated.",
      "required"),
  /** The {@code aud} values (RFC 7519 section 4.1.3). */
  AUDIENCE(
      "The `aud` values, comma-separated, one of which the tokens of every issuer carry instead of"
          + " the resource.",
      "the resource"),
  /** How the tokens look. */
  PROFILE(
      "The identity provider, such as `keycloak`, which says how its tokens look; for one issuer"
          + " alone.",
      "`generic`"),
  /** Which claims have the scopes. */
  SCOPE_CLAIM(
      "The claims, comma-separated, that have the scopes, as one string or an array, instead of"
          + " those of the profile; for one issuer alone.",
      "what the profile says"),
  /** What stands between scopes. */
  SCOPE_SEPARATOR(
      "The character between the scopes of a string, such as `,`; for one issuer alone.",
      "a space"),
  /** Which claims have the client id. */
  CLIENT_ID_CLAIM(
      "The claims, comma-separated, of which the first that a token has is its client id, instead"
          + " of those of the profile; for one issuer alone.",
      "what the profile says"),
  /** Further types of tokens (RFC 9068 section 2.1). */
  TOKEN_TYPES(
      "The `typ` values, comma-separated, that are accepted beside those of the profile, but none"
          + " that names another kind of token; for one issuer alone.",
      "what the profile says"),
  /** {@code ProviderProfile.Builder.allowAtHashInAccessTokens}. */
  ALLOW_AT_HASH_IN_ACCESS_TOKENS(
      "`true` takes a token with `at_hash` for an access token where its other marks and its"
          + " audience are right, and never together with trusted clients; an ID token without"
          + " another mark then passes too; for one issuer alone.",
      "`false`"),
  /** Where the keys are (RFC 8414 section 2). */
  JWKS_URI(
      "The address of the issuer's keys, whose metadata is then not read; for one issuer alone.",
      "what the issuer's metadata says"),
  /** {@code AuthorizationServer.withJwksUriOverPlainHttpInsideTheCluster}. */
  JWKS_URI_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER(
      "The address of the issuer's keys over plain http at a host that is not public, where whoever"
          + " is on the way can make tokens for everybody; for one issuer alone.",
      "none"),
  /** {@code AuthorizationServer.withJwks}. */
  JWKS(
      "The keys of the issuer, a JWK set of public keys, instead of some that are fetched; for one"
          + " issuer alone.",
      "none"),
  /** {@code AuthorizationServer.withJwksFile}. */
  JWKS_FILE(
      "The path of a file with the keys of the issuer, which is read again when it changes, instead"
          + " of some that are fetched; for one issuer alone.",
      "none"),
  /** The {@code iss} values (RFC 7519 section 4.1.1). */
  ACCEPTED_ISSUERS(
      "The `iss` values, comma-separated, one of which the tokens carry instead of the issuer; for"
          + " one issuer alone.",
      "the issuer"),
  /** {@code AuthorizationServer.expectTenants}. */
  ISSUER_TENANTS(
      "The tenant ids, comma-separated, whose tokens are accepted, where MCP_AUTH_ACCEPTED_ISSUERS"
          + " is one template with `{tenantid}`; for one issuer alone.",
      "none: there is no template"),
  /** What clients write before a scope. */
  SCOPE_PREFIX(
      "What clients write before a scope and the issuer leaves out in its tokens, such as"
          + " `api://files/`; for one issuer alone.",
      "none"),
  /** {@code AuthorizationServer.allowRsaKeysUpTo}. */
  MAX_RSA_KEY_BITS(
      "The most bits that an RSA key of the issuer may have, from 4096 to 8192; for one issuer"
          + " alone.",
      "`4096`"),
  /** The clients whose tokens need no audience. */
  TRUST_CLIENT_ID_INSTEAD_OF_AUDIENCE(
      "The client ids, comma-separated, whose tokens need no `aud`, which lets every other server"
          + " that such a client talks to use them here; for one issuer alone.",
      "none"),
  /** {@code AuthorizationServer.introspectedBy} and {@code alsoIntrospectedBy}. */
  INTROSPECTION(
      "`true` has the issuer asked about each of its tokens (RFC 7662), opaque ones and JWTs;"
          + " `also` has its JWTs verified and then asked about, so that a revocation there is"
          + " seen; with the profile `github` or `google` as that provider does it; for one issuer"
          + " alone.",
      "`false`"),
  /** Who asks (RFC 7662 section 2.1). */
  INTROSPECTION_CLIENT_ID(
      "The client id of this server at the issuer, for asking about tokens.",
      "required with introspection, but for `google`"),
  /** Of this client. */
  INTROSPECTION_CLIENT_SECRET(
      "The secret of this client.",
      "required with introspection, but for `google` and the method `private_key_jwt`"),
  /** {@code ClientAuthentication}. */
  INTROSPECTION_METHOD(
      "How this client proves itself: `client_secret_basic`, `client_secret_post` or"
          + " `private_key_jwt`.",
      "`client_secret_basic`"),
  /** {@code ClientKey.ofJwk}. */
  INTROSPECTION_CLIENT_KEY(
      "The private JWK that this client proves itself with, where the method is"
          + " `private_key_jwt`.",
      "none"),
  /** {@code Introspection.at}. */
  INTROSPECTION_ENDPOINT(
      "The address at which the issuer is asked about tokens.", "what the issuer's metadata says"),
  /** {@code Introspection.atOverPlainHttpInsideTheCluster}. */
  INTROSPECTION_ENDPOINT_OVER_PLAIN_HTTP_INSIDE_THE_CLUSTER(
      "The address at which the issuer is asked about tokens, over plain http at a host that is not"
          + " public, where whoever is on the way reads the tokens and the secret, or answers in"
          + " the issuer's place.",
      "none"),
  /** {@code Introspection.keptFor}. */
  INTROSPECTION_KEPT_SECONDS(
      "How long a good answer is kept, in seconds from 0 to 300, which is how much later at most a"
          + " revocation at the issuer takes effect.",
      "`60`"),
  /** {@code BasicCredentials}. */
  BASIC(
      "Accepts service accounts by HTTP Basic: `keys` for those with an issued key for that use,"
          + " `exchange` for clients of the issuer, which is asked for a token with their id and"
          + " secret.",
      "none: they are not accepted"),
  /** {@code BasicCredentials.exchangedAt}. */
  BASIC_ISSUER(
      "The one of several issuers whose clients the service accounts are, where they are"
          + " exchanged.",
      "the only issuer"),
  /** {@code BasicCredentials.withScopes}. */
  BASIC_SCOPES(
      "The scopes, separated by spaces, that the issuer is asked for with a service account.",
      "what it gives unasked"),
  /** {@code BasicCredentials.withAudience}. */
  BASIC_AUDIENCE(
      "The `audience` that the issuer is asked for with a service account instead of `resource`,"
          + " as Auth0 has it.",
      "none"),
  /** {@code ClientCertificates}. */
  MTLS(
      "Where the certificate of a client is found that its token is bound to (RFC 8705):"
          + " `container`, where TLS ends here, or `header` of a proxy in front.",
      "none: such tokens are refused"),
  /** {@code ClientCertificates.fromHeader}. */
  MTLS_HEADER(
      "The header in which the proxy writes the certificate, such as `Client-Cert`.",
      "required where MCP_AUTH_MTLS is `header`"),
  /** {@code ClientCertificates.HeaderFormat}. */
  MTLS_HEADER_FORMAT(
      "How the proxy writes it: `rfc-9440`, `escaped-pem` as nginx does, or `envoy`.",
      "`rfc-9440`"),
  /** {@code ClientCertificates.fromHeader}. */
  MTLS_TRUSTED_PROXIES(
      "The addresses or blocks, comma-separated, such as `10.0.0.7` or `10.0.0.0/24`, from which"
          + " the header is believed.",
      "required where MCP_AUTH_MTLS is `header`"),
  /** {@code ClientCertificates.required}. */
  MTLS_REQUIRED("`true` refuses every token that is bound to no certificate.", "`false`"),
  /** {@code ProxyTokens}. */
  PROXY_TOKEN_PROFILE(
      "The identity-aware proxy in front whose tokens are the only credentials, so that those of"
          + " the issuers are not accepted: `cloudflare-access`, `google-iap`, or `generic` for"
          + " another, with its header.",
      "none, or `generic` where MCP_AUTH_PROXY_TOKEN_HEADER is set"),
  /** {@code ProxyTokens.inHeader}. */
  PROXY_TOKEN_HEADER(
      "The header in which such a proxy writes its token, such as `X-Proxy-Assertion`.",
      "what the profile says"),
  /** The {@code iss} of such tokens. */
  PROXY_TOKEN_ISSUER(
      "The `iss` of its tokens, such as `https://example.cloudflareaccess.com`.",
      "required, but for `google-iap`"),
  /** The {@code aud} of such tokens. */
  PROXY_TOKEN_AUDIENCE(
      "The `aud` values, comma-separated, one of which its tokens for this server carry.",
      "required"),
  /** Where its keys are. */
  PROXY_TOKEN_JWKS_URI(
      "The address of its keys, where the profile is `generic`.",
      "what the profile says, else the metadata of its issuer"),
  /** The policy. */
  POLICY_FILE(
      "The path of the policy, a JSON document.", "required, unless there are required scopes"),
  /** How often the policy is looked at. */
  POLICY_WATCH_SECONDS(
      "How often the policy file is looked at for a change, in seconds from 1 to 3600, or 0 for"
          + " never.",
      "`10`"),
  /** The policy in one line. */
  REQUIRED_SCOPES(
      "The scopes, separated by spaces, that every request needs, instead of a policy file: whoever"
          + " has them all may use every tool, prompt, resource and method.",
      "none"),
  /** Whose pages may use the endpoint. */
  ALLOWED_ORIGINS(
      "The origins of web pages, comma-separated, that may use the MCP endpoint beside its own.",
      "none"),
  /** What {@code Host} may say. */
  ALLOWED_HOSTS(
      "The names, comma-separated, that `Host` may have beside that of the resource.",
      "every name, but for a loopback resource only the loopback names"),
  /** What the principal keeps. */
  EXPOSED_CLAIMS(
      "The claims, comma-separated, that the tools see of a caller beside its identity and scopes.",
      "none"),
  /** How far clocks may differ. */
  CLOCK_SKEW_SECONDS(
      "How far the clocks of issuer and server may differ, in seconds from 0 to 300.", "`60`"),
  /** How long a token may last. */
  MAX_TOKEN_LIFETIME_SECONDS(
      "The longest that a token may last from now on, in seconds from 60 to 2592000.", "`2592000`"),
  /** {@code DpopProofs} (RFC 9449). */
  DPOP(
      "`accepted` takes access tokens that are bound to a key, with a DPoP proof beside"
          + " them, and `required` takes no others.",
      "none: they are refused"),
  /** {@code DpopProofs.withNonces}. */
  DPOP_NONCE(
      "`true` asks for a nonce of this server in each DPoP proof, so that none can be"
          + " made ahead; clients send their first request, and the first after a pause, twice.",
      "`false`"),
  /** The same, for several nodes. */
  DPOP_NONCE_KEYS_FILE(
      "The path of a file with the keys of these nonces, each the output of `openssl rand"
          + " -base64 32`, the same on all nodes.",
      "a key of the process"),
  /** {@code DpopProofs.withProofLifetime}. */
  DPOP_PROOF_LIFETIME_SECONDS(
      "How far from now a DPoP proof may have been made, in seconds from 10 to 900.", "`300`"),
  /** {@code DpopProofs.withSigningAlgs}. */
  DPOP_SIGNING_ALGS(
      "The algorithms, comma-separated, that DPoP proofs may be signed with.",
      "`ES256,EdDSA,Ed25519,PS256,RS256`"),
  /** The realm of challenges (RFC 9110 section 11.5). */
  REALM("The `realm` of challenges.", "none"),
  /** The JSON-RPC error code of a refusal. */
  JSONRPC_ERROR_CODE(
      "The JSON-RPC error code of a 401 or 403 from revision 2026-07-28 on, outside -32768 to"
          + " -32000.",
      "`-31001`"),
  /** {@code ChallengeScopes}. */
  CHALLENGE_SCOPES(
      "Which scopes the challenge of a 403 names beside those that the request needs:"
          + " `only-required` for none, `with-granted` for those that the token has, `by-revision`"
          + " for none from 2026-07-28 on, where clients add them themselves.",
      "`by-revision`"),
  /** {@code ResourceServerBuilder.readBodiesWithoutCredentialToEchoTheirIds}. */
  READ_BODIES_WITHOUT_CREDENTIAL_TO_ECHO_THEIR_IDS(
      "`true` reads the body of a request without a credential, so that the 401 repeats its"
          + " JSON-RPC id, and lets strangers hold as many threads as anonymous calls may.",
      "`false`"),
  /** {@code scopes_supported} (RFC 9728 section 2). */
  ADVERTISED_SCOPES(
      "The scopes, separated by spaces, that the metadata name as `scopes_supported` beside those"
          + " that rules of the policy ask for.",
      "none"),
  /** {@code scopes_supported} (RFC 9728 section 2), empty. */
  ADVERTISE_NO_SCOPES(
      "`true` has the metadata say `\"scopes_supported\": []`, whatever rules ask for.", "`false`"),
  /** {@code resource_name} (RFC 9728 section 2). */
  RESOURCE_NAME("The name of the server in its metadata, shown to people.", "none"),
  /** {@code resource_documentation} (RFC 9728 section 2). */
  RESOURCE_DOCUMENTATION(
      "The address of a page for people in the metadata, which says how to use the server.",
      "none"),
  /** {@code ResourceServerBuilder.messagePaths}. */
  MESSAGE_PATHS(
      "The paths, comma-separated, to which clients of HTTP+SSE post, such as `/message` or"
          + " `/messages/*`, so that none of them is served before its stream was seen.",
      "learned from the streams"),
  /** Where the state is that outlives a request; {@code ConfiguredServer.store}. */
  STORE_URL(
      "Where cut-offs, the state of access, API keys, sessions, used DPoP proofs, and the clients"
          + " and grants of an authorization server of its own are kept: `memory`, `file:PATH` for"
          + " a database in a file of one node, or `jdbc:postgresql://HOST/DATABASE` for several"
          + " nodes.",
      "`memory`"),
  /** Of the database. */
  STORE_USER("The user of the store's database, where it is no file.", "none"),
  /** Of the database. */
  STORE_PASSWORD("The password of this user.", "none"),
  /** {@code ResourceServerBuilder.storeMaxAge}. */
  STORE_MAX_AGE_SECONDS(
      "How old a node's copy of the store may be before requests get a 503, in seconds from 5 to"
          + " 600.",
      "`30`"),
  /** What the start does without the database. */
  STORE_AT_START(
      "What the start does while the store's database does not answer: `wait` for it, or `fail`.",
      "`wait`"),
  /** {@code JdbcStore.createSchema}. */
  STORE_CREATE_SCHEMA(
      "`true` makes the tables of the store where they are missing or older, for which its user has"
          + " to be allowed to create tables; a file always has them made.",
      "`false`"),
  /** {@code ApiKeys.shared}. */
  API_KEYS("`true` accepts the API keys in the store of MCP_AUTH_STORE_URL.", "`false`"),
  /** {@code ApiKeys.inFile}. */
  API_KEYS_FILE(
      "The path of a file with the API keys that are accepted, as `keys create` makes it, which is"
          + " read again when it changes.",
      "none"),
  /** {@code ApiKeys.inHeader}. */
  API_KEY_HEADER(
      "A header, such as `X-API-Key`, in which API keys may be sent too.",
      "none: as bearer tokens alone"),
  /** {@code ApiKeys.prefix}. */
  API_KEY_PREFIX(
      "What API keys begin with, before an underscore, by which they are told from tokens.",
      "`mcp`"),
  /** {@code BackChannelLogout.at}. */
  BACKCHANNEL_LOGOUT_PATH(
      "The path at which logout tokens of the issuers are received, such as `/backchannel-logout`,"
          + " so that whoever logs out there has no access here.",
      "none: they are not received"),
  /** The {@code aud} of logout tokens. */
  BACKCHANNEL_LOGOUT_CLIENT_IDS(
      "The client ids, comma-separated, one of which is the `aud` of each logout token.",
      "required with the path of logout tokens"),
  /** {@code SecurityEvents.at}. */
  EVENTS_PATH(
      "The path at which security event tokens (Shared Signals, CAEP, RISC) are received, such as"
          + " `/events`.",
      "none: they are not received"),
  /** The {@code aud} of security event tokens. */
  EVENTS_AUDIENCE(
      "The `aud` values, comma-separated, one of which each security event token carries.",
      "required with the path of security events"),
  /** {@code EventTransmitter.of}. */
  EVENTS_TRANSMITTER(
      "The issuer of a transmitter that is none of the issuers, and speaks of the users of the only"
          + " one.",
      "the issuers alone"),
  /** {@code EventTransmitter.withJwksUri}. */
  EVENTS_JWKS_URI(
      "The address of the keys of this transmitter.",
      "what its `/.well-known/ssf-configuration` says"),
  /** {@code SecurityEvents.withAuthorization}. */
  EVENTS_AUTHORIZATION(
      "The `Authorization` header that security event tokens have to come with, such as `Bearer `"
          + " and a random word of 16 characters or more.",
      "none is asked for"),
  /** {@code SecurityEvents.onCredentialChange}. */
  EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE(
      "`true` ends the access of a user also where a credential of his was revoked or deleted.",
      "`false`"),
  /** {@code OAuthServer}. */
  SERVER(
      "`container` makes the web application the authorization server of its own tokens, for the"
          + " users that the servlet container logs in, instead of MCP_AUTH_ISSUER.",
      "none: the issuers are others"),
  /** Its issuer (RFC 8414 section 2). */
  SERVER_ISSUER(
      "The issuer of this authorization server, such as `https://mcp.example.com`, and behind it"
          + " the path of the web application, where it has one.",
      "the origin of the resource"),
  /** {@code ContainerUsers.withRoles}. */
  SERVER_ROLES(
      "The roles of the container, comma-separated, that become the claim `roles` of the tokens of"
          + " a user who has them.",
      "none"),
  /** {@code OAuthServerBuilder.accessTokenLifetime}. */
  SERVER_TOKEN_LIFETIME_SECONDS(
      "How long its access tokens last, in seconds from 1 to 86400, but for clients that were"
          + " entered with a lifetime of their own.",
      "`3600`"),
  /** {@code OAuthServerBuilder.refreshTokenLifetime}. */
  SERVER_REFRESH_LIFETIME_SECONDS(
      "How long a client that does not use its access keeps it, in seconds from 1 to 31622400.",
      "`2592000`"),
  /** {@code OAuthServerBuilder.signedTokens} (RFC 9068). */
  SERVER_TOKENS(
      "How access tokens look: `opaque`, or `signed` JWTs, which resource servers in other"
          + " processes verify by themselves.",
      "`opaque`"),
  /** {@code SealKeys.load}. */
  SERVER_TOKEN_KEYS_FILE(
      "The path of a file with the keys that encrypt the signing keys in the store, each the output"
          + " of `openssl rand -base64 32`, the same on all nodes.",
      "required where MCP_AUTH_SERVER_TOKENS is `signed`, but for a store in memory"),
  /** {@code OAuthServerBuilder.consent}. */
  SERVER_CONSENT(
      "When users are asked whether a client may have access: `always`, `once`, or"
          + " `never-for-first-parties`.",
      "`once`"),
  /** {@code OAuthServerBuilder.firstParties}. */
  SERVER_FIRST_PARTIES(
      "The client ids, comma-separated, for which nobody is asked where MCP_AUTH_SERVER_CONSENT is"
          + " `never-for-first-parties`.",
      "those that were entered as first parties"),
  /** {@code OAuthServerBuilder.refuseRegistration} and {@code refuseMetadataDocuments}. */
  SERVER_REGISTRATION(
      "How clients may come to be known beside those that were entered, comma-separated:"
          + " `registration` of their own, `metadata-documents`, or `none`.",
      "`registration,metadata-documents`"),
  /** {@code RequestSources.behind}. */
  SERVER_TRUSTED_PROXIES(
      "The addresses or blocks, comma-separated, such as `10.0.0.7` or `10.0.0.0/24`, of proxies in"
          + " front, which are believed where a request is from when the authorization server"
          + " counts the requests of strangers.",
      "none: clients connect to the container"),
  /** How many serve the resource. */
  NODES(
      "How many nodes serve the resource, 1 or more, so that what they keep in memory and would"
          + " have to share is a warning at the start.",
      "`1`"),
  /** {@code bodyBytes} of {@code RequestLimits}. */
  BODIES_BYTES(
      "The bytes of bodies that are being read or judged at one time; a proven caller may have a"
          + " half of them, all callers without a credential together a quarter, and small bodies"
          + " of proven callers a sixteenth beside.",
      "an eighth of the heap, `8388608` at least"),
  /** {@code anonymousBodyBytes} of {@code RequestLimits}. */
  ANONYMOUS_BODY_BYTES(
      "The largest body of a request without a credential that is read, in bytes; a larger one is"
          + " answered with the challenge.",
      "`65536`"),
  /** {@code anonymousRequests} of {@code RequestLimits}. */
  ANONYMOUS_REQUESTS(
      "How many bodies are being read, and calls answered, at one time for callers without a"
          + " credential; set it to a quarter of the container's threads.",
      "`50`"),
  /** {@code streams} of {@code RequestLimits}. */
  STREAMS("How many event streams may be open at one time.", "`10000`"),
  /** {@code streamsPerCaller} of {@code RequestLimits}. */
  STREAMS_PER_CALLER(
      "How many of them a proven caller may have, and all callers without a credential together;"
          + " never more than a half.",
      "`200`"),
  /** {@code ResourceServerBuilder.keptVerdictBytes}. */
  KEPT_VERDICTS_BYTES(
      "The most memory that verdicts on good tokens take in each resource server, in bytes and"
          + " about; a token whose verdict had to give way is verified again.",
      "an eighth of the heap, `55000000` at most"),
  /** {@code OutboundConnections.Builder.timeout}. */
  OUTBOUND_TIMEOUT_SECONDS(
      "How long an answer of an authorization server may take, from the name to the last byte, in"
          + " seconds from 1 to 60.",
      "`5`"),
  /** {@code OutboundConnections.Builder.maxBytes}. */
  OUTBOUND_MAX_BYTES(
      "The largest answer of an authorization server, such as its key set, in bytes from 1024 to"
          + " 16777216.",
      "`524288`"),
  /** {@code OutboundConnections.Builder.proxy}. */
  PROXY(
      "The proxy through which authorization servers are reached, such as"
          + " `http://proxy.example.com:3128`, or `none` for no proxy whatever the system says.",
      "what `https.proxyHost` of the JVM says, else `HTTPS_PROXY` of the environment"),
  /** {@code EgressProxy.withCredentials}. */
  PROXY_CREDENTIALS("The user and the password for the proxy, with a colon between.", "none"),
  /** {@code EgressProxy.exceptFor}. */
  NO_PROXY(
      "The hosts, comma-separated, that are reached without the proxy: a name with those below it,"
          + " an address, or a block such as `10.0.0.0/8`.",
      "none"),
  /** {@code EgressProxy.refusingPrivateAddressesByItself}. */
  PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF(
      "`true` states that the proxy, this one or the system's, connects to no private address, so"
          + " that what strangers name is fetched through it too.",
      "`false`"),
  /** {@code OutboundConnections.Builder.trustStore}. */
  TRUST_STORE(
      "The path of certificates that are trusted beside those of the JVM, as PEM or a PKCS #12"
          + " store.",
      "none"),
  /** Of a store. */
  TRUST_STORE_PASSWORD("The password of the trust store, where it is no PEM.", "none"),
  /** The body cap. */
  MAX_BODY_BYTES("The largest body of a request that is read, in bytes.", "`1048576`"),
  /** What stays unguarded. */
  OPEN_PATHS(
      "The paths of the web application, comma-separated, that stay unguarded.",
      "none: all is guarded"),
  /** {@code McpAuthInstaller.serveTrailingSlash}. */
  SERVE_TRAILING_SLASH(
      "`true` lets a request for the path of the MCP endpoint with a slash at its end through to"
          + " whatever serves that, judged as any other, instead of a 404 that names the right"
          + " path.",
      "`false`"),
  /** The per-application form of the metadata path. */
  APPLICATION(
      "A name under which the metadata is served too, at"
          + " `/.well-known/{name}/oauth-protected-resource`.",
      "none"),
  /** The mirror of RFC 8414 metadata. */
  MIRROR_AUTHORIZATION_SERVER_METADATA(
      "`true` serves the issuer's metadata at the origin of the MCP endpoint as well, for clients"
          + " that look only there.",
      "`false`"),
  /** Who maps the well-known locations. */
  WELL_KNOWN_MAPPED(
      "`true` says that a proxy in front maps the well-known locations of the host into this web"
          + " application, whose context path is not the root.",
      "`false`"),
  /** The key of {@code signed_metadata} (RFC 9728 section 2.2). */
  METADATA_SIGNING_KEY("The private JWK that the metadata is signed with.", "none: not signed");

  /** What every key begins with. */
  static final String PREFIX = "MCP_AUTH_";

  private final String meaning;
  private final String byDefault;

  Setting(String meaning, String byDefault) {
    this.meaning = meaning;
    this.byDefault = byDefault;
  }

  /**
   * What the filter reads itself, {@code ConfiguredServer.builder(Settings)} all others. A program
   * leaves these out unless it gives its settings to the filter's installer too.
   */
  public static Set<Setting> ofTheFilter() {
    return Collections.unmodifiableSet(
        EnumSet.of(
            MAX_BODY_BYTES,
            OPEN_PATHS,
            SERVE_TRAILING_SLASH,
            APPLICATION,
            MIRROR_AUTHORIZATION_SERVER_METADATA,
            WELL_KNOWN_MAPPED));
  }

  @Override
  public String key() {
    return PREFIX + name();
  }

  @Override
  public boolean secret() {
    return this == METADATA_SIGNING_KEY
        || this == INTROSPECTION_CLIENT_SECRET
        || this == INTROSPECTION_CLIENT_KEY
        || this == PROXY_CREDENTIALS
        || this == STORE_PASSWORD
        || this == EVENTS_AUTHORIZATION
        || this == TRUST_STORE_PASSWORD;
  }

  @Override
  public String prefix() {
    return PREFIX;
  }

  /** What it is for: one sentence, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /** What holds where it is not set: a value between backticks, or words. */
  public String byDefault() {
    return byDefault;
  }

  /** Whether authorization is on. */
  public enum Mode {
    /** Every request needs what the policy says. */
    OAUTH,
    /** Nothing is guarded. For development on one computer. */
    NONE;

    /**
     * The mode that settings ask for; {@link #OAUTH} where they say nothing.
     *
     * @throws IllegalArgumentException if it is neither, or {@code none} with a resource that is
     *     not on loopback, with none at all, or with any other setting of {@link Setting}
     */
    public static Mode of(Settings settings) {
      String value = settings.value(Setting.MODE);
      if (value == null || value.equals("oauth")) {
        return OAUTH;
      }
      if (!value.equals("none")) {
        throw settings.wrong(Setting.MODE, "which is no mode. Write 'oauth' or 'none'.");
      }
      requireLoopback(settings);
      EnumSet<Setting> others = EnumSet.complementOf(EnumSet.of(Setting.MODE, Setting.RESOURCE));
      settings.requireUnset(others, settings.at(Setting.MODE) + " is 'none'");
      return NONE;
    }

    private static void requireLoopback(Settings settings) {
      @Nullable String resource = settings.value(Setting.RESOURCE);
      boolean loopback =
          resource != null
              && settings
                  .naming(Setting.RESOURCE, () -> ResourceIdentifier.of(resource))
                  .loopback();
      if (!loopback) {
        throw settings.wrong(
            Setting.MODE,
            "which only a loopback MCP_AUTH_RESOURCE may use, but that is "
                + (resource == null ? "not set" : "'" + resource + "'")
                + ". Write MCP_AUTH_MODE=oauth, or a resource such as"
                + " 'http://localhost:8080/mcp'.");
      }
    }
  }
}
