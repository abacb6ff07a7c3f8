package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.authserver.ClientAssertionVerifier;
import io.mcpauth.authserver.ClientIdMetadataDocuments;
import io.mcpauth.authserver.ClientIdUrl;
import io.mcpauth.authserver.ClientKeys;
import io.mcpauth.authserver.ClientRegistrations;
import io.mcpauth.authserver.DomainTrust;
import io.mcpauth.authserver.RegisteredClient;
import io.mcpauth.authserver.RegistrationPolicy;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those that the operator entered, those that registered themselves, and those with a metadata
 * document. An id that was entered is nobody else's, switched off or not.
 */
final class KnownClients implements Clients, AutoCloseable {
  private static final String[] METHODS = {
    "none", "client_secret_basic", "client_secret_post", "private_key_jwt"
  };

  private static final Set<String> SECRETS = Set.of("client_secret_basic", "client_secret_post");

  private final ServerSetup setup;
  private final NodeClients entered;
  private final ClientRegistrations registrations;
  private final ClientIdMetadataDocuments documents;
  private final ClientAssertionVerifier assertions;
  private final Clock clock;

  KnownClients(ServerSetup setup, NodeClients entered) {
    this.setup = setup;
    this.entered = entered;
    this.clock = setup.clock();
    RegistrationPolicy policy = policy(setup);
    this.registrations =
        ClientRegistrations.builder(setup.store(), policy)
            .clock(clock)
            // Open to a flood: what nobody logs in with gives way, and ends within a day.
            .unusedLifetime(Duration.ofDays(1))
            // Consent is remembered for a client id: a shared one would let whoever registers the
            // same make use of what the user allowed another.
            .registerPublicClientsSeparately()
            .build();
    ClientIdMetadataDocuments.Builder fetching =
        ClientIdMetadataDocuments.builder(DomainTrust.anyDomain()).policy(policy).clock(clock);
    ClientAssertionVerifier.Builder verifying =
        ClientAssertionVerifier.builder(setup.issuer(), setup.store())
            .acceptTokenEndpointAsAudience(
                URI.create(setup.addresses().of(OAuthAddresses.TOKEN))) // ChatGPT
            .clock(clock);
    if (setup.loopbackDocuments()) {
      fetching.allowLoopbackDocumentsForDevelopment();
      verifying.allowLoopbackKeysForDevelopment();
    }
    this.documents = fetching.connections(setup.connections()).build();
    this.assertions = verifying.connections(setup.connections()).build();
  }

  private static RegistrationPolicy policy(ServerSetup setup) {
    RegistrationPolicy.Builder policy =
        RegistrationPolicy.builder()
            .authenticationMethods(METHODS)
            .acceptDpopBoundAccessTokens()
            .signingAlgs(MetadataEndpoint.ALGORITHMS.toArray(String[]::new))
            .scopes(setup.scopes().keySet());
    return setup.registeredScopesOnly()
        ? policy.limitClientsToRegisteredScopes().build()
        : policy.build();
  }

  @Override
  public @Nullable Client find(String clientId, boolean mayFetch) {
    ClientEntry entry = entered.find(clientId);
    if (entry != null || entered.isOff(clientId)) {
      return entry == null || entered.isOff(clientId) ? null : entry.client();
    }
    if (ClientIdUrl.looksLikeOne(clientId)) {
      if (!setup.ways().contains(Client.Way.DOCUMENT)) {
        return null;
      }
      var document = mayFetch ? documents.document(clientId) : documents.kept(clientId);
      return document == null ? null : Client.ofDocument(document);
    }
    if (!setup.ways().contains(Client.Way.REGISTERED)) {
      return null;
    }
    RegisteredClient registered = registrations.find(clientId);
    return registered == null
        ? null
        : new Client(
            clientId, Client.Way.REGISTERED, registered.metadata(), null, null, false, false, null);
  }

