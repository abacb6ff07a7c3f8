package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.authserver.ClientAssertionVerifier;
import io.mcpauth.authserver.ClientIdDocument;
import io.mcpauth.authserver.ClientIdMetadataDocuments;
import io.mcpauth.authserver.ClientIdUrl;
import io.mcpauth.authserver.ClientKeys;
import io.mcpauth.authserver.ClientRegistrations;
import io.mcpauth.authserver.DomainTrust;
import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.authserver.RegistrationPolicy;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/**
 * The clients of this server: those that registered themselves (RFC 7591), in memory, and those
 * whose id is the URL of their metadata document, fetched when they come. Both are judged by one
 * policy. The framework asks here too, and only ever reads.
 *
 * <p>Documents of every host are accepted, those on this machine included: this server listens on
 * loopback alone, so whoever can make it fetch one is on this machine already, and clients are
 * developed here. A server that others can reach must not do the latter.
 */
final class Clients implements RegisteredClientRepository, AutoCloseable {
  /** How many may be registered at a time: a development server needs a handful. */
  static final int CAPACITY = 1000;

  private final Duration accessTokenLifetime;
  private final boolean takeDocuments;
  private final RedirectUriRules redirects;
  private final ClientRegistrations registrations;
  private final ClientIdMetadataDocuments documents;
  private final ClientAssertionVerifier assertions;

  Clients(SpringProvider.Settings settings, String issuer, Clock clock) {
    this.accessTokenLifetime = settings.accessTokenLifetime();
    this.takeDocuments = !settings.strictness().withoutClientDocuments();
    Store store = Store.inMemory(clock);
    RegistrationPolicy policy = policy(settings);
    this.redirects = policy.redirectUriRules();
    this.registrations =
        ClientRegistrations.builder(store, policy)
            .clock(clock)
            .capacity(CAPACITY)
            // Open to a flood: what nobody logs in with gives way, and ends within a day.
            .unusedLifetime(Duration.ofDays(1))
            // Consent is remembered for a client id: a shared one would let whoever registers the
            // same make use of what the user allowed another.
            .registerPublicClientsSeparately()
            .build();
    this.documents =
        ClientIdMetadataDocuments.builder(DomainTrust.anyDomain())
            .policy(policy)
            .clock(clock)
            .connections(settings.connections())
            .allowLoopbackDocumentsForDevelopment()
            .build();
    this.assertions =
        ClientAssertionVerifier.builder(issuer, store)
            .acceptTokenEndpointAsAudience(URI.create(issuer + Endpoints.TOKEN)) // ChatGPT
            .clock(clock)
            .connections(settings.connections())
            .allowLoopbackKeysForDevelopment()
            .build();
  }

  private static RegistrationPolicy policy(SpringProvider.Settings settings) {
    RegistrationPolicy.Builder policy =
        RegistrationPolicy.builder()
            .authenticationMethods(
                "none", "client_secret_basic", "client_secret_post", "private_key_jwt")
            .signingAlgs(ServerMetadata.SIGNING_ALGORITHMS.toArray(String[]::new))
            .scopes(settings.scopes().keySet());
    return settings.strictness().registeredScopesOnly()
        ? policy.limitClientsToRegisteredScopes().build()
        : policy.build();
  }

  /** Whether a client id may be the URL of a metadata document. */
  boolean takeDocuments() {
    return takeDocuments;
  }

  /** Which redirect URIs clients may have. */
  RedirectUriRules redirects() {
    return redirects;
  }

  /**
   * Registers a client.
   *
   * @param source where it is, or null
   * @throws AuthException if it is not acceptable, or there are too many
   */
  ClientInformation register(ClientMetadata asked, @Nullable String source) {
    return registrations.register(asked, source);
  }

  /** Whether nothing has to be fetched for the client of a URL. */
  boolean isAtHand(String clientId) {
    try {
      return !takeDocuments || documents.kept(clientId) != null;
    } catch (AuthException e) {
      return true; // no document may have that URL
    }
  }

  /**
   * The client of an id, or null where none is registered; one with a document may have to be
   * fetched.
   *
   * @throws AuthException if the id is a URL and no good document is there
   */
  @Nullable KnownClient find(String clientId) {
    if (takeDocuments && ClientIdUrl.looksLikeOne(clientId)) {
      ClientIdDocument document = documents.document(clientId);
      return new KnownClient(clientId, document.metadata(), document.host());
    }
    var registered = registrations.find(clientId);
    return registered == null ? null : new KnownClient(clientId, registered.metadata(), null);
  }

  /** Whether the secret is that of a registered client. */
  boolean hasSecret(String clientId, String secret) {
    return registrations.authenticate(clientId, secret) != null;
  }

  /**
   * Proves a client that signs with its own key.
   *
   * @throws AuthException if it does not prove it, or cannot at the moment
   */
  void requireSignedBy(KnownClient client, ClientAssertion assertion) {
    ClientKeys keys;
    try {
      keys = ClientKeys.ofClient(client.metadata());
    } catch (IllegalArgumentException e) {
      throw new AuthException(
          ReasonCode.CLIENT_ASSERTION_INVALID, Map.of("problem", String.valueOf(e.getMessage())));
    }
    String unused = assertions.verify(assertion, client.clientId(), keys);
  }

  /** Takes note that a client got a code or tokens: its registration lasts. */
  void keep(String clientId) {
    boolean unused = registrations.touch(clientId);
  }

  @Override
  public void save(RegisteredClient client) {
    throw new UnsupportedOperationException("clients register or publish a document");
  }

  /** Ids are the same here: grants and consents of a client outlive its next registration. */
  @Override
  public @Nullable RegisteredClient findById(String id) {
    return findByClientId(id);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    try {
      KnownClient client = find(clientId);
      return client == null ? null : client.toFramework(accessTokenLifetime);
    } catch (AuthException e) {
      throw Refusals.of(e);
    }
  }

  @Override
  public void close() {
    try (documents) {
      assertions.close();
    }
  }
}
