package io.mcpauth.client;

import io.mcpauth.internal.http.AddressPolicy;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the token endpoint of an issuer in its metadata (RFC 8414 section 2). */
@FunctionalInterface
interface EndpointLookup {
  /**
   * Where the token endpoint is.
   *
   * @param uri the {@code token_endpoint}
   * @param policy the addresses that its host may have
   * @param methods {@code token_endpoint_auth_methods_supported}, or null where that is not said
   */
  record Location(URI uri, AddressPolicy policy, @Nullable List<String> methods) {
    /** An endpoint of which nothing is said but where it is. */
    Location(URI uri, AddressPolicy policy) {
      this(uri, policy, null);
    }
  }

  /** Asks the issuer; an exception's message reaches the operator, so it holds no secret. */
  Location locate(String issuer);
}
