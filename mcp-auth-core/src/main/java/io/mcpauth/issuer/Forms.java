package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the forms of the machine endpoints, and what they must have. */
final class Forms {
  /** What may be there once (RFC 6749 section 3.2); {@code resource} may be repeated. */
  private static final List<String> ONCE =
      List.of(
          "grant_type",
          "code",
          "redirect_uri",
          "code_verifier",
          "refresh_token",
          "scope",
          "token",
          "token_type_hint",
          "client_id",
          "client_secret",
          "client_assertion",
          "client_assertion_type");

  /** Of OpenID Connect: asked for by habit, and of no resource. */
  private static final Set<String> OF_NO_RESOURCE = Set.of("offline_access", "openid");

  private Forms() {}

  /**
   * The form of a POST. A query counts for nothing (RFC 6749 section 2.3.1).
   *
   * @throws AuthException if it is none, too large or has a parameter twice
   */
  static Parameters read(OAuthRequest request) {
    requireForm(request);
    Parameters form = parse(body(request));
    String repeated = form.repeated(ONCE);
    if (repeated != null) {
      throw invalid("'" + repeated + "' is there twice");
    }
    return form;
  }

  /** Of the content, as far as it is one. */
  static Parameters parse(@Nullable String text) {
    try {
      return Parameters.parse(text);
    } catch (IllegalArgumentException e) {
      throw new AuthException(
          ReasonCode.PARAMETER_INVALID, "The parameters cannot be read", Map.of());
    }
  }

  static void requireForm(OAuthRequest request) {
    List<String> types = request.headers("Content-Type");
    String type = types.size() == 1 ? types.get(0).split(";", 2)[0].strip() : "";
    if (!type.toLowerCase(Locale.ROOT).equals("application/x-www-form-urlencoded")) {
      throw invalid("The content has to be application/x-www-form-urlencoded");
    }
  }

  static String body(OAuthRequest request) {
    try {
      byte[] body = request.body(Parameters.MOST_BYTES);
      if (body.length > Parameters.MOST_BYTES) {
        throw new AuthException(ReasonCode.BODY_TOO_LARGE);
      }
      return new String(body, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AuthException(ReasonCode.BODY_UNREADABLE);
    }
  }

  /**
   * The value of a parameter that has to be there.
   *
   * @throws AuthException if it is not
   */
  static String required(Parameters form, String name) {
    String value = form.value(name);
    if (value == null) {
      throw invalid("'" + name + "' is missing");
    }
    return value;
  }

  /** The scopes that are asked for, without those that clients add by habit. */
  static Set<String> scopes(Parameters asked) {
    String text = asked.value("scope");
    Set<String> scopes = new LinkedHashSet<>();
    for (String scope : text == null ? new String[0] : text.split(" ", -1)) {
      if (!scope.isEmpty() && !OF_NO_RESOURCE.contains(scope)) {
        scopes.add(scope);
      }
    }
    return scopes;
  }

  static AuthException invalid(String description) {
    return new AuthException(
        ReasonCode.PARAMETER_INVALID, description, Map.of("problem", description));
  }
}
