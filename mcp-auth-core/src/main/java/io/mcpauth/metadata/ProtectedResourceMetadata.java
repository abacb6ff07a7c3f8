package io.mcpauth.metadata;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metadata document of a protected resource (RFC 9728 section 2): where a client finds the
 * authorization servers for it, and what it may ask of them.
 *
 * <p>Immutable. A member that was not set is not emitted; a list that was set empty is emitted
 * empty. Does not check: that the URLs answer.
 */
public final class ProtectedResourceMetadata {
  private final Map<String, Object> members;

  private ProtectedResourceMetadata(Map<String, Object> members) {
    this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** A builder for the metadata of a resource. */
  public static Builder builder(ResourceIdentifier resource) {
    return new Builder(resource.value());
  }

  /**
   * Reads a metadata document, as a client does.
   *
   * @param json the document in UTF-8
   * @param expectedResource the resource that the client asked for
   * @throws IllegalArgumentException if it is not a strict JSON object, a member has the wrong
   *     type, or {@code resource} is another one (RFC 9728 section 3.3)
   */
  public static ProtectedResourceMetadata parse(byte[] json, String expectedResource) {
    Map<String, @Nullable Object> document;
    try {
      document = Json.object(json);
    } catch (InvalidJsonException e) {
      throw new IllegalArgumentException("Protected resource metadata: " + e.getMessage(), e);
    }
    if (!expectedResource.equals(document.get("resource"))) {
      throw new IllegalArgumentException(
          "Protected resource metadata: 'resource' is not '" + expectedResource + "'");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    document.forEach(
        (name, value) -> {
          if (value != null) {
            Member.requireType(name, value);
            members.put(name, value);
          }
        });
    return new ProtectedResourceMetadata(members);
  }

  /** {@code resource}: the resource identifier. */
  public String resource() {
    return (String) members.getOrDefault(Member.RESOURCE.wire, "");
  }

  /** {@code authorization_servers}: the issuers, byte for byte as their own metadata names them. */
  public List<String> authorizationServers() {
    return strings(Member.AUTHORIZATION_SERVERS);
  }

  /** {@code scopes_supported}, empty also where the member is absent. */
  public List<String> scopesSupported() {
    return strings(Member.SCOPES_SUPPORTED);
  }

  /** {@code bearer_methods_supported}. */
  public List<String> bearerMethodsSupported() {
    return strings(Member.BEARER_METHODS_SUPPORTED);
  }

  /** {@code resource_signing_alg_values_supported}. */
  public List<String> resourceSigningAlgValuesSupported() {
    return strings(Member.RESOURCE_SIGNING_ALG_VALUES_SUPPORTED);
  }

  /** {@code authorization_details_types_supported} (RFC 9396). */
  public List<String> authorizationDetailsTypesSupported() {
    return strings(Member.AUTHORIZATION_DETAILS_TYPES_SUPPORTED);
  }

  /** {@code dpop_signing_alg_values_supported} (RFC 9449). */
  public List<String> dpopSigningAlgValuesSupported() {
    return strings(Member.DPOP_SIGNING_ALG_VALUES_SUPPORTED);
  }

  /** {@code jwks_uri}: the keys of the resource itself, not of an authorization server. */
  public @Nullable String jwksUri() {
    return string(Member.JWKS_URI);
  }

  /** {@code resource_name}: for people. */
  public @Nullable String resourceName() {
    return string(Member.RESOURCE_NAME);
  }

  /** {@code resource_documentation}: a page for developers. */
  public @Nullable String resourceDocumentation() {
    return string(Member.RESOURCE_DOCUMENTATION);
  }

  /** {@code resource_policy_uri}: a page on how data may be used. */
  public @Nullable String resourcePolicyUri() {
    return string(Member.RESOURCE_POLICY_URI);
  }

  /** {@code resource_tos_uri}: the terms of service. */
  public @Nullable String resourceTosUri() {
    return string(Member.RESOURCE_TOS_URI);
  }

  /** {@code signed_metadata}: the same members as a signed JWT (RFC 9728 section 2.2). */
  public @Nullable String signedMetadata() {
    return string(Member.SIGNED_METADATA);
  }

  /** {@code tls_client_certificate_bound_access_tokens} (RFC 8705), false where absent. */
  public boolean tlsClientCertificateBoundAccessTokens() {
    return Boolean.TRUE.equals(members.get(Member.TLS_BOUND.wire));
  }

  /** {@code dpop_bound_access_tokens_required} (RFC 9449), false where absent. */
  public boolean dpopBoundAccessTokensRequired() {
    return Boolean.TRUE.equals(members.get(Member.DPOP_BOUND_REQUIRED.wire));
  }

  /** Every member by its name on the wire, custom and language-tagged ones included. */
  public Map<String, Object> members() {
    return members;
  }

  /** The document in UTF-8, members in a stable order. */
  public byte[] toJson() {
    return Json.write(members);
  }

  private @Nullable String string(Member member) {
    return (String) members.get(member.wire);
  }

  private List<String> strings(Member member) {
    Object value = members.get(member.wire);
    List<String> strings = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> strings.add((String) item));
    }
    return List.copyOf(strings);
  }

