package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CODE_MISSING;
import static io.mcpauth.error.ClientException.Reason.ISSUER_MISMATCH;
import static io.mcpauth.error.ClientException.Reason.ISSUER_MISSING;
import static io.mcpauth.error.ClientException.Reason.MALFORMED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.STATE_MISMATCH;

import io.mcpauth.error.ClientException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An authorization response (RFC 6749 section 4.1.2), each check a method of its own. */
final class AuthorizationResponse {
  private static final int MAX_LENGTH = 16 * 1024;
  private static final List<String> NAMES =
      List.of("state", "iss", "code", "error", "error_description");

  /** RFC 6749 appendix A.11: VSCHAR. */
  private static final Pattern CODE = Pattern.compile("[ -~]{1,4096}");

  private final Map<String, String> values;
  private final String issuer;

  private AuthorizationResponse(Map<String, String> values, String issuer) {
    this.values = values;
    this.issuer = issuer;
  }

  /** Decoded as a form (RFC 9207 section 2.4), once. */
  static Map<String, List<String>> parameters(String query, String issuer) throws ClientException {
    if (query.length() > MAX_LENGTH) {
      throw ClientException.noCode(MALFORMED, issuer);
    }
    Map<String, List<String>> parameters = new HashMap<>();
    try {
      for (String pair : query.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        parameters
            .computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
            .add(parts.length == 1 ? "" : decoded(parts[1]));
      }
    } catch (IllegalArgumentException e) {
      throw ClientException.noCode(MALFORMED, issuer);
    }
    return parameters;
  }

  /** RFC 6749 section 3.1: no parameter more than once. */
  static AuthorizationResponse of(Map<String, List<String>> parameters, String issuer)
      throws ClientException {
    Map<String, String> values = new HashMap<>();
    for (String name : NAMES) {
      List<String> found = parameters.getOrDefault(name, List.of());
      if (found.size() > 1) {
        throw ClientException.noCode(MALFORMED, issuer);
      }
      if (!found.isEmpty()) {
        values.put(name, found.get(0));
      }
    }
    return new AuthorizationResponse(values, issuer);
  }

  void requireState(String expected) throws ClientException {
    String state = values.getOrDefault("state", "");
    if (!MessageDigest.isEqual(
        state.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8))) {
      throw ClientException.noCode(STATE_MISMATCH, issuer);
    }
  }

  /** RFC 9207 section 2.4, without any normalisation (RFC 3986 section 6.2.1). */
  void requireIssuer(boolean promised) throws ClientException {
    String found = values.get("iss");
    if (found == null && promised) {
      throw ClientException.noCode(ISSUER_MISSING, issuer);
    }
    if (found != null && !found.equals(issuer)) {
      throw ClientException.noCode(ISSUER_MISMATCH, issuer);
    }
  }

  String code() throws ClientException {
    @Nullable String error = values.get("error");
    @Nullable String code = values.get("code");
    if (error != null && code != null) {
      throw ClientException.noCode(MALFORMED, issuer);
    }
    if (error != null) {
      throw ClientException.noCode(REFUSED, issuer, error, values.get("error_description"));
    }
    if (code == null || code.isBlank() || !CODE.matcher(code).matches()) {
      throw ClientException.noCode(CODE_MISSING, issuer);
    }
    return code;
  }

  private static String decoded(String value) {
    return URLDecoder.decode(value, StandardCharsets.UTF_8);
  }
}
