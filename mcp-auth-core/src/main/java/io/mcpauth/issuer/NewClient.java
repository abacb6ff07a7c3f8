package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientKeys;
import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.SetOnce;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client to be entered: {@code NewClient.withId("chatgpt-connector")
 * .redirectUris("https://chat.openai.com/oauth/callback")}. Without further words it logs users in
 * (grants {@code authorization_code} and {@code refresh_token}), may have every scope on offer, and
 * proves itself by {@code client_secret_post} with a secret that is made for it.
 */
public final class NewClient {
  private static final Set<String> CODE_GRANTS = ordered("authorization_code", "refresh_token");

  private final String id;
  private @Nullable List<String> redirectUris;
  private @Nullable Set<String> scopes;
  private @Nullable String authMethod;
  private @Nullable String name;
  private @Nullable Duration lifetime;
  private @Nullable String secret;
  private @Nullable Set<String> grantTypes;
  private @Nullable Map<String, Object> keys;
  private @Nullable URI keysAt;
  private boolean firstParty;
  private boolean introspects;
  private boolean dpopBound;

  private NewClient(String id) {
    this.id = id;
  }

  /**
   * One of that id.
   *
   * @param id 1 to 64 letters, digits and {@code . _ ~ -}, a letter or a digit first
   * @throws IllegalArgumentException if it is none
   */
  public static NewClient withId(String id) {
    ClientRules.requireId(id);
    return new NewClient(id);
  }

  /**
   * Where its users come back to: https, http on loopback, or a scheme of its own.
   *
   * @throws IllegalArgumentException if there are none or more than ten, one is none that a client
   *     may have ({@link RedirectUriRules}), or they were set before
   */
  public NewClient redirectUris(String... uris) {
    SetOnce.require(redirectUris == null, "The list of redirect URIs");
    ClientRules.requireRedirects(List.of(uris));
    redirectUris = List.copyOf(new LinkedHashSet<>(List.of(uris)));
    return this;
  }

  /**
   * All that it may have, in place of whatever the server offers.
   *
   * @throws IllegalArgumentException if there is none, one is no scope token (RFC 6749 section 3.3)
   *     or is there twice, if there are more than 100, or if they were set before
   */
  public NewClient scopes(String... scopes) {
    SetOnce.require(this.scopes == null, "The set of scopes");
    Set<String> set = ordered(scopes);
    if (set.size() != scopes.length) {
      throw new IllegalArgumentException("A scope of the client is there twice. Write it once.");
    }
    ClientRules.requireScopes(set);
    this.scopes = set;
    return this;
  }

  /**
   * How it proves itself at the token endpoint: {@code client_secret_post} unless this is called,
   * {@code client_secret_basic}, {@code private_key_jwt}, or {@code none} for a program that can
   * keep no secret. A secret is taken in either of the first two ways, whichever is said: clients
   * choose by the metadata of the server (RFC 6749 section 2.3.1).
   *
   * @throws IllegalArgumentException if it is none of them, or was set before
   */
  public NewClient authMethod(String method) {
    SetOnce.require(authMethod == null, "The authentication method");
    ClientRules.requireMethod(method);
    authMethod = method;
    return this;
  }

  /**
   * What people read of it: its id unless this is called.
   *
   * @throws IllegalArgumentException if it is blank, longer than 200 characters or has control
   *     characters, or was set before
   */
  public NewClient name(String name) {
    SetOnce.require(this.name == null, "The name");
    ClientRules.requireName(name);
    this.name = name;
    return this;
  }

  /**
   * How long its access tokens last, in place of what the server says.
   *
   * @param lifetime a minute to 30 days
   * @throws IllegalArgumentException if it is shorter or longer, or was set before
   */
  public NewClient lifetime(Duration lifetime) {
    SetOnce.require(this.lifetime == null, "The lifetime");
    ClientRules.requireLifetime(lifetime);
    this.lifetime = lifetime;
    return this;
  }

  /**
   * A secret that it has already, in place of one that is made. It has to be random: kept is its
   * SHA-256, which slows no guess down.
   *
   * @param secret 24 to 255 characters of visible ASCII
   * @throws IllegalArgumentException if it is none, or was set before
   */
  public NewClient secret(String secret) {
    SetOnce.require(this.secret == null, "The secret");
    ClientRules.requireSecret(secret);
    this.secret = secret;
    return this;
  }