  @Override
  public Client authenticate(OAuthRequest request, Parameters form, Known known) {
    ClientCredentialReader.Brought brought = ClientCredentialReader.read(request, form);
    String id = brought.clientId();
    // Before the client is looked up: an unknown one and a wrong secret take the same time.
    String secret = brought.secret();
    boolean proven = secret != null && hasSecret(id, secret);
    Client client = find(id, ClientIdUrl.looksLikeOne(id) && known.of(id));
    if (client == null) {
      throw secret == null
          ? new AuthException(ReasonCode.CLIENT_UNKNOWN)
          : ClientCredentialReader.notProven("unknown, or another secret");
    }
    // Where it has keys or a secret, nothing less will do, nor the one in place of the other.
    String method = client.metadata().tokenEndpointAuthMethod();
    if (!method.equals(brought.method()) && !isToldByNobody(client, method, brought)) {
      throw ClientCredentialReader.notProven("not in the way of " + method);
    }
    ClientAssertion assertion = brought.assertion();
    if (assertion != null) {
      requireSigned(client, assertion, known);
    } else if (secret != null && !proven) {
      throw ClientCredentialReader.notProven("unknown, or another secret");
    }
    return client;
  }

  /**
   * Whether a client that was entered shows its secret in the other of the two places (RFC 6749
   * section 2.3.1). The operator has said one of them to us and none to the client, which chooses
   * by our metadata; and the secret proves the same in either.
   */
  private static boolean isToldByNobody(
      Client client, String method, ClientCredentialReader.Brought brought) {
    return client.way() == Client.Way.ENTERED
        && brought.secret() != null
        && SECRETS.contains(method);
  }

  @Override
  public @Nullable String toBeFetched(OAuthRequest request, Parameters form) {
    ClientCredentialReader.Brought brought;
    try {
      brought = ClientCredentialReader.read(request, form);
    } catch (AuthException e) {
      return null; // said by whoever authenticates it
    }
    String id = brought.clientId();
    if (entered.find(id) != null || entered.isOff(id)) {
      return null;
    }
    boolean document = ClientIdUrl.looksLikeOne(id) && setup.ways().contains(Client.Way.DOCUMENT);
    boolean absent = document && documents.kept(id) == null;
    return absent || brought.assertion() != null ? id : null;
  }

  private boolean hasSecret(String id, String secret) {
    ClientEntry entry = entered.find(id);
    if (entry != null) {
      return entry.hasSecret(secret, clock.instant());
    }
    return registrations.authenticate(id, secret) != null;
  }

  private void requireSigned(Client client, ClientAssertion assertion, Known known) {
    // Keys of a stranger's choice are fetched only for who has something of that client.
    if (client.way() != Client.Way.ENTERED && !known.of(client.id())) {
      throw ClientCredentialReader.notProven("has nothing that this client was given");
    }
    ClientKeys keys;
    try {
      keys = ClientKeys.ofClient(client.metadata());
    } catch (IllegalArgumentException e) {
      throw new AuthException(
          ReasonCode.CLIENT_ASSERTION_INVALID, Map.of("problem", String.valueOf(e.getMessage())));
    }
    String unused = assertions.verify(assertion, client.id(), keys);
  }

  @Override
  public boolean mayHave(Grants.Issued issued) {
    String id = issued.grant().clientId();
    ClientEntry entry = entered.find(id);
    if (entry == null && issued.grant().user() == null) {
      return false; // only one that was entered acts for itself: it was removed since
    }
    Set<String> limit = entry == null ? null : entry.scopes();
    return !entered.isOff(id) && (limit == null || limit.containsAll(issued.scopes()));
  }

  @Override
  public void used(Client client) {
    if (client.way() == Client.Way.REGISTERED) {
      boolean unused = registrations.touch(client.id());
    }
  }

  /** Registers a client (RFC 7591). */
  ClientInformation register(ClientMetadata asked, @Nullable String source) {
    return registrations.register(asked, source);
  }

  @Override
  public void close() {
    try (documents) {
      assertions.close();
    }
  }
}
