package io.mcpauth.examples.authserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2ClientRegistration;
import tools.jackson.databind.JsonNode;

/**
 * What a client may register, and what the server makes of it (RFC 7591 section 2: it may replace
 * or leave out requested values, and answers with what counts). Members not named here, {@code
 * jwks_uri} and {@code logo_uri} among them, are left out and never fetched.
 */
final class ClientMetadata {
  private static final Set<String> AUTHENTICATION_METHODS =
      Set.of("none", "client_secret_basic", "client_secret_post");
  private static final Set<String> GRANT_TYPES = Set.of("authorization_code", "refresh_token");
  private static final int MAX_REDIRECT_URIS = 20;
  private static final int MAX_NAME_LENGTH = 100;

  private final Set<String> offeredScopes;

  ClientMetadata(Set<String> offeredScopes) {
    this.offeredScopes = offeredScopes;
  }

  OAuth2ClientRegistration accept(JsonNode body) {
    List<String> redirectUris = redirectUris(body);
    List<String> grantTypes = grantTypes(body);
    requireCode(body);
    return OAuth2ClientRegistration.builder()
        .clientName(name(body))
        .redirectUris(uris -> uris.addAll(redirectUris))
        .tokenEndpointAuthenticationMethod(authenticationMethod(body))
        .grantTypes(types -> types.addAll(grantTypes))
        .responseType("code")
        // All of them, whatever was asked for: clients register with the scopes of their first
        // challenge and could never step up. What a client gets is up to the consent page.
        .scopes(scopes -> scopes.addAll(offeredScopes))
        .build();
  }

  private static List<String> redirectUris(JsonNode body) {
    List<String> uris = strings(body, "redirect_uris", "invalid_redirect_uri");
    if (uris == null || uris.isEmpty() || uris.size() > MAX_REDIRECT_URIS) {
      throw RegistrationRequests.failure(
          "invalid_redirect_uri", "redirect_uris must hold 1 to 20 URIs.");
    }
    if (!uris.stream().allMatch(RedirectUris::registrable)) {
      throw RegistrationRequests.failure(
          "invalid_redirect_uri", "Only https, and http on loopback, are accepted.");
    }
    return uris;
  }

  /** Trims what this server has not got: VS Code also asks for the device grant. */
  private static List<String> grantTypes(JsonNode body) {
    List<String> wanted = strings(body, "grant_types", "invalid_client_metadata");
    if (wanted == null) {
      return List.of("authorization_code");
    }
    List<String> kept = wanted.stream().filter(GRANT_TYPES::contains).distinct().toList();
    if (!kept.contains("authorization_code")) {
      throw RegistrationRequests.failure(
          "invalid_client_metadata", "grant_types must contain authorization_code.");
    }
    return kept;
  }

  private static void requireCode(JsonNode body) {
    List<String> types = strings(body, "response_types", "invalid_client_metadata");
    if (types != null && !types.contains("code")) {
      throw RegistrationRequests.failure(
          "invalid_client_metadata", "response_types must contain code.");
    }
  }

  private static String authenticationMethod(JsonNode body) {
    String method = string(body, "token_endpoint_auth_method");
    // RFC 7591 section 2 makes client_secret_basic the default.
    String effective = method == null ? "client_secret_basic" : method;
    if (!AUTHENTICATION_METHODS.contains(effective)) {
      throw RegistrationRequests.failure(
          "invalid_client_metadata",
          "token_endpoint_auth_method must be none, client_secret_basic or client_secret_post.");
    }
    return effective;
  }

  private static String name(JsonNode body) {
    String name = string(body, "client_name");
    // Control and format characters could reverse or hide what the consent page says.
    String visible = name == null ? "" : name.replaceAll("[\\p{Cc}\\p{Cf}]", "").strip();
    if (visible.length() > MAX_NAME_LENGTH) {
      throw RegistrationRequests.failure(
          "invalid_client_metadata", "client_name is longer than 100 characters.");
    }
    return visible.isEmpty() ? "Unnamed client" : visible;
  }

  private static @Nullable String string(JsonNode body, String member) {
    JsonNode value = body.get(member);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw RegistrationRequests.failure("invalid_client_metadata", member + " must be a string.");
    }
    return value.stringValue();
  }

  private static @Nullable List<String> strings(JsonNode body, String member, String error) {
    JsonNode value = body.get(member);
    if (value == null || value.isNull()) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode element : value) {
      strings.add(element.isString() ? element.stringValue() : "");
    }
    if (!value.isArray() || strings.contains("")) {
      throw RegistrationRequests.failure(error, member + " must be an array of strings.");
    }
    return strings;
  }
}
