package io.mcpauth.examples.access;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The issuers that the callers of a server may have.
 *
 * @param servers a set for each authorization server, as {@code ConfiguredServer.acceptedIssuers}
 *     has them
 * @param own that of callers with a key or an account of the server itself; none where it has none
 */
public record KnownIssuers(List<Set<String>> servers, Set<String> own) {
  /** Copies both. */
  public KnownIssuers {
    servers = List.copyOf(servers);
    own = Set.copyOf(own);
  }

  /** All of them. */
  List<String> all() {
    return Stream.concat(servers.stream().flatMap(Set::stream), own.stream()).toList();
  }

  /**
   * Those of the authorization server that is named, or, where none is, of the only one and of the
   * server itself: who must stay out with one of its names must not come in with another, nor with
   * a key.
   *
   * @throws IllegalArgumentException if one has to be named
   */
  Set<String> meant(@Nullable String named) {
    if (named != null) {
      return Stream.concat(servers.stream(), Stream.of(own))
          .filter(server -> server.contains(named))
          .findAny()
          .orElse(Set.of(named)); // which the control refuses where some are configured
    }
    if (servers.size() != 1) {
      throw new IllegalArgumentException(
          servers.isEmpty()
              ? "No issuer is configured. Write --issuer, or set MCP_AUTH_ISSUER as the server has"
                  + " it."
              : "Several issuers are configured. Write --issuer with one of "
                  + all().stream().collect(Collectors.joining(", "))
                  + ".");
    }
    Set<String> meant = new LinkedHashSet<>(servers.get(0));
    meant.addAll(own);
    return meant;
  }
}
