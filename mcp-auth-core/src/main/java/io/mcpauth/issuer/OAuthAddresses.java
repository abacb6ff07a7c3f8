package io.mcpauth.issuer;

import java.net.URI;
import java.util.List;

/**
 * Where the endpoints of an issuer are: below it, at {@code /oauth/...}; the metadata where RFC
 * 8414 section 3.1 and OpenID Discovery section 4 put it.
 *
 * @param issuer without a slash at its end
 */
record OAuthAddresses(String issuer) {
  static final String AUTHORIZE = "/oauth/authorize";
  static final String CONSENT = "/oauth/consent";
  static final String TOKEN = "/oauth/token";
  static final String REVOKE = "/oauth/revoke";
  static final String INTROSPECT = "/oauth/introspect";
  static final String REGISTER = "/oauth/register";
  static final String KEYS = "/oauth/keys";
  static final String APPLICATIONS = "/oauth/applications";
  static final String LOGOUT = "/oauth/logout";

  String of(String endpoint) {
    return issuer + endpoint;
  }

  /** The path of an endpoint on the host. */
  String path(String endpoint) {
    return prefix() + endpoint;
  }

  /** The path of the issuer, empty where it is an origin. */
  String prefix() {
    return URI.create(issuer).getRawPath();
  }

  /** Where the metadata is, on the host. */
  List<String> metadataPaths() {
    String path = prefix();
    String oauth = "/.well-known/oauth-authorization-server";
    String openid = "/.well-known/openid-configuration";
    return path.isEmpty()
        ? List.of(oauth, openid)
        : List.of(oauth + path, openid + path, path + openid, path + oauth);
  }
}
