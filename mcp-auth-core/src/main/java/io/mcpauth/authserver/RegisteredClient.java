package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A client that registered itself and whose registration lives. Immutable; holds no secret. */
public final class RegisteredClient {
  /**
   * Hashes of what the client proves itself with, and what makes it shared.
   *
   * @param secret of the {@code client_secret}
   * @param token of the {@code registration_access_token}
   * @param shared of the metadata, where everybody who registers the same gets this client
   */
  record Hashes(@Nullable String secret, @Nullable String token, @Nullable String shared) {
    @Override
    public String toString() {
      return "Hashes[...]";
    }
  }

  private final String clientId;
  private final ClientMetadata metadata;
  private final Instant issuedAt;
  private final Instant expiresAt;
  private final Hashes hashes;
  private final boolean used;

  RegisteredClient(
      String clientId,
      ClientMetadata metadata,
      Instant issuedAt,
      Instant expiresAt,
      Hashes hashes,
      boolean used) {
    this.clientId = clientId;
    this.metadata = metadata;
    this.issuedAt = issuedAt;
    this.expiresAt = expiresAt;
    this.hashes = hashes;
    this.used = used;
  }

  /** {@code client_id}. */
  public String clientId() {
    return clientId;
  }

  /** The metadata that counts, with defaults written out. */
  public ClientMetadata metadata() {
    return metadata;
  }

  /** When it registered, to the second. */
  public Instant issuedAt() {
    return issuedAt;
  }

  /** When its registration ends unless it is used before. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /** Whether a requested redirect URI is one of its own; see {@link RedirectUri#matches}. */
  public boolean hasRedirectUri(String requested) {
    return RedirectUri.matches(metadata.redirectUris(), requested);
  }

  /** The same with another end, and whether it was used. */
  RegisteredClient lasting(Instant end, boolean inUse) {
    return new RegisteredClient(clientId, metadata, issuedAt, end, hashes, inUse);
  }

  /** Whether it was used so far: {@link ClientRegistrations#touch}. */
  boolean isUsed() {
    return used;
  }

  Hashes hashes() {
    return hashes;
  }

  /** The client id and the end. */
  @Override
  public String toString() {
    return "RegisteredClient[" + clientId + ", expiresAt=" + expiresAt + "]";
  }
}
