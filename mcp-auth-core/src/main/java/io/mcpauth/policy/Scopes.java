package io.mcpauth.policy;

import io.mcpauth.internal.net.QuotedWord;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/** Scope tokens as a policy may name them. */
final class Scopes {
  private Scopes() {}

  static List<String> checked(String... scopes) {
    for (String scope : scopes) {
      require(scope);
    }
    if (new LinkedHashSet<>(Arrays.asList(scopes)).size() != scopes.length) {
      throw new IllegalArgumentException(
          "Scopes " + Arrays.toString(scopes) + " name one twice. Write it once.");
    }
    return List.of(scopes);
  }

  static void require(String scope) {
    if (!QuotedWord.is(scope)) { // RFC 6749 section 3.3
      throw new IllegalArgumentException(
          "Scope '" + scope + "' is not a scope token. Write each scope by itself.");
    }
    if (scope.equals("offline_access")) {
      // MCP authorization, "Scope Selection": it asks for a refresh token, no resource needs it.
      throw new IllegalArgumentException(
          "Scope 'offline_access' is between client and authorization server. Remove it.");
    }
  }
}
