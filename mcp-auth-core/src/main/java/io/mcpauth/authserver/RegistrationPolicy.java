package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.client.ClientMetadataBuilder;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.ApplicationType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an authorization server accepts of the metadata that a client registers or publishes, and
 * what it makes of it (RFC 7591 section 2: it replaces or leaves out what it has not got, and
 * answers with what counts).
 *
 * <p>Left out, never an error: members that this library does not know, unsupported grants,
 * response types and scopes, and {@code software_statement}, whose claims nobody here vouches for;
 * it is not answered either, which says that it was not used (RFC 7591 section 3.2.1). Refused:
 * what contradicts itself, what could harm a user and what a client cannot do without, such as its
 * way to authenticate.
 *
 * <p><b>Application type.</b> {@code web} means https on another host than loopback, {@code native}
 * any accepted redirect URI. OpenID Connect has {@code web} for the default where the member is
 * absent, which would refuse most MCP clients: they leave it out (the specification asks for it
 * only since 2026-07-28) and listen on loopback, and some register an https, a loopback and a
 * private-use URI at once. So an absent one is judged by the redirect URIs, {@code native} where
 * one of them is loopback or private-use, and written into the answer.
 *
 * <p>Immutable. Does not check: who the client is. A name, a logo and a {@code client_uri} are
 * whatever a stranger wrote; texts are plain but have to be escaped in a page. A {@code jwks_uri}
 * may lead inside a network: whoever fetches it has to guard against that.
 */
public final class RegistrationPolicy {
  /** The most redirect URIs of a client. */
  public static final int MAX_REDIRECT_URIS = 10;

  /** What a store has to hold, with room to spare. */
  private static final int MAX_ACCEPTED_BYTES = 32 * 1024;

  private final RedirectUriRules redirects;
  private final GrantRules grants;
  private final Set<String> scopes;
  private final boolean scopesAsRegistered;
  private final boolean loopbackForWeb;
  private final boolean dpop;

  RegistrationPolicy(
      RegistrationPolicyBuilder builder, GrantRules grants, Set<String> supportedScopes) {
    this.redirects = builder.redirects;
    this.grants = grants;
    this.scopes = supportedScopes;
    this.scopesAsRegistered = builder.scopesAsRegistered;
    this.loopbackForWeb = builder.loopbackForWeb;
    this.dpop = builder.dpop;
  }

  /** A policy with the defaults that its methods name, to be changed. */
  public static RegistrationPolicyBuilder builder() {
    return new RegistrationPolicyBuilder();
  }

  /** Which redirect URIs it accepts. */
  public RedirectUriRules redirectUriRules() {
    return redirects;
  }

  /**
   * What counts of what a client asked for, defaults written out.
   *
   * @throws AuthException REDIRECT_URI_NOT_ACCEPTED or CLIENT_METADATA_INVALID, with a description
   *     that names the member and the remedy and repeats nothing of the value
   */
  public ClientMetadata accept(ClientMetadata asked) {
    ClientMetadataBuilder accepted = ClientMetadata.builder();
    List<RedirectUri> uris = redirectUris(asked);
    if (!uris.isEmpty()) {
      accepted.redirectUris(uris.stream().map(RedirectUri::value).toList());
      accepted.applicationType(applicationType(asked, uris));
    }
    grants.apply(asked, accepted);
    DisplayRules.apply(asked, accepted);
    applyScopes(asked, accepted);
    Map<String, Object> jwks = asked.jwks();
    if (jwks != null) {
      accepted.jwks(jwks);
    }
    applyDpop(asked, accepted);
    ClientMetadata metadata = accepted.build();
    requireUse(metadata);
    return metadata;
  }

  private List<RedirectUri> redirectUris(ClientMetadata asked) {
    Set<String> texts = new LinkedHashSet<>(asked.redirectUris());
    if (texts.size() > MAX_REDIRECT_URIS) {
      throw MetadataRefusal.redirect(
          "redirect_uris has more than " + MAX_REDIRECT_URIS + " entries.");
    }
    List<RedirectUri> uris = new ArrayList<>();
    for (String text : texts) {
      uris.add(redirects.accept(text, "redirect_uris[" + uris.size() + "]"));
    }
    return uris;
  }

  private String applicationType(ClientMetadata asked, List<RedirectUri> uris) {
    List<String> texts = uris.stream().map(RedirectUri::value).toList();
    String type = asked.applicationType();
    if (type == null) {
      return ApplicationType.judgedBy(texts);
    }
    if (type.equals(ApplicationType.NATIVE)) {
      return type;
    }
    if (!type.equals(ApplicationType.WEB)) {
      throw MetadataRefusal.metadata("application_type must be native or web.");
    }
    boolean remote =
        uris.stream()
            .allMatch(
                uri ->
                    ApplicationType.isRemote(uri.value()) || (loopbackForWeb && uri.isLoopback()));
    if (!remote) {
      throw MetadataRefusal.redirect(
          "redirect_uris of application_type web must be https and not on loopback; register as"
              + " native.");
    }
    return type;
  }

  private void applyScopes(ClientMetadata asked, ClientMetadataBuilder accepted) {
    Set<String> kept = new LinkedHashSet<>(scopes);
    if (scopesAsRegistered && !asked.scopes().isEmpty()) {
      kept.retainAll(asked.scopes());
      if (kept.isEmpty()) {
        throw MetadataRefusal.metadata(
            "scope has none that is supported; leave it out to get the default.");
      }
    }
    if (!kept.isEmpty()) {
      accepted.scopes(kept);
    }
  }

  private void applyDpop(ClientMetadata asked, ClientMetadataBuilder accepted) {
    if (asked.dpopBoundAccessTokens()) {
      if (!dpop) {
        // To leave it out would give the client bearer tokens that it asked not to get.
        throw MetadataRefusal.metadata("dpop_bound_access_tokens is not supported; leave it out.");
      }
      accepted.dpopBoundAccessTokens(true);
    }
  }

  private static void requireUse(ClientMetadata metadata) {
    if (metadata.redirectUris().isEmpty()
        && metadata.grantTypes().contains(GrantRules.CODE_GRANT)) {
      throw MetadataRefusal.redirect(
          "redirect_uris is missing; authorization_code needs 1 to 10 of them.");
    }
    if (metadata.toJson().length > MAX_ACCEPTED_BYTES) {
      throw MetadataRefusal.metadata("The metadata is larger than 32 KiB; shorten it.");
    }
  }
}