  /** The registered members, in the order in which they are emitted. */
  enum Member {
    RESOURCE("resource", String.class),
    AUTHORIZATION_SERVERS("authorization_servers", List.class),
    SCOPES_SUPPORTED("scopes_supported", List.class),
    BEARER_METHODS_SUPPORTED("bearer_methods_supported", List.class),
    JWKS_URI("jwks_uri", String.class),
    RESOURCE_SIGNING_ALG_VALUES_SUPPORTED("resource_signing_alg_values_supported", List.class),
    RESOURCE_NAME("resource_name", String.class),
    RESOURCE_DOCUMENTATION("resource_documentation", String.class),
    RESOURCE_POLICY_URI("resource_policy_uri", String.class),
    RESOURCE_TOS_URI("resource_tos_uri", String.class),
    TLS_BOUND("tls_client_certificate_bound_access_tokens", Boolean.class),
    AUTHORIZATION_DETAILS_TYPES_SUPPORTED("authorization_details_types_supported", List.class),
    DPOP_SIGNING_ALG_VALUES_SUPPORTED("dpop_signing_alg_values_supported", List.class),
    DPOP_BOUND_REQUIRED("dpop_bound_access_tokens_required", Boolean.class),
    SIGNED_METADATA("signed_metadata", String.class);

    final String wire;
    private final Class<?> type;

    Member(String wire, Class<?> type) {
      this.wire = wire;
      this.type = type;
    }

    static @Nullable Member named(String wire) {
      for (Member member : values()) {
        if (member.wire.equals(wire)) {
          return member;
        }
      }
      return null;
    }

    static void requireType(String name, Object value) {
      Member member = named(name);
      boolean fits =
          member == null
              || (member.type == List.class
                  ? value instanceof List<?> list
                      && list.stream().allMatch(String.class::isInstance)
                  : member.type.isInstance(value));
      if (!fits) {
        throw new IllegalArgumentException(
            "Protected resource metadata: '" + name + "' has the wrong type");
      }
    }
  }

  /**
   * Collects the members. A member that is set twice, or a list with a {@code null}, stops the
   * start.
   */
  public static final class Builder {
    private final Map<Member, Object> registered = new EnumMap<>(Member.class);
    private final Map<String, Object> custom = new LinkedHashMap<>();

    private Builder(String resource) {
      registered.put(Member.RESOURCE, resource);
    }

    /** {@code authorization_servers}: issuers, verbatim. */
    public Builder authorizationServers(List<String> issuers) {
      return put(Member.AUTHORIZATION_SERVERS, List.copyOf(issuers));
    }

    /** {@code scopes_supported}; an empty list is emitted as one. */
    public Builder scopesSupported(List<String> scopes) {
      if (scopes.contains("offline_access")) {
        // MCP authorization, "Scope Selection": it asks for a refresh token, no resource needs it.
        throw new IllegalArgumentException(
            "scopes_supported: 'offline_access' is between client and authorization server."
                + " Remove it.");
      }
      return put(Member.SCOPES_SUPPORTED, List.copyOf(scopes));
    }

    /** {@code bearer_methods_supported}: {@code header} is what this library reads. */
    public Builder bearerMethodsSupported(List<String> methods) {
      return put(Member.BEARER_METHODS_SUPPORTED, List.copyOf(methods));
    }

    /** {@code jwks_uri}: the keys of the resource itself; https. */
    public Builder jwksUri(String uri) {
      return put(Member.JWKS_URI, web(Member.JWKS_URI, uri));
    }

    /** {@code resource_signing_alg_values_supported}; {@code none} is not allowed. */
    public Builder resourceSigningAlgValuesSupported(List<String> algorithms) {
      if (algorithms.contains("none")) {
        throw new IllegalArgumentException(
            "resource_signing_alg_values_supported: 'none' is not allowed (RFC 9728 section 2)."
                + " Remove it.");
      }
      return put(Member.RESOURCE_SIGNING_ALG_VALUES_SUPPORTED, List.copyOf(algorithms));
    }

    /**
     * {@code resource_name}: shown to people; a translation is a custom member with {@code #tag}.
     */
    public Builder resourceName(String name) {
      return put(Member.RESOURCE_NAME, name);
    }

