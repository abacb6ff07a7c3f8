package io.mcpauth.client;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The question of a resource server about an access token (RFC 7662 section 2.1), in the form that
 * goes over the wire. Part of the machinery behind {@code Introspection}; applications do not need
 * it.
 *
 * @param uri where it goes
 * @param headers with the proof of who asks, where that is a header
 * @param body with the token, and never anywhere else
 */
@SuppressWarnings("ArrayRecordComponent") // made for one request, compared by nobody
public record TokenQuestion(URI uri, Map<String, String> headers, byte[] body) {
  /** The media type of the body. */
  public static final String CONTENT_TYPE = TokenMessage.CONTENT_TYPE;

  /**
   * A question.
   *
   * @param issuer for which an assertion of the client is made
   * @param endpoint the introspection endpoint
   * @param accept the media types of an answer
   */
  public static TokenQuestion of(
      String issuer,
      URI endpoint,
      ClientAuthentication client,
      String token,
      String accept,
      Instant now) {
    TokenMessage message =
        TokenMessage.about(
            endpoint, client, client.assertion(issuer, endpoint, now), token, "access_token");
    Map<String, String> headers = new LinkedHashMap<>(message.headers());
    headers.put("Accept", accept);
    return new TokenQuestion(message.at(endpoint), headers, message.body());
  }

  /**
   * Requires that a client proves itself.
   *
   * @throws IllegalArgumentException if it does not: RFC 7662 section 2.1 asks for it, since
   *     whoever may ask can try tokens out
   */
  public static void requireProof(ClientAuthentication client) {
    if (client.method() == ClientAuthentication.Method.NONE) {
      throw new IllegalArgumentException(
          "Client '"
              + client.clientId()
              + "' has no secret, and nobody may ask about tokens without one (RFC 7662 section"
              + " 2.1). Write ClientAuthentication.secretBasic, secretPost or privateKeyJwt.");
    }
  }

  /** Neither the token nor the secret. */
  @Override
  public String toString() {
    return "TokenQuestion[elided]";
  }
}
