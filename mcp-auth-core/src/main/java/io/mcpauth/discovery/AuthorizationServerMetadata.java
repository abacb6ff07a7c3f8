package io.mcpauth.discovery;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The metadata document of an authorization server (RFC 8414 section 2): where its endpoints are
 * and what it supports.
 *
 * <p>Immutable. A member that is absent, or {@code null}, is {@code null} here; a list that is
 * there and empty stays empty, because the two say different things.
 *
 * <p>Does not check: that the URLs are URLs, or that a client may be sent to them.
 */
public final class AuthorizationServerMetadata {
  /** The members that have an accessor, and their types (RFC 8414 section 2). */
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("issuer", String.class),
          Map.entry("authorization_endpoint", String.class),
          Map.entry("token_endpoint", String.class),
          Map.entry("registration_endpoint", String.class),
          Map.entry("introspection_endpoint", String.class),
          Map.entry("revocation_endpoint", String.class),
          Map.entry("jwks_uri", String.class),
          Map.entry("scopes_supported", List.class),
          Map.entry("response_types_supported", List.class),
          Map.entry("token_endpoint_auth_methods_supported", List.class),
          Map.entry("code_challenge_methods_supported", List.class),
          Map.entry("client_id_metadata_document_supported", Boolean.class),
          Map.entry("authorization_response_iss_parameter_supported", Boolean.class),
          Map.entry("signed_metadata", String.class));

  /**
   * Members that demand or promise protection: who passes over one that cannot be read does without
   * what it meant. PKCE, RFC 9207, RFC 9126, RFC 9101, RFC 8705, RFC 9449 and RFC 8414 section 2.1.
   */
  private static final Pattern PROTECTION =
      Pattern.compile(
          "authorization_response_iss_parameter_supported|code_challenge_methods_supported"
              + "|require_.*|.*_bound_access_tokens.*|signed_metadata");

  /** Those of them without an accessor are switches. */
  private static final Pattern SWITCH = Pattern.compile("require_.*|.*_bound_access_tokens.*");

  private final Map<String, Object> members;
  private final List<String> unusable;

  private AuthorizationServerMetadata(Map<String, Object> members, List<String> unusable) {
    this.members = Collections.unmodifiableMap(members);
    this.unusable = List.copyOf(unusable);
  }

  /**
   * Reads a metadata document. A member that has an accessor and the wrong type counts as absent
   * ({@link #unusableMembers()}), because most readers never need it; but not one that demands or
   * promises protection.
   *
   * @param json the document in UTF-8
   * @param expectedIssuer the issuer whose metadata was asked for
   * @throws IllegalArgumentException if it is not a strict JSON object, {@code issuer} is not
   *     identical (RFC 8414 section 3.3), or a member that stands for protection cannot be read:
   *     {@code authorization_response_iss_parameter_supported}, {@code
   *     code_challenge_methods_supported}, {@code signed_metadata}, {@code require_*}, {@code
   *     *_bound_access_tokens*}
   */
  public static AuthorizationServerMetadata parse(byte[] json, String expectedIssuer) {
    AuthorizationServerMetadata metadata = parseForKeys(json, expectedIssuer);
    metadata.requireProtection();
    return metadata;
  }

  /** The same for a reader of {@code jwks_uri}, whom no other member concerns. */
  static AuthorizationServerMetadata parseForKeys(byte[] json, String expectedIssuer) {
    Map<String, @Nullable Object> document;
    try {
      document = Json.object(json);
    } catch (InvalidJsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    // RFC 8414 section 3.3: identical, or an attacker's server could speak for another.
    if (!expectedIssuer.equals(document.get("issuer"))) {
      throw new IllegalArgumentException(
          IssuerDifference.of(expectedIssuer, document.get("issuer")));
    }
    Map<String, Object> members = new LinkedHashMap<>();
    List<String> unusable = new ArrayList<>();
    document.forEach(
        (name, value) -> {
          if (value != null && fits(name, value)) {
            members.put(name, value);
          } else if (value != null) {
            unusable.add(name);
          }
        });
    return new AuthorizationServerMetadata(members, unusable);
  }

  private static boolean fits(String name, Object value) {
    Class<?> type = TYPES.get(name);
    if (type == null) {
      return !SWITCH.matcher(name).matches() || value instanceof Boolean;
    }
    return type == List.class
        ? value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
        : type.isInstance(value);
  }

  /**
   * Requires that every member that demands or promises protection could be read.
   *
   * @throws IllegalArgumentException with the name of the first that could not
   */
  void requireProtection() {
    for (String name : unusable) {
      if (PROTECTION.matcher(name).matches()) {
        throw new IllegalArgumentException("'" + name + "' has the wrong type");
      }
    }
  }

  /**
   * The names of members that are there and cannot be used, and so count as absent: something to
   * tell the operator of that server. They are the server's words: not yet fit for a log.
   */
  public List<String> unusableMembers() {
    return unusable;
  }

  /** {@code issuer}: the issuer identifier, byte for byte. */
  public String issuer() {
    return (String) members.getOrDefault("issuer", "");
  }

  /** {@code authorization_endpoint}. */
  public @Nullable String authorizationEndpoint() {
    return string("authorization_endpoint");
  }

  /** {@code token_endpoint}. */
  public @Nullable String tokenEndpoint() {
    return string("token_endpoint");
  }

  /** {@code registration_endpoint} (RFC 7591). */
  public @Nullable String registrationEndpoint() {
    return string("registration_endpoint");
  }

  /** {@code introspection_endpoint} (RFC 7662). */
  public @Nullable String introspectionEndpoint() {
    return string("introspection_endpoint");
  }

  /** {@code revocation_endpoint} (RFC 7009). */
  public @Nullable String revocationEndpoint() {
    return string("revocation_endpoint");
  }

  /** {@code jwks_uri}. */
  public @Nullable String jwksUri() {
    return string("jwks_uri");
  }

  /** {@code scopes_supported}. */
  public @Nullable List<String> scopesSupported() {
    return strings("scopes_supported");
  }

  /** {@code response_types_supported}. */
  public @Nullable List<String> responseTypesSupported() {
    return strings("response_types_supported");
  }

  /** {@code token_endpoint_auth_methods_supported}; absent means {@code client_secret_basic}. */
  public @Nullable List<String> tokenEndpointAuthMethodsSupported() {
    return strings("token_endpoint_auth_methods_supported");
  }

  /** {@code code_challenge_methods_supported}; absent means that it does not support PKCE. */
  public @Nullable List<String> codeChallengeMethodsSupported() {
    return strings("code_challenge_methods_supported");
  }

  /** {@code client_id_metadata_document_supported}, false where absent. */
  public boolean clientIdMetadataDocumentSupported() {
    return Boolean.TRUE.equals(members.get("client_id_metadata_document_supported"));
  }

  /** {@code authorization_response_iss_parameter_supported} (RFC 9207), false where absent. */
  public boolean authorizationResponseIssParameterSupported() {
    return Boolean.TRUE.equals(members.get("authorization_response_iss_parameter_supported"));
  }

  /** Every usable member by its name on the wire, those without an accessor included. */
  public Map<String, Object> members() {
    return members;
  }

  @Override
  public String toString() {
    return "AuthorizationServerMetadata[" + issuer() + "]";
  }

  private @Nullable String string(String name) {
    return (String) members.get(name);
  }

  private @Nullable List<String> strings(String name) {
    if (!(members.get(name) instanceof List<?> list)) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    list.forEach(item -> strings.add((String) item));
    return Collections.unmodifiableList(strings);
  }
}
