package io.mcpauth.config;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Holds a policy file to a server that is built for it alone, and makes no request. */
final class PolicyCheck {
  private static final String ANY_RESOURCE = "http://localhost/mcp";

  private PolicyCheck() {}

  /**
   * What its writer may not have meant.
   *
   * @param servers whose tokens are accepted; none where that is not known
   * @param otherwise gives one that stands for them what is known all the same
   * @param schemes says how callers of these servers may prove themselves beside bearer tokens
   * @throws IllegalArgumentException if it is no policy, or none for these servers
   */
  static List<String> of(
      PolicyFile file,
      List<AuthorizationServer> servers,
      UnaryOperator<AuthorizationServer> otherwise,
      BiConsumer<ResourceServerBuilder, List<AuthorizationServer>> schemes) {
    ToolPolicy policy = file.load();
    List<AuthorizationServer> accepted =
        servers.isEmpty() ? List.of(otherwise.apply(any(policy))) : servers;
    ToolPolicy none = ToolPolicy.builder().build();
    ResourceServerBuilder builder = ResourceServer.builder(ANY_RESOURCE, accepted.get(0), none);
    accepted.subList(1, accepted.size()).forEach(builder::authorizationServer);
    schemes.accept(builder, accepted);
    List<String> warnings;
    try (ResourceServer server = builder.build()) {
      server.livePolicy().requireFit(policy);
      warnings = new ArrayList<>(server.livePolicy().warnings(policy));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
    warnings.addAll(withoutPrefix(policy, accepted.get(0).scopePrefix()));
    return List.copyOf(warnings);
  }

  /** One whose tokens have every issuer that the policy names. */
  private static AuthorizationServer any(ToolPolicy policy) {
    AuthorizationServer server = AuthorizationServer.of("https://issuer.invalid");
    Set<String> issuers = new LinkedHashSet<>(policy.clientIssuers());
    issuers.addAll(policy.givingIssuers());
    return issuers.isEmpty() ? server : server.expectIssuers(issuers.toArray(String[]::new));
  }

  /** A prefix is put before every scope of a token that lacks it. It is for one issuer alone. */
  private static List<String> withoutPrefix(ToolPolicy policy, String prefix) {
    return policy.unobtainableScopes(scope -> scope.startsWith(prefix)).stream()
        .map(
            scope ->
                "nobody can have the scope '"
                    + scope
                    + "', which does not begin with "
                    + Setting.SCOPE_PREFIX.key()
                    + " '"
                    + prefix
                    + "'")
        .toList();
  }
}
