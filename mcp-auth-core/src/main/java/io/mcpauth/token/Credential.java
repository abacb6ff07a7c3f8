package io.mcpauth.token;

/** The one credential of a request, as it was sent and not yet proven. */
sealed interface Credential {
  /** A token, however it was sent. */
  sealed interface OfToken extends Credential {
    /** The token, with the request that brought it. */
    PresentedToken token();
  }

  /**
   * A bearer token (RFC 6750 section 2.1).
   *
   * @param token the token, with the request that brought it
   */
  record Bearer(PresentedToken token) implements OfToken {}

  /**
   * A token that is bound to a key, with a proof beside it (RFC 9449 section 7.1).
   *
   * @param token the token, with the request that brought it
   */
  record Dpop(PresentedToken token) implements OfToken {}

  /**
   * A token in the header of an identity-aware proxy.
   *
   * @param token the token, with the request that brought it
   */
  record OfProxy(PresentedToken token) implements OfToken {}

  /**
   * A key that the operator issued, in the header for keys or as a bearer token.
   *
   * @param key the key, not looked at but for its prefix
   */
  record Key(String key) implements Credential {
    @Override
    public String toString() {
      return "Key[elided]";
    }
  }

  /**
   * Id and secret of a service account (RFC 7617 section 2).
   *
   * @param encoded both in base64, not looked at
   */
  record Basic(String encoded) implements Credential {
    @Override
    public String toString() {
      return "Basic[elided]";
    }
  }

  /**
   * None, in a request that the session of a browser may speak for: whether there is one, its
   * application has to be asked.
   */
  record Session() implements Credential {}

  /**
   * An {@code Authorization} header of a scheme that has no credential of its own here.
   *
   * @param scheme its name if it is a known one, else {@code unknown}
   */
  record OtherScheme(String scheme) implements Credential {}
}
