package io.mcpauth.examples.authserver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** The clients that registered themselves, in memory and bounded. */
final class RegisteredClients implements RegisteredClientRepository {
  /** Open registration is open to a flood; a development server needs a handful. */
  static final int MAX_CLIENTS = 1000;

  private final Map<String, RegisteredClient> byId = new ConcurrentHashMap<>();
  private final Map<String, RegisteredClient> byClientId = new ConcurrentHashMap<>();

  boolean isFull() {
    return byId.size() >= MAX_CLIENTS;
  }

  @Override
  public void save(RegisteredClient client) {
    byId.put(client.getId(), client);
    byClientId.put(client.getClientId(), client);
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return byId.get(id);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    return byClientId.get(clientId);
  }
}
