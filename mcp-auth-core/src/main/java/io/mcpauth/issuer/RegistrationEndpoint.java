package io.mcpauth.issuer;

import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.SourceAddress;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets clients register themselves (RFC 7591 section 3), without a token. */
final class RegistrationEndpoint implements Endpoint {
  private static final int MOST_OF_A_SOURCE = 60;

  private final ServerSetup setup;
  private final KnownClients clients;
  private final Entrance entrance;
  private final Rates rates;
  private final EventLog events;

  RegistrationEndpoint(
      ServerSetup setup, KnownClients clients, Entrance entrance, Rates rates, EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.entrance = entrance;
    this.rates = rates;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    try {
      ClientInformation registered = registered(request);
      tell(null, registered.clientId(), registered.metadata().scopes());
      return OAuthAnswer.json(201, registered.toJson()); // section 3.2.1
    } catch (AuthException e) {
      tell(e, null, Set.of());
      throw e;
    }
  }

  private ClientInformation registered(OAuthRequest request) {
    entrance.requireOpen();
    if (entrance.isKnownOnly()) {
      throw new AuthException(ReasonCode.CLIENT_NOT_KNOWN);
    }
    String source = source(request);
    rates.count("register", source, MOST_OF_A_SOURCE);
    // Section 3.1; any other type would let every web page register without a preflight.
    List<String> types = request.headers("Content-Type");
    String type = types.size() == 1 ? types.get(0).split(";", 2)[0].strip() : "";
    if (!type.toLowerCase(Locale.ROOT).equals("application/json")) {
      throw new AuthException(
          ReasonCode.CLIENT_METADATA_INVALID, "The content has to be application/json", Map.of());
    }
    try {
      byte[] body = request.body(ClientMetadata.MAX_BYTES);
      return clients.register(ClientMetadata.parse(body), source);
    } catch (IOException e) {
      throw new AuthException(ReasonCode.BODY_UNREADABLE);
    }
  }

  /**
   * A page on this machine by its origin: all have one address. Of others, and behind a proxy that
   * nobody declared, the header is whatever its sender likes.
   */
  private @Nullable String source(OAuthRequest request) {
    String source = setup.source(request);
    List<String> origins = request.headers("Origin");
    SourceAddress peer = SourceAddress.parse(request.remoteAddress());
    boolean here =
        peer != null
            && peer.isLoopback()
            && request.headers("X-Forwarded-For").isEmpty()
            && request.headers("Forwarded").isEmpty();
    return source == null && here && !origins.isEmpty() ? origins.get(0) : source;
  }

  private void tell(
      @Nullable AuthException refusal, @Nullable String clientId, Set<String> scopes) {
    events.tell(AuthorizationEvent.Kind.REGISTRATION, refusal, clientId, null, null, scopes);
  }
}
