package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that are identified by the URL of their metadata document, as an authorization server
 * learns of them (draft-ietf-oauth-client-id-metadata-document; MCP 2026-07-28, Client
 * Registration).
 *
 * <p>A document is fetched with one GET: public addresses only, looked at after resolution and
 * pinned for the connection; no redirect; 5 KB; 5 seconds; 8 fetches at a time. It has to come with
 * status 200 as {@code application/json} (or another {@code application/...+json}). It is kept as
 * its HTTP cache headers say, 5 minutes where they say nothing and 24 hours at most, and asked for
 * with its {@code ETag} afterwards; never used past its time. Of many threads that want the same
 * document one fetches it. A host that gives no answer is left alone for 10 seconds; error
 * responses and invalid documents are not remembered, as the draft demands.
 *
 * <p>A server that uses this says {@code "client_id_metadata_document_supported": true} in its
 * metadata. One that reaches no public addresses must not: clients that have a document then bring
 * it, are refused, and do not register instead. That a document cannot be had is logged as a
 * warning with its host, and changes nothing else, since strangers can make it happen.
 *
 * <p>Does not check: that the user knows the client. Show {@link ClientIdDocument#host()}, the host
 * of the redirect URI, and a warning where {@link ClientIdDocument#hasOnlyLoopbackRedirects()}.
 */
public final class ClientIdMetadataDocuments implements AutoCloseable {
  /** Section 8.7 of the draft recommends the size. */
  private static final OutboundHttp.Limits LIMITS =
      new OutboundHttp.Limits(Duration.ofSeconds(5), 5 * 1024, 8);

  private final DomainTrust trust;
  private final boolean loopback;
  private final OutboundHttp http;
  private final KeptDocuments documents;

  private ClientIdMetadataDocuments(Builder builder, OutboundHttp http) {
    this.trust = builder.trust;
    this.loopback = builder.loopback;
    this.http = http;
    Clock clock = builder.clock == null ? Clock.systemUTC() : builder.clock;
    this.documents =
        new KeptDocuments(
            new DocumentFetch(
                http,
                new ClientDocumentReader(
                    builder.policy == null ? Builder.DEFAULT_POLICY : builder.policy,
                    builder.sameOriginRedirects),
                builder.lifetime == null ? Builder.DEFAULT_LIFETIME : builder.lifetime,
                clock),
            clock,
            builder.mostDocuments == null ? 1000 : builder.mostDocuments,
            builder.log);
  }

  /**
   * A builder.
   *
   * @param trust which hosts may publish clients
   */
  public static Builder builder(DomainTrust trust) {
    return new Builder(trust);
  }

  /**
   * The document of a client id, kept or fetched. May take 5 seconds, and the wait for a place.
   *
   * @throws AuthException {@code CLIENT_ID_URL_INVALID}, {@code CLIENT_DOMAIN_NOT_TRUSTED} (both
   *     before anything is fetched), {@code CLIENT_DOCUMENT_UNAVAILABLE} or {@code
   *     CLIENT_DOCUMENT_INVALID}. The answer to the browser is a page, never a redirect.
   */
  public ClientIdDocument document(String clientId) {
    ClientIdUrl url = ClientIdUrl.parse(clientId, loopback);
    trust.require(url);
    return documents.get(url);
  }

  /**
   * The document of a client id if it is kept and may be used without asking again, else null.
   * Fetches nothing: for the token and the revocation endpoint, which look the code or the token up
   * first, and ask for the {@link #document} only where it is one of this very client. So nobody
   * has a document fetched who has no grant.
   *
   * @throws AuthException {@code CLIENT_ID_URL_INVALID} or {@code CLIENT_DOMAIN_NOT_TRUSTED}
   */
  public @Nullable ClientIdDocument kept(String clientId) {
    ClientIdUrl url = ClientIdUrl.parse(clientId, loopback);
    trust.require(url);
    return documents.kept(url);
  }

  /** Forgets the document of a client id, so that the next question fetches it. */
  public void forget(String clientId) {
    documents.forget(ClientIdUrl.parse(clientId, loopback));
  }

  /** Ends running fetches; later ones are refused. */
  @Override
  public void close() {
    http.close();
  }

  /** Shapes {@link ClientIdMetadataDocuments}. What is set twice stops the start. */
  public static final class Builder {
    private static final Duration LONGEST = Duration.ofHours(24);

    private static final CacheLifetime DEFAULT_LIFETIME =
        new CacheLifetime(Duration.ofMinutes(5), Duration.ZERO, LONGEST);

    private static final RegistrationPolicy DEFAULT_POLICY =
        RegistrationPolicy.builder().authenticationMethods("none", "private_key_jwt").build();

    private final DomainTrust trust;
    private @Nullable OutboundConnections connections;
    private @Nullable Clock clock;
    private @Nullable CacheLifetime lifetime;
    private @Nullable Integer mostDocuments;
    private @Nullable RegistrationPolicy policy;
    private boolean sameOriginRedirects;
    private boolean loopback;
    private Logger log = LoggerFactory.getLogger(ClientIdMetadataDocuments.class);

    private Builder(DomainTrust trust) {
      this.trust = trust;
    }

    /** The clock by which documents age; the system's without this. */
    public Builder clock(Clock source) {
      SetOnce.require(clock == null, "The clock");
      clock = source;
      return this;
    }

    /**
     * What is accepted of a client's metadata; without this the defaults of {@link
     * RegistrationPolicy}, with the methods {@code none} and {@code private_key_jwt}. A server that
     * also registers clients passes the policy of its registration, so that neither way gets a
     * client further than the other; a secret is refused whatever the policy says.
     */
    public Builder policy(RegistrationPolicy accepted) {
      SetOnce.require(policy == null, "The policy");
      policy = accepted;
      return this;
    }

    /**
     * How long documents are used without asking again.
     *
     * @param atLeast whatever their headers say, also {@code no-store}; zero without this
     * @param unlessSaid where their headers say nothing; 5 minutes without this
     * @param atMost whatever their headers say; 24 hours without this, and that is the most. A
     *     client whose key was stolen stays good for so long.
     * @throws IllegalArgumentException if one is negative, or they are not in this order
     */
    public Builder keepDocuments(Duration atLeast, Duration unlessSaid, Duration atMost) {
      SetOnce.require(lifetime == null, "keepDocuments");
      boolean inOrder =
          !atLeast.isNegative()
              && atLeast.compareTo(unlessSaid) <= 0
              && unlessSaid.compareTo(atMost) <= 0
              && atMost.compareTo(LONGEST) <= 0;
      if (!inOrder) {
        throw new IllegalArgumentException(
            "keepDocuments("
                + atLeast
                + ", "
                + unlessSaid
                + ", "
                + atMost
                + ") is out of order: write zero or more, then longer, then at most "
                + LONGEST
                + ".");
      }
      lifetime = new CacheLifetime(unlessSaid, atLeast, atMost);
      return this;
    }

    /**
     * How many documents are kept; 1000 without this.
     *
     * @throws IllegalArgumentException below 1
     */
    public Builder keepAtMost(int documents) {
      SetOnce.require(mostDocuments == null, "keepAtMost");
      if (documents < 1) {
        throw new IllegalArgumentException(
            "keepAtMost(" + documents + ") keeps nothing: write 1 or more.");
      }
      mostDocuments = documents;
      return this;
    }

    /**
     * Accepts only redirect URIs on the document's own origin, and loopback ones (section 8.1 of
     * the draft allows such a rule and does not ask for it). Without this a client may have others:
     * a well-known one publishes its document on one domain and redirects to another.
     */
    public Builder requireSameOriginRedirects() {
      SetOnce.require(!sameOriginRedirects, "requireSameOriginRedirects");
      sameOriginRedirects = true;
      return this;
    }

    /**
     * Also fetches documents from this machine, with {@code http} too: hosts {@code localhost},
     * 127.0.0.0/8 and {@code [::1]}, nothing else. For development and tests on one machine.
     *
     * <p>Never for a server that others can reach (section 8.6 of the draft): whoever sends it a
     * client id then makes it ask the services of its own machine.
     */
    public Builder allowLoopbackDocumentsForDevelopment() {
      SetOnce.require(!loopback, "allowLoopbackDocumentsForDevelopment");
      loopback = true;
      return this;
    }

    /** For tests. */
    Builder log(Logger own) {
      log = own;
      return this;
    }

    /**
     * The proxy and the certificates for fetching documents; {@link OutboundConnections#defaults()}
     * without this. Its limits are not used: these documents are strangers'. Through a proxy they
     * are not fetched unless {@link EgressProxy#refusingPrivateAddressesByItself} was called.
     */
    public Builder connections(OutboundConnections through) {
      SetOnce.require(connections == null, "The connections");
      connections = through;
      return this;
    }

    /** The source of documents; it holds a few idle threads until it is closed. */
    public ClientIdMetadataDocuments build() {
      return build(
          new OutboundHttp(
              connections == null ? OutboundConnections.defaults() : connections, LIMITS));
    }

    ClientIdMetadataDocuments build(OutboundHttp http) {
      return new ClientIdMetadataDocuments(this, http);
    }
  }
}