    /** {@code resource_documentation}: an http(s) URL. */
    public Builder resourceDocumentation(String uri) {
      return put(Member.RESOURCE_DOCUMENTATION, web(Member.RESOURCE_DOCUMENTATION, uri));
    }

    /** {@code resource_policy_uri}: an http(s) URL. */
    public Builder resourcePolicyUri(String uri) {
      return put(Member.RESOURCE_POLICY_URI, web(Member.RESOURCE_POLICY_URI, uri));
    }

    /** {@code resource_tos_uri}: an http(s) URL. */
    public Builder resourceTosUri(String uri) {
      return put(Member.RESOURCE_TOS_URI, web(Member.RESOURCE_TOS_URI, uri));
    }

    /** {@code tls_client_certificate_bound_access_tokens} (RFC 8705). */
    public Builder tlsClientCertificateBoundAccessTokens(boolean bound) {
      return put(Member.TLS_BOUND, bound);
    }

    /** {@code authorization_details_types_supported} (RFC 9396). */
    public Builder authorizationDetailsTypesSupported(List<String> types) {
      return put(Member.AUTHORIZATION_DETAILS_TYPES_SUPPORTED, List.copyOf(types));
    }

    /** {@code dpop_signing_alg_values_supported} (RFC 9449). */
    public Builder dpopSigningAlgValuesSupported(List<String> algorithms) {
      return put(Member.DPOP_SIGNING_ALG_VALUES_SUPPORTED, List.copyOf(algorithms));
    }

    /** {@code dpop_bound_access_tokens_required} (RFC 9449). */
    public Builder dpopBoundAccessTokensRequired(boolean required) {
      return put(Member.DPOP_BOUND_REQUIRED, required);
    }

    /** {@code signed_metadata}: a JWT that the caller signed (RFC 9728 section 2.2). */
    public Builder signedMetadata(String jwt) {
      return put(Member.SIGNED_METADATA, jwt);
    }

    /**
     * A member that RFC 9728 does not define, or a translation such as {@code resource_name#fr}.
     *
     * @param value a {@code String}, {@code Boolean}, {@code Number}, {@code List} or {@code Map}
     *     of such; it is copied
     */
    public Builder custom(String name, Object value) {
      if (Member.named(name) != null) {
        throw new IllegalArgumentException(
            "Metadata member '" + name + "' is a registered one. Use its own method instead.");
      }
      SetOnce.require(custom.putIfAbsent(name, plain(name, value)) == null, what(name));
      return this;
    }

    /** The metadata. */
    public ProtectedResourceMetadata build() {
      Map<String, Object> members = new LinkedHashMap<>();
      registered.forEach((member, value) -> members.put(member.wire, value));
      members.putAll(custom);
      return new ProtectedResourceMetadata(members);
    }

    /** Whether {@code scopes_supported} was set. */
    public boolean hasScopesSupported() {
      return registered.containsKey(Member.SCOPES_SUPPORTED);
    }

    private Builder put(Member member, Object value) {
      SetOnce.require(registered.putIfAbsent(member, value) == null, what(member.wire));
      return this;
    }

    /** A copy of what JSON can say; a bean would be written with everything it has. */
    private static Object plain(String name, @Nullable Object value) {
      if (value instanceof String || value instanceof Boolean) {
        return value;
      }
      if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
        return number;
      }
      if (value instanceof List<?> list) {
        return list.stream().map(item -> plain(name, item)).toList();
      }
      if (value instanceof Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(String.valueOf(key), plain(name, item)));
        return Collections.unmodifiableMap(copy);
      }
      throw new IllegalArgumentException(
          "Metadata member '"
              + name
              + "' has a value that is not JSON. Write a String, Boolean, finite Number, List or"
              + " Map.");
    }

    private static String web(Member member, String value) {
      URI uri = WebAddress.parsed(value);
      boolean https = uri != null && "https".equalsIgnoreCase(uri.getScheme());
      boolean http = uri != null && "http".equalsIgnoreCase(uri.getScheme());
      // RFC 9728 section 2: jwks_uri has to be https; the pages for people may be either.
      if (uri == null
          || uri.getHost() == null
          || !(https || (http && (member != Member.JWKS_URI || Loopback.host(uri))))) {
        throw new IllegalArgumentException(
            "Metadata member "
                + member.wire
                + " is '"
                + value
                + "', which is not a web address. Write an absolute https URL instead.");
      }
      return value;
    }

    /** Says that not every member is the caller's own: some are set before it has its turn. */
    private static String what(String name) {
      return "Metadata member '" + name + "', which mcp-auth may have set itself,";
    }
  }
}
