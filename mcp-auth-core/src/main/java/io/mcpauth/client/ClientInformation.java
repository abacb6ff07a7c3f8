package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.json.Json;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a registration (RFC 7591 section 3.2.1, RFC 7592 section 3): the client id, the
 * secrets, and the metadata that counts, which may differ from what was asked for. A server makes
 * it once, with {@code ClientRegistrations}, and cannot make it again, because it keeps hashes
 * only; a client gets it from a {@link RegistrationClient}.
 *
 * <p>Immutable.
 */
public final class ClientInformation {
  static final String CLIENT_ID = "client_id";
  static final String CLIENT_SECRET = "client_secret";
  static final String ISSUED_AT = "client_id_issued_at";
  static final String SECRET_EXPIRES_AT = "client_secret_expires_at";
  static final String ACCESS_TOKEN = "registration_access_token";
  static final String CLIENT_URI = "registration_client_uri";

  /**
   * What the server hands out, to be proved with later.
   *
   * @param clientSecret {@code client_secret}, or null
   * @param secretExpiresAt when it ends, or null for one that does not expire
   * @param registrationAccessToken {@code registration_access_token}, or null
   * @param registrationClientUri {@code registration_client_uri}, or null
   */
  public record Credentials(
      @Nullable String clientSecret,
      @Nullable Instant secretExpiresAt,
      @Nullable String registrationAccessToken,
      @Nullable URI registrationClientUri) {
    /** None of them. */
    public static final Credentials NONE = new Credentials(null, null, null, null);

    @Override
    public String toString() {
      return "Credentials[...]";
    }
  }

  private final String clientId;
  private final @Nullable Instant issuedAt;
  private final Credentials credentials;
  private final ClientMetadata metadata;

  private ClientInformation(
      String clientId,
      @Nullable Instant issuedAt,
      Credentials credentials,
      ClientMetadata metadata) {
    this.clientId = clientId;
    this.issuedAt = issuedAt;
    this.credentials = credentials;
    this.metadata = metadata;
  }

  /**
   * The answer of a server.
   *
   * @param issuedAt {@code client_id_issued_at}, or null where it is not said
   * @param credentials what the client is told this once
   * @param metadata what counts
   */
  public static ClientInformation of(
      String clientId,
      @Nullable Instant issuedAt,
      Credentials credentials,
      ClientMetadata metadata) {
    return new ClientInformation(clientId, issuedAt, credentials, metadata);
  }

  /** {@code client_id}. */
  public String clientId() {
    return clientId;
  }

  /** {@code client_secret}, or null for a client that has none or was told before. */
  public @Nullable String clientSecret() {
    return credentials.clientSecret();
  }

  /** {@code client_id_issued_at}, or null where the server does not say. */
  public @Nullable Instant clientIdIssuedAt() {
    return issuedAt;
  }

  /** {@code client_secret_expires_at}, or null where there is no secret or it does not expire. */
  public @Nullable Instant clientSecretExpiresAt() {
    return credentials.secretExpiresAt();
  }

  /** {@code registration_access_token}, or null where the registration cannot be managed. */
  public @Nullable String registrationAccessToken() {
    return credentials.registrationAccessToken();
  }

  /** {@code registration_client_uri}, or null where the registration cannot be managed. */
  public @Nullable URI registrationClientUri() {
    return credentials.registrationClientUri();
  }

  /**
   * How this client proves itself at the token endpoint of the provider that registered it: as the
   * registration says, with the secret that the provider gave out.
   *
   * @throws IllegalStateException if it registered for {@code private_key_jwt}: its key is not here
   */
  public ClientAuthentication authentication() {
    String method = metadata.tokenEndpointAuthMethod();
    String secret = clientSecret();
    if (method.equals("none")) {
      return ClientAuthentication.none(clientId);
    }
    if (method.equals("client_secret_basic") && secret != null) {
      return ClientAuthentication.secretBasic(clientId, secret);
    }
    if (method.equals("client_secret_post") && secret != null) {
      return ClientAuthentication.secretPost(clientId, secret);
    }
    throw new IllegalStateException(
        "Client '"
            + AuthException.fitForLog(clientId)
            + "' proves itself with "
            + AuthException.fitForLog(method)
            + ", and what that takes is not in its registration. For private_key_jwt write"
            + " ClientAuthentication.privateKeyJwt with its key.");
  }

  /** The registered metadata. */
  public ClientMetadata metadata() {
    return metadata;
  }

  /**
   * The body of the answer, in UTF-8: status 201 for a registration, 200 for a client configuration
   * endpoint. It may hold secrets: send it with {@code Cache-Control: no-store}.
   */
  public byte[] toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(CLIENT_ID, clientId);
    String secret = clientSecret();
    if (secret != null) {
      members.put(CLIENT_SECRET, secret);
      Instant end = clientSecretExpiresAt();
      // RFC 7591 section 3.2.1: required beside a secret; 0 for one that does not expire.
      members.put(SECRET_EXPIRES_AT, end == null ? 0L : end.getEpochSecond());
    }
    if (issuedAt != null) {
      members.put(ISSUED_AT, issuedAt.getEpochSecond());
    }
    String token = registrationAccessToken();
    URI uri = registrationClientUri();
    if (token != null && uri != null) {
      members.put(ACCESS_TOKEN, token);
      members.put(CLIENT_URI, uri.toString());
    }
    metadata.members().forEach(members::putIfAbsent);
    return Json.write(members);
  }

  /** The client id and whether there is a secret. */
  @Override
  public String toString() {
    return "ClientInformation["
        + clientId
        + ", "
        + metadata.tokenEndpointAuthMethod()
        + (clientSecret() == null ? "" : ", with a secret")
        + "]";
  }
}
