package io.mcpauth.client;

import org.jspecify.annotations.Nullable;

/**
 * How a client proves itself at a token endpoint (OAuth 2.1 section 2.4). Immutable; nothing prints
 * the secret.
 */
public final class ClientAuthentication {
  /** RFC 7591 section 2, {@code token_endpoint_auth_method}. */
  enum Method {
    CLIENT_SECRET_BASIC("client_secret_basic"),
    CLIENT_SECRET_POST("client_secret_post"),
    NONE("none");

    private final String wire;

    Method(String wire) {
      this.wire = wire;
    }
  }

  private final Method method;
  private final String clientId;
  private final @Nullable String secret;

  private ClientAuthentication(Method method, String clientId, @Nullable String secret) {
    this.method = method;
    this.clientId = clientId;
    this.secret = secret;
  }

  /**
   * By HTTP Basic, id and secret form-encoded first (RFC 6749 section 2.3.1): {@code
   * client_secret_basic}, which every provider has to support.
   *
   * @throws IllegalArgumentException if one is blank, or has a control character such as the line
   *     break at the end of a file
   */
  public static ClientAuthentication secretBasic(String clientId, String secret) {
    return new ClientAuthentication(
        Method.CLIENT_SECRET_BASIC, id(clientId), secret(clientId, secret));
  }

  /**
   * By form parameters, for providers that do not take Basic: {@code client_secret_post} (RFC 6749
   * section 2.3.1).
   *
   * @throws IllegalArgumentException if one is blank, or has a control character
   */
  public static ClientAuthentication secretPost(String clientId, String secret) {
    return new ClientAuthentication(
        Method.CLIENT_SECRET_POST, id(clientId), secret(clientId, secret));
  }

  /**
   * Not at all: a public client, which only names itself (RFC 6749 section 3.2.1).
   *
   * @throws IllegalArgumentException if the id is blank, or has a control character
   */
  public static ClientAuthentication none(String clientId) {
    return new ClientAuthentication(Method.NONE, id(clientId), null);
  }

  /** The client's id at the authorization server. */
  public String clientId() {
    return clientId;
  }

  Method method() {
    return method;
  }

  /** The secret; empty where there is none. */
  String secret() {
    return secret == null ? "" : secret;
  }

  /** The method and the id. */
  @Override
  public String toString() {
    return "ClientAuthentication[" + method.wire + ", " + clientId + "]";
  }

  private static String id(String clientId) {
    if (clientId.isBlank() || hasControl(clientId)) {
      throw new IllegalArgumentException(
          "The client id is blank or has a control character."
              + " Write it as the authorization server shows it.");
    }
    return clientId;
  }

  private static String secret(String clientId, String secret) {
    if (secret.isBlank() || hasControl(secret)) {
      throw new IllegalArgumentException(
          "The secret of client '"
              + clientId
              + "' is blank or has a control character, such as the line break at the end of a"
              + " file. Write the secret alone.");
    }
    return secret;
  }

  private static boolean hasControl(String value) {
    return value.chars().anyMatch(Character::isISOControl); // RFC 6749 appendix A: VSCHAR
  }
}
