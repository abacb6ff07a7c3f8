package io.mcpauth.client;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The query that an endpoint has of its own. It is kept (RFC 6749 sections 3.1 and 3.2), but for
 * the parameters that the request has too: no parameter may be there twice, and what the client
 * says is what the user was asked for. Railway and Sentry write {@code resource} into it.
 */
final class EndpointQuery {
  private EndpointQuery() {}

  /** The endpoint without these parameters, and without an empty query. */
  static URI without(URI endpoint, Set<String> names) {
    String query = endpoint.getRawQuery();
    if (query == null) {
      return endpoint;
    }
    String kept =
        Arrays.stream(query.split("&", -1))
            .filter(pair -> !pair.isEmpty() && !names.contains(name(pair)))
            .collect(Collectors.joining("&"));
    String text = endpoint.toString();
    String base = text.substring(0, text.indexOf('?'));
    return URI.create(kept.isEmpty() ? base : base + "?" + kept);
  }

  private static String name(String pair) {
    // A URI has no broken escapes, so there is nothing that cannot be decoded.
    return URLDecoder.decode(pair.split("=", 2)[0], StandardCharsets.UTF_8);
  }
}
