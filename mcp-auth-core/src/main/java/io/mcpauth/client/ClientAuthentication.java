package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLIENT_AUTHENTICATION_NOT_SUPPORTED;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.ClientException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    PRIVATE_KEY_JWT("private_key_jwt"),
    NONE("none");

    private final String wire;

    Method(String wire) {
      this.wire = wire;
    }
  }

  private final Method method;
  private final String clientId;
  private final @Nullable String secret;
  private final @Nullable ClientKey key;
  private final boolean forEndpoint;

  private ClientAuthentication(Method method, String clientId, @Nullable String secret) {
    this(method, clientId, secret, null, false);
  }

  private ClientAuthentication(
      Method method,
      String clientId,
      @Nullable String secret,
      @Nullable ClientKey key,
      boolean forEndpoint) {
    this.key = key;
    this.forEndpoint = forEndpoint;
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

  /**
   * By an assertion signed with the client's own key: {@code private_key_jwt} (RFC 7523 section
   * 2.2, OpenID Connect Core section 9). Each one lasts 60 seconds and has a {@code jti} of its
   * own; its {@code aud} is the issuer identifier, so that no other server can make use of it.
   *
   * @throws IllegalArgumentException if the id is blank, or has a control character
   */
  public static ClientAuthentication privateKeyJwt(String clientId, ClientKey key) {
    return new ClientAuthentication(Method.PRIVATE_KEY_JWT, id(clientId), null, key, false);
  }

  /**
   * The same with the URL of the token endpoint as {@code aud}, for older providers that take
   * nothing else. Weaker: a server that names a foreign endpoint as its own is handed an assertion
   * that the foreign server accepts.
   *
   * @throws IllegalArgumentException if the id is blank, or has a control character
   */
  public static ClientAuthentication privateKeyJwtForTheTokenEndpointUrl(
      String clientId, ClientKey key) {
    return new ClientAuthentication(Method.PRIVATE_KEY_JWT, id(clientId), null, key, true);
  }

  /**
   * The way to prove a client that the server takes: the one that was registered where the server
   * said one, else {@code client_secret_basic} before {@code client_secret_post} before {@code
   * none} of those that the metadata lists; it means {@code client_secret_basic} where it lists
   * none (RFC 8414 section 2). A client without a secret is public, whatever the list says: many
   * servers take {@code none} and do not list it. For clients that somebody registered by hand; one
   * of {@code ProviderRegistrations} has an {@code authentication()} of its own.
   *
   * @param secret the secret, or null for a public client
   * @param registered the {@code token_endpoint_auth_method} of the registration, or null
   * @throws ClientException CLIENT_AUTHENTICATION_NOT_SUPPORTED where there is none
   */
  public static ClientAuthentication chosenFor(
      AuthorizationServerMetadata metadata,
      String clientId,
      @Nullable String secret,
      @Nullable String registered)
      throws ClientException {
    if (secret == null || Method.NONE.wire.equals(registered)) {
      return none(clientId);
    }
    List<String> listed = metadata.tokenEndpointAuthMethodsSupported();
    List<String> usable =
        registered != null
            ? List.of(registered)
            : listed == null ? List.of(Method.CLIENT_SECRET_BASIC.wire) : listed;
    if (usable.contains(Method.CLIENT_SECRET_BASIC.wire)) {
      return secretBasic(clientId, secret);
    }
    if (usable.contains(Method.CLIENT_SECRET_POST.wire)) {
      return secretPost(clientId, secret);
    }
    if (usable.contains(Method.NONE.wire)) {
      return none(clientId);
    }
    throw ClientException.of(
        CLIENT_AUTHENTICATION_NOT_SUPPORTED, metadata.issuer(), "it takes " + usable);
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

  /** The form parameters of a new assertion; none for the other methods. */
  Map<String, String> assertion(String issuer, URI endpoint, Instant now) {
    if (key == null) {
      return Map.of();
    }
    String audience = forEndpoint ? endpoint.toString() : issuer;
    return Map.of(
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion",
        key.assertion(clientId, audience, now));
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
