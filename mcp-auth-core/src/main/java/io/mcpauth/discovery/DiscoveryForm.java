package io.mcpauth.discovery;

/** Where the metadata of an issuer is asked for first; the other places follow. */
public enum DiscoveryForm {
  /** {@code /.well-known/oauth-authorization-server} before the path (RFC 8414 section 3). */
  OAUTH_INSERTED,
  /** {@code /.well-known/openid-configuration} behind the path (OpenID Connect Discovery). */
  OPENID_APPENDED
}
