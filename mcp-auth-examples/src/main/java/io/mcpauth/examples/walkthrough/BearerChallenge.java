package io.mcpauth.examples.walkthrough;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code WWW-Authenticate} value as a client reads it (RFC 6750 section 3).
 *
 * @param parameters the parameters by name
 */
record BearerChallenge(Map<String, String> parameters) {
  private static final Pattern WHOLE =
      Pattern.compile("Bearer (?:[a-z_]+=\"[^\"]*\"(?:, |$))+", Pattern.CASE_INSENSITIVE);
  private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  static @Nullable BearerChallenge parse(String value) {
    if (!WHOLE.matcher(value).matches()) {
      return null;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(value);
    while (matcher.find()) {
      // RFC 6750 section 3: a parameter must not come twice.
      if (parameters.put(matcher.group(1), matcher.group(2)) != null) {
        return null;
      }
    }
    return new BearerChallenge(parameters);
  }

  /** Why the credential was refused, or an empty text where there was none. */
  String error() {
    return parameters.getOrDefault("error", "");
  }

  /** The scopes to ask for. */
  Set<String> scopes() {
    return Expect.scopes(parameters.getOrDefault("scope", ""));
  }

  /** Where the metadata is (RFC 9728 section 5.1). */
  String resourceMetadata() {
    return parameters.getOrDefault("resource_metadata", "");
  }
}
