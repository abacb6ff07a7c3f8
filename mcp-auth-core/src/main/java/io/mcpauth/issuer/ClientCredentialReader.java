package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a client proves itself: exactly one of HTTP Basic, {@code client_secret}, {@code
 * client_assertion}, or nothing but its {@code client_id} (OAuth 2.1 section 2.4).
 */
final class ClientCredentialReader {
  private ClientCredentialReader() {}

  /**
   * What a request brings.
   *
   * @param method the {@code token_endpoint_auth_method} that it is
   * @param secret null where it is none
   * @param assertion null where it is none
   */
  record Brought(
      String clientId,
      String method,
      @Nullable String secret,
      @Nullable ClientAssertion assertion) {
    @Override
    public String toString() {
      return "Brought[" + method + "]";
    }
  }

  static Brought read(OAuthRequest request, Parameters form) {
    List<String> headers = request.headers("Authorization");
    String secret = form.value("client_secret");
    boolean signed =
        form.value("client_assertion") != null || form.value("client_assertion_type") != null;
    int ways = (headers.isEmpty() ? 0 : 1) + (secret == null ? 0 : 1) + (signed ? 1 : 0);
    if (ways > 1 || headers.size() > 1) {
      throw Forms.invalid("The client proves itself in two ways"); // RFC 6749 section 2.3
    }
    Brought brought = brought(headers, secret, signed, form);
    String named = form.value("client_id");
    if (named != null && !named.equals(brought.clientId())) {
      throw notProven("client_id is another one");
    }
    return brought;
  }

  private static Brought brought(
      List<String> headers, @Nullable String secret, boolean signed, Parameters form) {
    if (!headers.isEmpty()) {
      return basic(headers.get(0));
    }
    if (signed) {
      String text = form.value("client_assertion");
      ClientAssertion assertion =
          ClientAssertion.parse(form.value("client_assertion_type"), text == null ? "" : text);
      return new Brought(assertion.claimedClientId(), "private_key_jwt", null, assertion);
    }
    String id = form.value("client_id");
    if (id == null) {
      throw notProven("no client is named");
    }
    return new Brought(id, secret == null ? "none" : "client_secret_post", secret, null);
  }

  /** RFC 6749 section 2.3.1: both parts are encoded as in a form. */
  private static Brought basic(String header) {
    if (!header.regionMatches(true, 0, "Basic ", 0, "Basic ".length())) {
      throw notProven("another scheme");
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring("Basic ".length()).strip());
      String[] parts = new String(bytes, StandardCharsets.UTF_8).split(":", 2);
      if (parts.length == 2) {
        return new Brought(decoded(parts[0]), "client_secret_basic", decoded(parts[1]), null);
      }
    } catch (IllegalArgumentException e) {
      throw notProven("no Base64, or none of a form");
    }
    throw notProven("no id and secret");
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part, StandardCharsets.UTF_8);
  }

  static AuthException notProven(String problem) {
    return new AuthException(ReasonCode.CLIENT_NOT_PROVEN, Map.of("problem", problem));
  }
}
