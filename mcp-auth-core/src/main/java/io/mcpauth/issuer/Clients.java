package io.mcpauth.issuer;

import org.jspecify.annotations.Nullable;

/** The one look-up of clients: entered, registered and those with a metadata document. */
interface Clients {
  /**
   * A client that may be used now, or null: unknown, switched off, or of a way that is not open.
   *
   * @param mayFetch whether a metadata document may be fetched for it: somebody is logged in, or
   *     has a code or grant of this client
   * @throws io.mcpauth.error.AuthException if its document cannot be had or is not valid
   */
  @Nullable Client find(String clientId, boolean mayFetch);

  /**
   * The client that a request to the token, revocation or introspection endpoint proves to be from,
   * in the one way that it registered.
   *
   * @param known says, for a claimed client id, whether what the request presents (a code, a
   *     refresh token) is of that client: only then a document or keys are fetched
   * @throws io.mcpauth.error.AuthException INVALID_CLIENT and the like
   */
  Client authenticate(OAuthRequest request, Parameters form, Known known);

  /**
   * Whether an access token is one that its client may still have: since it was issued, the client
   * may have been switched off, or limited to fewer scopes. Asks no store.
   */
  boolean mayHave(Grants.Issued issued);

  /**
   * The client that a request claims to be from, where its document or its keys might have to be
   * fetched to know it; null where nothing has to be, or the claim cannot be read.
   */
  @Nullable String toBeFetched(OAuthRequest request, Parameters form);

  /** A registration that is used lasts. */
  void used(Client client);

  /** Whether the request presents something of that client. */
  @FunctionalInterface
  interface Known {
    boolean of(String clientId);
  }
}
