package io.mcpauth.token;

import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.Scheme;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A way in which callers may prove themselves beside plain bearer tokens, as {@code
 * ResourceServerBuilder.accept} takes it. Each of this package's subclasses is one; there are no
 * others.
 */
public abstract class CredentialScheme {
  CredentialScheme() {}

  /**
   * What a scheme of a server is made of.
   *
   * @param resource that credentials have to be for
   * @param endpoint the URL that clients call
   * @param local mints the principals of what no authorization server has issued
   * @param store that all nodes share
   * @param connections how other servers are reached
   * @param tokens verifies tokens that a scheme had itself given
   * @param isKey whether a text is a key of this server's own, which no other server may see
   */
  record Parts(
      ResourceIdentifier resource,
      ResourceIdentifier endpoint,
      LocalIssuer local,
      Store store,
      OutboundConnections connections,
      Clock clock,
      TokenPaths tokens,
      Predicate<String> isKey) {}

  /** Verifies tokens for schemes whose callers send none. */
  @FunctionalInterface
  interface TokenPaths {
    /**
     * The way from the tokens of one authorization server to callers of a scheme. Bound tokens are
     * refused: nobody who could prove anything has seen them.
     *
     * @throws IllegalArgumentException if the server is none of the resource server's
     */
    TokenPath of(String issuer, Scheme scheme);
  }

  /**
   * A scheme at work in a server. What it opened is closed with the server.
   *
   * @param authentications what proves its credentials; none where it only holds tokens to a key
   * @param possessions what proves that a token is used by whom it is bound to
   * @param copies who hears of the changes in the feed of the store
   * @param ends has a listener called whenever one of its credentials may have ended before its
   *     time
   * @param end ends what it opened
   */
  record Running(
      List<Authentication<?>> authentications,
      List<Possession> possessions,
      List<Follower.Listener> copies,
      Ends ends,
      Runnable end) {
    /** One whose credentials end when they said they would. */
    Running(
        List<Authentication<?>> authentications,
        List<Possession> possessions,
        List<Follower.Listener> copies,
        Runnable end) {
      this(authentications, possessions, copies, listener -> () -> {}, end);
    }

    /** Who tells of credentials that end. */
    @FunctionalInterface
    interface Ends {
      /**
       * Has a listener called, on the thread that learns of it.
       *
       * @return ends it
       */
      Runnable tell(Runnable listener);
    }

    /** One that proves credentials and has opened nothing. */
    static Running of(Authentication<?> authentication) {
      return new Running(List.of(authentication), List.of(), List.of(), () -> {});
    }
  }

  /** The schemes that its callers have, for policies. */
  abstract Set<Scheme> schemes();

  /** Whether this server itself vouches for its callers ({@link LocalIssuer}). */
  boolean isLocal() {
    return false;
  }

  /**
   * The one whose tokens are the only credentials, in place of those of the authorization servers;
   * null where it stands beside others.
   */
  @Nullable AuthorizationServer soleIssuer() {
    return null;
  }

  /** That of the one among some that has it; null where none does. */
  static @Nullable AuthorizationServer soleIssuer(List<CredentialScheme> schemes) {
    for (CredentialScheme scheme : schemes) {
      AuthorizationServer sole = scheme.soleIssuer();
      if (sole != null) {
        return sole;
      }
    }
    return null;
  }

  /** Says where its credentials stand. */
  void read(CredentialReader.Rules rules) {}

  /**
   * The headers beside {@code Authorization} that its callers prove themselves with, in lower case:
   * nobody behind is to see them.
   */
  Set<String> headers() {
    return Set.of();
  }

  /**
   * Those of them that the page of an allowed origin may send (Fetch standard, "CORS protocol").
   */
  Set<String> pageHeaders() {
    return Set.of();
  }

  /** Says of it what clients have to know. */
  void describe(ProtectedResourceMetadata.Builder members) {}

  /** Starts to work. */
  abstract Running start(Parts parts);
}
