package io.mcpauth.token;

import io.mcpauth.internal.http.OutboundResponse;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In which words a provider is asked about a token, and what its answer says. */
interface Inquiry {
  /**
   * A question, as it goes over the wire.
   *
   * @param body with the token: it is in no address and in no log of addresses
   */
  @SuppressWarnings("ArrayRecordComponent") // made for one request, compared by nobody
  record Question(URI uri, Map<String, String> headers, byte[] body, String contentType) {
    @Override
    public String toString() {
      return "Question[elided]";
    }
  }

  /**
   * Who is asked.
   *
   * @param issuer of the authorization server
   * @param endpoint where it is asked
   * @param signing whether a signed answer can be had
   */
  record Asked(String issuer, URI endpoint, boolean signing) {}

  /** Where it is asked unless the operator says otherwise; null for where the metadata says. */
  @Nullable URI endpoint();

  /** The client that asks, or null where nobody has to say who he is. */
  @Nullable String clientId();

  /**
   * Whether an answer says which client a token is for, and nothing of a resource: then that client
   * has to be one that is trusted instead.
   */
  boolean tellsTheClientAlone();

  /** The question about a token. */
  Question question(String token, Asked asked, Instant now);

  /** Whether an answer other than 200 says of the token that it is not good. */
  boolean isNo(OutboundResponse response);

  /**
   * What an answer says, by the names of RFC 7662 section 2.2.
   *
   * @throws io.mcpauth.error.AuthException TOKEN_NOT_ACTIVE, or another reason of a 401
   */
  Map<String, @Nullable Object> claims(Map<String, @Nullable Object> answer);
}
