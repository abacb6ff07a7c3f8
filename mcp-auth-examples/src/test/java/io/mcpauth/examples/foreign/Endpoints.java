package io.mcpauth.examples.foreign;

/** The paths this server answers, below its issuer. */
final class Endpoints {
  static final String METADATA = "/.well-known/oauth-authorization-server";
  static final String AUTHORIZE = "/oauth2/authorize";
  static final String TOKEN = "/oauth2/token";
  static final String REVOKE = "/oauth2/revoke";
  static final String REGISTER = "/oauth2/register";
  static final String JWKS = "/oauth2/jwks";
  static final String LOGIN = "/login";
  static final String CONSENT = "/consent";

  private Endpoints() {}
}
