package io.mcpauth.examples.foreign;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;

/** The resources tokens may be asked for, and the reading of a {@code resource} parameter. */
final class Resources {
  private final Set<String> allowed;
  private final boolean read;

  /** Those of the settings; where the audience comes by scopes the parameter is not read. */
  Resources(SpringProvider.Settings settings) {
    this.allowed = settings.resources();
    this.read = settings.strictness().audienceScopes() == null;
  }

  /**
   * Returns the configured resource that the parameter means (RFC 8707 section 2).
   *
   * @param parameter the parameter: absent, one string, or an array when it was repeated
   * @throws OAuth2AuthenticationException {@code invalid_target} if there is no such resource
   */
  String resolve(@Nullable Object parameter) {
    if (!read || (parameter == null && allowed.size() == 1)) {
      return allowed.iterator().next();
    }
    if (parameter instanceof String wanted) {
      for (String resource : allowed) {
        if (slashless(resource).equals(slashless(wanted))) {
          return resource;
        }
      }
    }
    // A repeated parameter lands here too: one token is for one resource.
    throw new OAuth2AuthenticationException(
        new OAuth2Error("invalid_target", "The resource is unknown or missing.", null));
  }

  /** Some clients add a slash to a bare origin; nothing else is treated as equal. */
  private static String slashless(String resource) {
    int authority = resource.indexOf("://") + 3;
    int slash = resource.indexOf('/', authority);
    boolean bareOrigin = slash >= 0 && slash == resource.length() - 1;
    return bareOrigin ? resource.substring(0, slash) : resource;
  }
}
