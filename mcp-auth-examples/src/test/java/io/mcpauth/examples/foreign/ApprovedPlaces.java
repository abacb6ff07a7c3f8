package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.RedirectUri;
import io.mcpauth.authserver.RedirectUriRules;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;

/**
 * The places, that is redirect URIs, that a user let the codes of a client go to, as the stored
 * consent remembers them.
 */
final class ApprovedPlaces {
  private final OAuth2AuthorizationConsentService consents;
  private final RedirectUriRules rules;

  ApprovedPlaces(OAuth2AuthorizationConsentService consents, RedirectUriRules rules) {
    this.consents = consents;
    this.rules = rules;
  }

  /** Whether clients may have such a redirect URI at all; what is not, no page links to. */
  boolean mayBe(String redirectUri) {
    return rules.accepts(redirectUri);
  }

  /** What a consent remembers of a redirect URI; no scope has this prefix in the store. */
  GrantedAuthority mark(@Nullable String redirectUri) {
    return new SimpleGrantedAuthority("REDIRECT_" + read(redirectUri).approval());
  }

  /** Whether a consent covers a redirect URI. */
  boolean covers(@Nullable OAuth2AuthorizationConsent consent, @Nullable String redirectUri) {
    return consent != null && consent.getAuthorities().contains(mark(redirectUri));
  }

  /** Whether a program on the user's computer gets what is sent there. */
  boolean isOnThisComputer(@Nullable String redirectUri) {
    RedirectUri redirect = read(redirectUri);
    return redirect.isLoopback() || redirect.isPrivateUse();
  }

  private RedirectUri read(@Nullable String redirectUri) {
    if (redirectUri == null) {
      throw new IllegalStateException("a request without a redirect URI has got this far");
    }
    return rules.accept(redirectUri);
  }

  /** The place in words, for a page. */
  String name(String redirectUri) {
    return read(redirectUri).place();
  }

  /**
   * Whether the browser of that user may be sent there with an error, without asking (RFC 9700
   * section 4.11.2; MCP security considerations, "Open Redirection"): to a place that the user
   * approved for this client before, or to this computer. A registered URI is no reason: anybody
   * registers.
   */
  boolean isTrusted(String clientId, String user, String redirectUri) {
    return read(redirectUri).isLoopback() || covers(consents.findById(clientId, user), redirectUri);
  }
}
