package io.mcpauth.examples.access;

import static io.mcpauth.error.AuthException.fitForLog;

import io.mcpauth.error.AuthException;
import io.mcpauth.issuer.EnteredClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is known of a client that was entered, for a terminal. */
final class ClientLine {
  private ClientLine() {}

  /** On one line. */
  static String of(EnteredClient client) {
    Duration lifetime = client.lifetime();
    return fitForLog(client.id())
        + "  "
        + client.authMethod()
        + "  "
        + scopes(client)
        + (lifetime == null ? "" : "  tokens last " + lifetime.toSeconds() + " s")
        + (client.enabled() ? "" : "  OFF");
  }

  /** All of it, a line for each. */
  static List<String> all(EnteredClient client, Instant now) {
    List<String> lines = new ArrayList<>();
    lines.add(of(client));
    String name = client.name();
    if (name != null) {
      lines.add("  name          " + fitForLog(name));
    }
    client.redirectUris().forEach(uri -> lines.add("  redirect URI  " + fitForLog(uri)));
    lines.add("  grants        " + words(client.grantTypes()));
    if (client.firstParty()) {
      lines.add("  first party");
    }
    if (client.introspects()) {
      lines.add("  may introspect tokens");
    }
    if (client.dpopBoundTokens()) {
      lines.add("  DPoP-bound tokens alone");
    }
    lines.add("  entered       " + client.createdAt());
    for (EnteredClient.SecretLife secret : client.secrets()) {
      Instant end = secret.expiresAt();
      lines.add(
          "  secret        of "
              + secret.createdAt()
              + (end == null ? "" : (end.isAfter(now) ? ", until " : ", ended ") + end));
    }
    return lines;
  }

  private static String scopes(EnteredClient client) {
    Set<String> scopes = client.scopes();
    return scopes == null ? "every scope" : words(scopes);
  }

  private static String words(Collection<String> words) {
    return words.stream().map(AuthException::fitForLog).collect(Collectors.joining(" "));
  }
}
