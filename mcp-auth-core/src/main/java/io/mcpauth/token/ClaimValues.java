package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads claims in the forms that profiles name; what has another form is refused. */
final class ClaimValues {
  private ClaimValues() {}

  /** A claim that is text, or null where it is absent. */
  static @Nullable String text(TokenClaims claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && isName(text)) {
      return text;
    }
    throw invalid(name);
  }

  /** Whether it can be somebody's name, in logs and as a key. */
  static boolean isName(String text) {
    return !text.isEmpty() && !hasControl(text);
  }

  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** The first of these claims that is there, or null. */
  static @Nullable String first(TokenClaims claims, List<String> names) {
    for (String name : names) {
      String value = text(claims, name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /**
   * The scopes of all claims together, in the order of profile and token, by the names that clients
   * ask for: the issuer vouches for each of them, and an empty one says nothing about the others.
   */
  static Set<String> scopes(TokenClaims claims, ProviderProfile profile, String prefix) {
    List<String> scopes = List.of();
    for (String name : profile.scopeClaims()) {
      Object value = claims.get(name);
      if (value != null) {
        List<String> found = split(name, value, profile);
        if (scopes.isEmpty()) {
          scopes = found;
        } else {
          scopes.addAll(found);
        }
      }
    }
    return scopes.isEmpty() ? Set.of() : prefixed(scopes, prefix);
  }

  private static List<String> split(String name, Object value, ProviderProfile profile) {
    ProviderProfile.ScopeForm form = profile.scopeForm();
    List<String> scopes = new ArrayList<>();
    if (value instanceof String text && form != ProviderProfile.ScopeForm.ARRAY) {
      String separator = profile.scopeSeparator();
      if (separator.equals(" ")) {
        scopes.addAll(List.of(text.split(" ", -1))); // needs no pattern to be made
      } else {
        scopes.addAll(List.of(text.split(Pattern.quote(separator), -1)));
        scopes.replaceAll(String::strip); // "a, b" has a space for people
      }
    } else if (value instanceof List<?> list && form != ProviderProfile.ScopeForm.STRING) {
      for (Object scope : list) {
        if (!(scope instanceof String text)) {
          throw invalid(name);
        }
        scopes.add(text);
      }
    } else {
      throw invalid(name);
    }
    scopes.removeIf(String::isEmpty);
    return scopes;
  }

  private static Set<String> prefixed(List<String> scopes, String prefix) {
    Set<String> full = new LinkedHashSet<>();
    for (String scope : scopes) {
      full.add(scope.startsWith(prefix) ? scope : prefix + scope);
    }
    return full;
  }

  /** A claim for the operator: strings alone, because an object may hold anything. */
  static String shown(@Nullable Object claim) {
    if (claim instanceof String text) {
      return text;
    }
    if (claim instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.toString();
    }
    return claim == null ? "none" : "neither a string nor strings";
  }

  private static AuthException invalid(String claim) {
    return new AuthException(ReasonCode.CLAIM_INVALID, Map.of("claim", claim));
  }
}
