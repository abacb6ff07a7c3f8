package io.mcpauth.internal.net;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The URLs of an authorization server that an operator writes: https, or http on loopback. */
public final class ConfiguredUrl {
  private ConfiguredUrl() {}

  /**
   * An issuer identifier (RFC 8414 section 2).
   *
   * @throws IllegalArgumentException if it cannot be one; the message says what to write
   */
  public static URI issuer(String value) {
    int wellKnown = value.indexOf("/.well-known/");
    if (wellKnown > 0) {
      String place = value.substring(wellKnown).replaceFirst("[?#].*", "");
      String rest = place.replaceFirst("^/[.]well-known/[^/]*", ""); // RFC 8414 section 3.1
      throw new IllegalArgumentException(
          "Issuer '"
              + WebAddress.shown(value)
              + "' is the address of metadata. Write the 'issuer' that stands in it, such as '"
              + value.substring(0, wellKnown).replaceFirst("//[^/]*@", "//")
              + rest
              + "'.");
    }
    return require("Issuer", value, false, "https://login.example.com");
  }

  /**
   * An endpoint or another address, which may have a query (RFC 6749 section 3.2).
   *
   * @param what it is, for the message
   * @param example of one, for the message
   * @throws IllegalArgumentException if it cannot be one; the message says what to write
   */
  public static URI endpoint(String what, String value, String example) {
    return require(what, value, true, example);
  }

  /**
   * An address that the operator wants to reach over plain http, whatever its host.
   *
   * @param what it is, for the message
   * @throws IllegalArgumentException if it cannot be one; the message says what to write
   */
  public static URI plainHttp(String what, String value) {
    URI uri = WebAddress.parsed(value);
    boolean http = uri != null && "http".equals(uri.getScheme());
    if (uri == null || !http || problemOf(value.replaceFirst("^http:", "https:"), true) != null) {
      throw new IllegalArgumentException(
          what
              + " '"
              + WebAddress.shown(value)
              + "': it is no plain http URL of a host. Write one such as"
              + " 'http://keycloak:8080/realms/r/protocol/openid-connect/certs', and https with the"
              + " other option.");
    }
    return uri;
  }

  /** What is wrong with a URL, or null. */
  public static @Nullable String problemOf(String value, boolean queryAllowed) {
    URI uri = WebAddress.parsed(value);
    if (uri == null) {
      return "it is not a URI";
    }
    boolean http = "http".equals(uri.getScheme());
    if (uri.getHost() == null || !(http || "https".equals(uri.getScheme()))) {
      return "it is not an absolute https URL with the scheme in lower case";
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "the port is not in 1 to 65535";
    }
    if (http && !Loopback.host(uri)) {
      return "plain http is only for loopback hosts";
    }
    if (uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
      return "user-info and fragment do not belong in it";
    }
    return uri.getRawQuery() != null && !queryAllowed ? "an issuer has no query" : null;
  }

  private static URI require(String what, String value, boolean queryAllowed, String example) {
    String problem = problemOf(value, queryAllowed);
    if (problem == null) {
      return URI.create(value);
    }
    String shown = WebAddress.shown(value);
    throw new IllegalArgumentException(
        what
            + " '"
            + shown
            + "': "
            + problem
            + ". Write it as the provider's metadata does, such as '"
            + example
            + "'.");
  }
}
