package io.mcpauth.authserver;

import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients do with their own registrations (RFC 7592). */
final class ClientConfiguration {
  /** RFC 7592 section 2.2: a request must not have them. */
  private static final List<String> ANSWERED_ONLY =
      List.of(
          "registration_access_token",
          "registration_client_uri",
          "client_secret_expires_at",
          "client_id_issued_at");

  private static final int ATTEMPTS = 3;

  private final RegistrationEntries entries;
  private final RegistrationPolicy policy;
  private final ClientRegistrations.Settings settings;

  ClientConfiguration(
      RegistrationEntries entries,
      RegistrationPolicy policy,
      ClientRegistrations.Settings settings) {
    this.entries = entries;
    this.policy = policy;
    this.settings = settings;
  }

  ClientInformation read(String clientId, String token) {
    return answer(proven(clientId, token).client(), null, token);
  }

  ClientInformation update(String clientId, String token, ClientMetadata asked) {
    for (int i = 0; i < ATTEMPTS; i++) {
      RegistrationEntries.Found found = proven(clientId, token);
      RegisteredClient before = found.client();
      requireOwn(before, asked);
      ClientMetadata accepted = policy.accept(asked);
      String fresh =
          accepted.needsSecret() && before.hashes().secret() == null ? Secrets.newSecret() : null;
      RegisteredClient after =
          new RegisteredClient(
              clientId,
              accepted,
              before.issuedAt(),
              before.expiresAt(),
              new RegisteredClient.Hashes(
                  secretHash(accepted, before, fresh), before.hashes().token(), null),
              before.isUsed());
      if (entries.replace(found, after)) {
        return answer(after, fresh, token);
      }
    }
    throw new AuthException(
        ReasonCode.STORE_UNAVAILABLE, Map.of("problem", "the registration changes all the time"));
  }

  void delete(String clientId, String token) {
    boolean unused = entries.remove(proven(clientId, token).client());
  }

  /** With the secret and the token, where the client may be told. */
  ClientInformation answer(
      RegisteredClient client, @Nullable String secret, @Nullable String token) {
    URI endpoint = settings.endpoint();
    boolean managed = token != null && endpoint != null;
    return ClientInformation.of(
        client.clientId(),
        client.issuedAt(),
        new ClientInformation.Credentials(
            secret,
            null, // it ends with the registration alone, which lasts as long as it is used
            managed ? token : null,
            managed ? URI.create(endpoint + "/" + client.clientId()) : null),
        client.metadata());
  }

  /** RFC 7592 section 2: the token is the client's own; nobody learns which client exists. */
  private RegistrationEntries.Found proven(String clientId, String token) {
    RegistrationEntries.Found found = entries.find(clientId);
    boolean good = Secrets.matches(found == null ? null : found.client().hashes().token(), token);
    if (found == null || !good || settings.endpoint() == null) {
      throw new AuthException(ReasonCode.REGISTRATION_TOKEN_INVALID);
    }
    return found;
  }

  private static void requireOwn(RegisteredClient client, ClientMetadata asked) {
    Map<String, Object> members = asked.members();
    if (!client.clientId().equals(members.get("client_id"))) {
      throw MetadataRefusal.metadata("client_id must be the client's own.");
    }
    Object secret = members.get("client_secret");
    if (secret != null
        && !(secret instanceof String text && Secrets.matches(client.hashes().secret(), text))) {
      // RFC 7592 section 2.2: a client cannot choose its secret.
      throw MetadataRefusal.metadata("client_secret must be the client's own, or be left out.");
    }
    if (ANSWERED_ONLY.stream().anyMatch(members::containsKey)) {
      throw MetadataRefusal.metadata(
          "registration_access_token, registration_client_uri, client_secret_expires_at and"
              + " client_id_issued_at must be left out.");
    }
  }

  private static @Nullable String secretHash(
      ClientMetadata accepted, RegisteredClient before, @Nullable String fresh) {
    if (fresh != null) {
      return Secrets.hash(fresh);
    }
    return accepted.needsSecret() ? before.hashes().secret() : null;
  }
}
