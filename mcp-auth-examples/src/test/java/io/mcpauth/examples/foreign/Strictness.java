package io.mcpauth.examples.foreign;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * In what the foreign provider is as strict as some real ones, so that clients and resource servers
 * can be tried against each; by default ({@link #NONE}) in nothing.
 *
 * @param registeredScopesOnly holds a client to the scopes that it registered or published, as
 *     Keycloak and oidc-provider do: one that asks for another gets {@code invalid_scope} (RFC 6749
 *     section 4.1.2.1), also for a step-up. A client that named none may have all
 * @param withoutClientDocuments takes no URL of a metadata document for a client id, and does not
 *     offer it
 * @param audienceScopes null where {@code aud} is the resource of the request (RFC 8707). Else the
 *     scopes that bring the audience, as an audience mapper in a client scope of Keycloak does: the
 *     {@code resource} parameter of a request is not read, and a token without any of these scopes
 *     has the client id for its {@code aud}
 */
public record Strictness(
    boolean registeredScopesOnly,
    boolean withoutClientDocuments,
    @Nullable Set<String> audienceScopes) {
  /** In nothing. */
  public static final Strictness NONE = new Strictness(false, false, null);

  /** Copies the scopes. */
  public Strictness {
    audienceScopes =
        audienceScopes == null
            ? null
            : Collections.unmodifiableSet(new LinkedHashSet<>(audienceScopes));
  }

  /** The same, and clients are held to the scopes that they registered. */
  public Strictness holdingClientsToRegisteredScopes() {
    return new Strictness(true, withoutClientDocuments, audienceScopes);
  }

  /** The same, and without metadata documents. */
  public Strictness refusingClientDocuments() {
    return new Strictness(registeredScopesOnly, true, audienceScopes);
  }

  /** The same, and {@code aud} is the resource only in tokens with one of these scopes. */
  public Strictness bringingTheAudienceBy(Set<String> scopes) {
    return new Strictness(registeredScopesOnly, withoutClientDocuments, scopes);
  }
}
