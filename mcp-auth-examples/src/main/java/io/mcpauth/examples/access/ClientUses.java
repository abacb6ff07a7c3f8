package io.mcpauth.examples.access;

import io.mcpauth.issuer.NewClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a client is for, by its options: to log users in unless they say otherwise. */
final class ClientUses {
  @Option(
      names = "--redirect-uri",
      paramLabel = "U",
      description =
          "where its users come back to; may be repeated. Needed unless it is for something else"
              + " than users")
  private @Nullable List<String> redirects;

  @Option(
      names = "--for-itself",
      description =
          "it acts for itself and not for a user (client_credentials), with the scopes of --scopes")
  private boolean forItself;

  @Option(
      names = "--introspect",
      description = "it may ask about tokens, as a resource server elsewhere does (RFC 7662)")
  private boolean introspects;

  @Option(
      names = "--first-party",
      description = "it is yours: its users are not asked where MCP_AUTH_SERVER_CONSENT says so")
  private boolean firstParty;

  @Option(
      names = "--dpop",
      description = "it gets no tokens but those that are bound to a key of its own (DPoP)")
  private boolean bound;

  /** The client with its uses. */
  NewClient of(NewClient client) {
    NewClient with = client;
    if (redirects != null) {
      with = with.redirectUris(redirects.toArray(String[]::new));
    }
    if (forItself) {
      with =
          redirects == null
              ? with.grantTypes("client_credentials")
              : with.grantTypes("authorization_code", "refresh_token", "client_credentials");
    } else if (introspects && redirects == null) {
      with = with.grantTypes();
    }
    with = introspects ? with.introspects() : with;
    with = firstParty ? with.firstParty() : with;
    return bound ? with.dpopBoundTokens() : with;
  }
}
