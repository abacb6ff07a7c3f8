package io.mcpauth.client;

import io.mcpauth.internal.http.AddressPolicy;
import java.net.URI;

/** Finds the token endpoint of an issuer in its metadata (RFC 8414 section 2). */
@FunctionalInterface
interface EndpointLookup {
  /**
   * Where the token endpoint is.
   *
   * @param uri the {@code token_endpoint}
   * @param policy the addresses that its host may have
   */
  record Location(URI uri, AddressPolicy policy) {}

  /** Asks the issuer; an exception's message reaches the operator, so it holds no secret. */
  Location locate(String issuer);
}
