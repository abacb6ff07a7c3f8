package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The types of the members that have an accessor, and of those that a registration answers. */
enum MemberType {
  TEXT("a string"),
  TEXTS("an array of strings"),
  OBJECT("an object"),
  FLAG("true or false");

  /** RFC 7591 section 2.2: what people read, so that it may have a variant for each language. */
  static final Set<String> LOCALIZED =
      Set.of("client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri");

  private static final Map<String, MemberType> BY_NAME =
      Map.ofEntries(
          Map.entry("redirect_uris", TEXTS),
          Map.entry("token_endpoint_auth_method", TEXT),
          Map.entry("token_endpoint_auth_signing_alg", TEXT),
          Map.entry("grant_types", TEXTS),
          Map.entry("response_types", TEXTS),
          Map.entry("scope", TEXT),
          Map.entry("client_name", TEXT),
          Map.entry("client_uri", TEXT),
          Map.entry("logo_uri", TEXT),
          Map.entry("tos_uri", TEXT),
          Map.entry("policy_uri", TEXT),
          Map.entry("contacts", TEXTS),
          Map.entry("jwks", OBJECT),
          Map.entry("jwks_uri", TEXT),
          Map.entry("software_id", TEXT),
          Map.entry("software_version", TEXT),
          Map.entry("software_statement", TEXT),
          Map.entry("application_type", TEXT),
          Map.entry("dpop_bound_access_tokens", FLAG));

  /** What people read, and decides nothing. */
  private static final Set<String> ORNAMENTS =
      Set.of(
          "client_name",
          "client_uri",
          "logo_uri",
          "tos_uri",
          "policy_uri",
          "contacts",
          "software_id",
          "software_version",
          "software_statement");

  private final String words;

  MemberType(String words) {
    this.words = words;
  }

  /**
   * Whether a member has its type.
   *
   * @return false where it has not, and decides nothing
   * @throws AuthException where it has not
   */
  static boolean fits(String name, Object value) {
    int tag = name.indexOf('#');
    String plain =
        tag > 0 && LOCALIZED.contains(name.substring(0, tag)) ? name.substring(0, tag) : name;
    MemberType type = BY_NAME.get(plain);
    if (type == null || type.fits(value)) {
      return true;
    }
    if (!ORNAMENTS.contains(plain)) {
      String problem = plain + " must be " + type.words + ".";
      throw new AuthException(
          plain.equals(ClientMetadata.REDIRECT_URIS)
              ? ReasonCode.REDIRECT_URI_NOT_ACCEPTED
              : ReasonCode.CLIENT_METADATA_INVALID,
          problem,
          Map.of("problem", problem));
    }
    return false;
  }

  private boolean fits(Object value) {
    return switch (this) {
      case TEXT -> value instanceof String;
      case TEXTS ->
          value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
      case OBJECT -> value instanceof Map;
      case FLAG -> value instanceof Boolean;
    };
  }
}
