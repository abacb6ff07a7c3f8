package io.mcpauth.examples.authserver;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientRegistrationAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a registration (RFC 7591 section 3.1): bounded, strict, an object. */
final class RegistrationRequests implements AuthenticationConverter {
  static final int MAX_BODY_BYTES = 64 * 1024;

  private final JsonMapper json =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(32).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final RegisteredClients clients;
  private final ClientMetadata metadata;

  RegistrationRequests(RegisteredClients clients, ClientMetadata metadata) {
    this.clients = clients;
    this.metadata = metadata;
  }

  @Override
  public Authentication convert(HttpServletRequest request) {
    if (clients.isFull()) {
      throw failure(JsonErrors.TOO_MANY, "The development server takes no more registrations.");
    }
    // RFC 7591 section 3.1; any other type would let every web page register without a preflight.
    String type = request.getContentType();
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw failure("invalid_client_metadata", "The content type is not application/json.");
    }
    JsonNode body = parse(read(request));
    if (!body.isObject()) {
      throw failure("invalid_client_metadata", "The body is not a JSON object.");
    }
    // No initial access token: registration is open, so there is nobody to name.
    return new OAuth2ClientRegistrationAuthenticationToken(null, metadata.accept(body));
  }

  private static byte[] read(HttpServletRequest request) {
    try {
      byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
      if (body.length > MAX_BODY_BYTES) {
        throw failure(JsonErrors.TOO_LARGE, "The body is larger than 64 KiB.");
      }
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (JacksonException e) {
      throw failure("invalid_client_metadata", "The body is not valid JSON.");
    }
  }

  static OAuth2AuthenticationException failure(String code, String description) {
    return new OAuth2AuthenticationException(new OAuth2Error(code, description, null));
  }
}
