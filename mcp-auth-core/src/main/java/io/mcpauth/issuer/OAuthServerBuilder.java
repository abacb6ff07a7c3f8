package io.mcpauth.issuer;

import io.mcpauth.store.Store;

/** Builds an {@link OAuthServer}. A value that is set twice stops the start. */
public final class OAuthServerBuilder {
  private final String issuer;
  private final Store store;
  private final Login login;

  OAuthServerBuilder(String issuer, Store store, Login login) {
    this.issuer = issuer;
    this.store = store;
    this.login = login;
  }

  /** The server. */
  public OAuthServer build() {
    throw new UnsupportedOperationException();
  }
}
