package io.mcpauth.token;

import io.mcpauth.client.AccountTokens;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.NodeKeys;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who knows the ids and secrets of service accounts. */
sealed interface BasicSource {
  /** Starts to ask. */
  CredentialScheme.Running start(CredentialScheme.Parts parts);

  /**
   * An authorization server.
   *
   * @param scopes to ask for; none for what it gives unasked
   * @param audience to ask with instead of the resource, or null
   */
  record AtServer(AuthorizationServer server, Set<String> scopes, @Nullable String audience)
      implements BasicSource {
    @Override
    public CredentialScheme.Running start(CredentialScheme.Parts parts) {
      TokenPath tokens = parts.tokens().of(server.issuer(), Scheme.BASIC);
      AccountTokens asked =
          new AccountTokens(
              server.issuer(),
              target(parts),
              parts.connections(),
              ExchangeLimits.STRANGERS_AT_ONCE + ExchangeLimits.KNOWN_AT_ONCE,
              parts.clock());
      return new CredentialScheme.Running(
          List.of(new AccountExchange(asked, tokens, parts)), List.of(), List.of(), asked::close);
    }

    private TokenTarget target(CredentialScheme.Parts parts) {
      TokenTarget target = TokenTarget.unnamed().withScopes(scopes.toArray(String[]::new));
      if (audience != null) {
        return target.withAudience(audience);
      }
      return server.profile().resourceAsAudience()
          ? target.withResource(URI.create(parts.resource().value()))
          : target;
    }
  }

  /**
   * This server, by keys that the operator issued for the use.
   *
   * @param file with the keys, or null for the store
   * @param prefix with which they begin
   */
  record Issued(@Nullable Path file, String prefix) implements BasicSource {
    @Override
    public CredentialScheme.Running start(CredentialScheme.Parts parts) {
      NodeKeys keys =
          file == null
              ? NodeKeys.of(parts.store(), parts.clock())
              : NodeKeys.of(file, parts.clock());
      return new CredentialScheme.Running(
          List.of(new ByIssuedKey(new IssuedKeys(keys, prefix, parts.local()))),
          List.of(),
          keys.copy(),
          keys::onEnd,
          keys::close);
    }
  }

  /**
   * Proves an account by a key of its name. The key is looked at first: whether there is such a
   * name is told to nobody who has none.
   *
   * @param keys those of this node
   */
  record ByIssuedKey(IssuedKeys keys) implements Authentication<Credential.Basic> {
    @Override
    public Class<Credential.Basic> credential() {
      return Credential.Basic.class;
    }

    @Override
    public Authenticator.Outcome prove(
        Credential.Basic credential, AccessRequest request, LivePolicy.Generation generation) {
      IdAndSecret account = IdAndSecret.of(credential.encoded());
      return keys.prove(
          account.secret(), IssuedKey.Use.BASIC, account.id(), Scheme.BASIC, generation);
    }
  }
}
