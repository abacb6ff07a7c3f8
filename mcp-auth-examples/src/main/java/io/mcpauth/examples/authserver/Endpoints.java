package io.mcpauth.examples.authserver;

/** The pages of this server that browsers are sent between. */
final class Endpoints {
  static final String LOGIN = "/login";
  static final String AUTHORIZE = "/oauth/authorize";
  static final String APPLICATIONS = "/oauth/applications";
  static final String REGISTER = "/oauth/register";

  private Endpoints() {}
}