  /**
   * What it may come to the token endpoint with: {@code authorization_code}, {@code refresh_token},
   * {@code client_credentials} for a client that acts for itself; nothing for one that only asks
   * about tokens.
   *
   * @throws IllegalArgumentException if one is none of them, or they were set before
   */
  public NewClient grantTypes(String... types) {
    SetOnce.require(grantTypes == null, "The set of grant types");
    Set<String> set = ordered(types);
    ClientRules.requireGrants(set);
    grantTypes = set;
    return this;
  }

  /**
   * The keys that it signs with, for {@code private_key_jwt}.
   *
   * @param jwks a JWK Set of public keys (RFC 7517 section 5), in JSON
   * @throws IllegalArgumentException if it is none, has a private key, or keys were set before
   */
  public NewClient keys(String jwks) {
    SetOnce.require(keys == null && keysAt == null, "The set of keys");
    try {
      keys = withoutNull(Json.object(jwks.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidJsonException e) {
      throw new IllegalArgumentException(
          "The keys are no JWK Set. Write a JSON object with the member 'keys'.", e);
    }
    ClientKeys unused = ClientKeys.ofClient(ClientMetadata.builder().jwks(keys).build());
    return this;
  }

  /**
   * Where the keys are that it signs with, for {@code private_key_jwt}.
   *
   * @param uri https; only a public address is asked
   * @throws IllegalArgumentException if it is none, or keys were set before
   */
  public NewClient keysAt(URI uri) {
    SetOnce.require(keys == null && keysAt == null, "The set of keys");
    ClientKeys unused =
        ClientKeys.ofClient(ClientMetadata.builder().jwksUri(uri.toString()).build());
    keysAt = uri;
    return this;
  }

  /**
   * Vouches for it: with {@link Consent#NEVER_FOR_FIRST_PARTIES} its users are not asked.
   *
   * @throws IllegalArgumentException if this was called before
   */
  public NewClient firstParty() {
    SetOnce.require(!firstParty, "firstParty");
    firstParty = true;
    return this;
  }

  /**
   * Lets it ask about the tokens of this server (RFC 7662), as a resource server does.
   *
   * @throws IllegalArgumentException if this was called before
   */
  public NewClient introspects() {
    SetOnce.require(!introspects, "introspects");
    introspects = true;
    return this;
  }

  /**
   * Gives it no tokens but those that are bound to a key of its own (DPoP, RFC 9449 section 5.2):
   * without a proof it gets none.
   *
   * @throws IllegalArgumentException if this was called before
   */
  public NewClient dpopBoundTokens() {
    SetOnce.require(!dpopBound, "dpopBoundTokens");
    dpopBound = true;
    return this;
  }

  String id() {
    return id;
  }

  @Nullable Set<String> scopes() {
    return scopes;
  }

  @Nullable Duration lifetime() {
    return lifetime;
  }

  @Nullable String secret() {
    return secret;
  }

  boolean isFirstParty() {
    return firstParty;
  }

  boolean isIntrospecting() {
    return introspects;
  }

  /**
   * What it would have registered with.
   *
   * @throws IllegalArgumentException if its words contradict each other
   */
  ClientMetadata metadata() {
    Map<String, Object> members = new LinkedHashMap<>();
    if (name != null) {
      members.put("client_name", name);
    }
    if (redirectUris != null) {
      members.put("redirect_uris", redirectUris);
    }
    members.put("grant_types", List.copyOf(grantTypes == null ? CODE_GRANTS : grantTypes));
    members.put(
        "token_endpoint_auth_method", authMethod == null ? "client_secret_post" : authMethod);
    if (dpopBound) {
      members.put("dpop_bound_access_tokens", true);
    }
    if (keys != null) {
      members.put("jwks", keys);
    }
    if (keysAt != null) {
      members.put("jwks_uri", keysAt.toString());
    }
    ClientMetadata metadata = ClientMetadata.of(members);
    ClientRules.requireUse(metadata, introspects, secret != null);
    ClientRules.requireOwnScopes(metadata, scopes);
    return metadata;
  }

  private static Map<String, Object> withoutNull(Map<String, ?> object) {
    Map<String, Object> members = new LinkedHashMap<>();
    object.forEach(
        (name, value) -> {
          if (value != null) {
            members.put(name, value);
          }
        });
    return members;
  }

  private static Set<String> ordered(String... values) {
    return new LinkedHashSet<>(Arrays.asList(values));
  }

  /** The id alone. */
  @Override
  public String toString() {
    return "NewClient[" + id + "]";
  }
}
