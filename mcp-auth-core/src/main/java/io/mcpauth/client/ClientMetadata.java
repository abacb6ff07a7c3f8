package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.ApplicationType;
import io.mcpauth.internal.net.SetOnce;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself when it registers (RFC 7591 section 2), and what a server made of
 * it. The same members stand in a client id metadata document.
 *
 * <p>Immutable. Members without an accessor are kept by their name, so that nothing is lost between
 * {@link #parse} and {@link #toJson}; a member that is {@code null} is absent, and so is an empty
 * text, which some clients send for what they have not got. What people read ({@code client_name},
 * {@code logo_uri}, {@code contacts} and the like) is absent too where it has another type than RFC
 * 7591 gives it: it decides nothing, and refuses nobody.
 *
 * <p>Does not check: anything but the types. What a server accepts is up to its {@code
 * RegistrationPolicy}.
 */
public final class ClientMetadata {
  /** The largest document that is read, in bytes: 64 KiB. */
  public static final int MAX_BYTES = 64 * 1024;

  static final String REDIRECT_URIS = "redirect_uris";
  static final String AUTH_METHOD = "token_endpoint_auth_method";
  static final String SIGNING_ALG = "token_endpoint_auth_signing_alg";
  static final String GRANT_TYPES = "grant_types";
  static final String RESPONSE_TYPES = "response_types";
  static final String SCOPE = "scope";
  static final String CLIENT_NAME = "client_name";
  static final String APPLICATION_TYPE = "application_type";
  static final String JWKS = "jwks";
  static final String JWKS_URI = "jwks_uri";
  static final String DPOP_BOUND = "dpop_bound_access_tokens";

  private final Map<String, Object> members;

  private ClientMetadata(Map<String, Object> members) {
    this.members = Collections.unmodifiableMap(members);
  }

  /** Metadata to register with, to be filled. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads the body of a registration.
   *
   * @param json in UTF-8, at most {@link #MAX_BYTES}
   * @throws AuthException BODY_TOO_LARGE; CLIENT_METADATA_INVALID if it is not a strict JSON object
   *     or a member that decides something has another type than RFC 7591 gives it;
   *     REDIRECT_URI_NOT_ACCEPTED if that member is {@code redirect_uris}
   */
  public static ClientMetadata parse(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new AuthException(ReasonCode.BODY_TOO_LARGE);
    }
    try {
      return of(Json.object(json));
    } catch (InvalidJsonException e) {
      throw new AuthException(
          ReasonCode.CLIENT_METADATA_INVALID,
          "The body is not a strict JSON object.",
          Map.of("problem", String.valueOf(e.getMessage())));
    }
  }

  /**
   * The metadata of a JSON object.
   *
   * @param object with values of the types that JSON has in Java
   * @throws AuthException CLIENT_METADATA_INVALID or REDIRECT_URI_NOT_ACCEPTED for a wrong type
   */
  public static ClientMetadata of(Map<String, ? extends @Nullable Object> object) {
    Map<String, Object> members = new LinkedHashMap<>();
    object.forEach(
        (name, value) -> {
          if (value != null && !"".equals(value) && MemberType.fits(name, value)) {
            members.put(name, value);
          }
        });
    return new ClientMetadata(members);
  }

  /** The members as JSON in UTF-8, in the order in which they came. */
  public byte[] toJson() {
    return Json.write(members);
  }

  /** {@code redirect_uris}, empty where absent. */
  public List<String> redirectUris() {
    return strings(REDIRECT_URIS, List.of());
  }

  /** {@code token_endpoint_auth_method}; where absent {@code client_secret_basic} (RFC 7591 2). */
  public String tokenEndpointAuthMethod() {
    String method = text(AUTH_METHOD);
    return method == null ? "client_secret_basic" : method;
  }

  /** {@code token_endpoint_auth_signing_alg} (OpenID Connect Registration section 2). */
  public @Nullable String tokenEndpointAuthSigningAlg() {
    return text(SIGNING_ALG);
  }

  /** {@code grant_types}; where absent {@code authorization_code} alone (RFC 7591 section 2). */
  public List<String> grantTypes() {
    return strings(GRANT_TYPES, List.of("authorization_code"));
  }

  /**
   * {@code response_types}; where absent {@code code} (RFC 7591 section 2), or none for a client
   * without the grant {@code authorization_code}, which has no use for one.
   */
  public List<String> responseTypes() {
    return strings(
        RESPONSE_TYPES,
        grantTypes().contains("authorization_code") ? List.of("code") : List.<String>of());
  }

  /** The scopes of {@code scope}, in order; empty where absent. */
  public Set<String> scopes() {
    String scope = text(SCOPE);
    Set<String> scopes = new LinkedHashSet<>(scope == null ? List.of() : List.of(scope.split(" ")));
    scopes.remove("");
    return Collections.unmodifiableSet(scopes);
  }

  /** {@code client_name} without a language. */
  public @Nullable String clientName() {
    return text(CLIENT_NAME);
  }

  /** {@code client_uri} without a language: a page about the client. */
  public @Nullable String clientUri() {
    return text("client_uri");
  }

  /** {@code logo_uri} without a language. */
  public @Nullable String logoUri() {
    return text("logo_uri");
  }

  /** {@code tos_uri} without a language: the terms of service. */
  public @Nullable String tosUri() {
    return text("tos_uri");
  }

  /** {@code policy_uri} without a language: the privacy policy. */
  public @Nullable String policyUri() {
    return text("policy_uri");
  }

  /**
   * The variants of a member in other languages (RFC 7591 section 2.2).
   *
   * @param name such as {@code client_name}
   * @return the texts by language tag as written, such as {@code de} for {@code client_name#de}
   */
  public Map<String, String> localized(String name) {
    Map<String, String> variants = new LinkedHashMap<>();
    members.forEach(
        (member, value) -> {
          if (member.startsWith(name + "#") && value instanceof String text) {
            variants.put(member.substring(name.length() + 1), text);
          }
        });
    return Collections.unmodifiableMap(variants);
  }

  /** {@code contacts}, mostly mail addresses; empty where absent. */
  public List<String> contacts() {
    return strings("contacts", List.of());
  }

  /** {@code jwks}: a JWK Set (RFC 7517 section 5), or null. */
  public @Nullable Map<String, Object> jwks() {
    if (!(members.get(JWKS) instanceof Map<?, ?> set)) {
      return null;
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    set.forEach(
        (name, value) -> {
          if (value != null) {
            keys.put(String.valueOf(name), value);
          }
        });
    return Collections.unmodifiableMap(keys);
  }

  /** {@code jwks_uri}. */
  public @Nullable String jwksUri() {
    return text(JWKS_URI);
  }

  /** {@code software_id}. */
  public @Nullable String softwareId() {
    return text("software_id");
  }

  /** {@code software_version}. */
  public @Nullable String softwareVersion() {
    return text("software_version");
  }

  /** {@code software_statement}: a JWT (RFC 7591 section 2.3), not verified. */
  public @Nullable String softwareStatement() {
    return text("software_statement");
  }

  /**
   * {@code application_type} (OpenID Connect Registration section 2): {@code native} or {@code
   * web}; null where absent.
   */
  public @Nullable String applicationType() {
    return text(APPLICATION_TYPE);
  }

  /** {@code dpop_bound_access_tokens} (RFC 9449 section 5.2), false where absent. */
  public boolean dpopBoundAccessTokens() {
    return Boolean.TRUE.equals(members.get(DPOP_BOUND));
  }

  /** Whether the client has a secret of its own: the method is one with a {@code client_secret}. */
  public boolean needsSecret() {
    return tokenEndpointAuthMethod().startsWith("client_secret_");
  }

  /**
   * Whether all redirect URIs are loopback: any program on the user's computer could be the client,
   * so that a consent page has to warn (MCP security considerations, "Localhost Redirect URI
   * Risks"). False without redirect URIs. For metadata that a {@code RegistrationPolicy} accepted.
   */
  public boolean hasOnlyLoopbackRedirects() {
    return !redirectUris().isEmpty()
        && redirectUris().stream().allMatch(ApplicationType::isLoopback);
  }

  /** The same, with the defaults of RFC 7591 section 2 written out. */
  public ClientMetadata withDefaults() {
    return builder()
        .members(this)
        .tokenEndpointAuthMethod(tokenEndpointAuthMethod())
        .grantTypes(grantTypes())
        .responseTypes(responseTypes())
        .build();
  }

  /** Every member by its name on the wire, those without an accessor included. */
  public Map<String, Object> members() {
    return members;
  }

  /** The names of the members: their values are a stranger's, and may hold a secret. */
  @Override
  public String toString() {
    return "ClientMetadata" + AuthException.fitForLog(String.valueOf(members.keySet()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClientMetadata that && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  private @Nullable String text(String name) {
    return (String) members.get(name);
  }

  private List<String> strings(String name, List<String> otherwise) {
    if (!(members.get(name) instanceof List<?> list)) {
      return otherwise;
    }
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add((String) item));
    return Collections.unmodifiableList(strings);
  }

  /**
   * Collects the members. What is not set is not sent, {@code application_type} aside: see {@link
   * RegistrationClient}.
   *
   * <p>Each method throws an {@link IllegalArgumentException} for a member that is set already.
   */
  public static final class Builder {
    private final Map<String, Object> members = new LinkedHashMap<>();
    private final Set<String> set = new HashSet<>();

    Builder() {}

    /** Members to begin with; each may be set over once. */
    Builder members(ClientMetadata metadata) {
      members.putAll(metadata.members());
      return this;
    }

    /** Without a member, by its name on the wire; it may be set anew. */
    public Builder without(String name) {
      members.remove(name);
      set.remove(name);
      return this;
    }

    /** {@code redirect_uris}. */
    public Builder redirectUris(Collection<String> uris) {
      return member(REDIRECT_URIS, List.copyOf(uris));
    }

    /** {@code redirect_uris}. */
    public Builder redirectUris(String... uris) {
      return redirectUris(List.of(uris));
    }

    /**
     * {@code token_endpoint_auth_method}: {@code none} for a public client. Where it is not said it
     * means {@code client_secret_basic} (RFC 7591 section 2).
     */
    public Builder tokenEndpointAuthMethod(String method) {
      return member(AUTH_METHOD, method);
    }

    /** {@code token_endpoint_auth_signing_alg}, such as {@code ES256}. */
    public Builder tokenEndpointAuthSigningAlg(String alg) {
      return member(SIGNING_ALG, alg);
    }

    /**
     * {@code grant_types}. Where they are not said they mean {@code authorization_code} alone (RFC
     * 7591 section 2): a client that wants refresh tokens adds {@code refresh_token}.
     */
    public Builder grantTypes(Collection<String> types) {
      return member(GRANT_TYPES, List.copyOf(types));
    }

    /** As {@link #grantTypes(Collection)}. */
    public Builder grantTypes(String... types) {
      return grantTypes(List.of(types));
    }

    /** {@code response_types}. */
    public Builder responseTypes(Collection<String> types) {
      return member(RESPONSE_TYPES, List.copyOf(types));
    }

    /** The scopes to be allowed to ask for, in order. */
    public Builder scopes(Collection<String> scopes) {
      return member(SCOPE, String.join(" ", scopes));
    }

    /** {@code client_name}. */
    public Builder clientName(String name) {
      return member(CLIENT_NAME, name);
    }

    /** {@code client_name} in another language, such as {@code client_name#de}. */
    public Builder clientName(String name, String languageTag) {
      return member(CLIENT_NAME + "#" + languageTag, name);
    }

    /** {@code client_uri}. */
    public Builder clientUri(String uri) {
      return member("client_uri", uri);
    }

    /** {@code contacts}. */
    public Builder contacts(Collection<String> contacts) {
      return member("contacts", new ArrayList<>(contacts));
    }

    /** {@code jwks}: public keys only. */
    public Builder jwks(Map<String, ?> set) {
      return member(JWKS, set);
    }

    /** {@code jwks_uri}. */
    public Builder jwksUri(String uri) {
      return member(JWKS_URI, uri);
    }

    /** {@code software_id} and {@code software_version}. */
    public Builder software(String id, String version) {
      return member("software_id", id).member("software_version", version);
    }

    /** {@code application_type}: {@code native} or {@code web}. */
    public Builder applicationType(String type) {
      return member(APPLICATION_TYPE, type);
    }

    /** {@code dpop_bound_access_tokens} (RFC 9449 section 5.2). */
    public Builder dpopBoundAccessTokens(boolean bound) {
      return member(DPOP_BOUND, bound);
    }

    /** Any other member, by its name on the wire, with a value of a type that JSON has. */
    public Builder member(String name, Object value) {
      SetOnce.require(set.add(name), "Client metadata member '" + name + "'");
      members.put(name, value);
      return this;
    }

    /**
     * The metadata.
     *
     * @throws io.mcpauth.error.AuthException CLIENT_METADATA_INVALID or REDIRECT_URI_NOT_ACCEPTED
     *     if a member has the wrong type
     */
    public ClientMetadata build() {
      return ClientMetadata.of(members);
    }
  }
}
