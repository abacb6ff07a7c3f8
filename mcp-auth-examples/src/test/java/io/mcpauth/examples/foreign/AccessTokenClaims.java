package io.mcpauth.examples.foreign;

import io.mcpauth.examples.foreign.SpringProvider.Account;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** Makes an access token what RFC 9068 says, with {@code aud} from RFC 8707. */
final class AccessTokenClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {
  private final Resources resources;
  private final Set<String> offeredScopes;
  private final Map<String, Set<String>> roles;
  private final @Nullable Set<String> audienceScopes;

  /** With the resources and scopes on offer, and the roles of each user. */
  AccessTokenClaims(Resources resources, SpringProvider.Settings settings) {
    this.resources = resources;
    this.offeredScopes = settings.scopes().keySet();
    this.roles =
        settings.accounts().stream().collect(Collectors.toMap(Account::user, Account::roles));
    this.audienceScopes = settings.strictness().audienceScopes();
  }

  @Override
  public void customize(JwtEncodingContext context) {
    // RFC 9068 section 2.1.
    context.getJwsHeader().type("at+jwt");
    Set<String> scopes = context.getAuthorizedScopes();
    context
        .getClaims()
        .audience(List.of(audience(context)))
        .claim("client_id", context.getRegisteredClient().getClientId())
        // RFC 9068 section 2.2.3: one string, not an array. In the order on offer.
        .claim(
            "scope",
            offeredScopes.stream().filter(scopes::contains).collect(Collectors.joining(" ")));
    Map<String, Object> confirmation = KeyBinding.confirmation(context);
    if (confirmation != null) {
      context.getClaims().claim("cnf", confirmation);
    }
    Set<String> held = roles.getOrDefault(user(context), Set.of());
    if (!held.isEmpty()) {
      context.getClaims().claim("roles", List.copyOf(held)); // RFC 9068 section 2.2.3.1
    }
  }

  private String audience(JwtEncodingContext context) {
    if (audienceScopes != null
        && context.getAuthorizedScopes().stream().noneMatch(audienceScopes::contains)) {
      return context.getRegisteredClient().getClientId();
    }
    String resource = resources.resolve(authorizedResource(context));
    Object asked = tokenRequest(context).get("resource");
    // RFC 8707 section 2.2: a token request may narrow what was authorized, never change it.
    if (asked != null && !resources.resolve(asked).equals(resource)) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error("invalid_target", "The resource is not the authorized one.", null));
    }
    return resource;
  }

  /** Whoever allowed it, also where a refresh token brings the next one. */
  private static String user(JwtEncodingContext context) {
    OAuth2Authorization authorization = context.getAuthorization();
    return authorization == null ? "" : authorization.getPrincipalName();
  }

  private static @Nullable Object authorizedResource(JwtEncodingContext context) {
    OAuth2Authorization authorization = context.getAuthorization();
    OAuth2AuthorizationRequest request =
        authorization == null
            ? null
            : authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    if (request == null) {
      throw new IllegalStateException("a token without an authorization request");
    }
    return request.getAdditionalParameters().get("resource");
  }

  private static Map<String, Object> tokenRequest(JwtEncodingContext context) {
    Authentication grant = context.getAuthorizationGrant();
    return grant instanceof OAuth2AuthorizationGrantAuthenticationToken request
        ? request.getAdditionalParameters()
        : Map.of();
  }
}
