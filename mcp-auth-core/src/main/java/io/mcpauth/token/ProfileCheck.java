package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.token.ProviderProfile.ForeignMark;
import io.mcpauth.token.ProviderProfile.Tokens;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds the facts of a profile to what a token can have, and to telling ID tokens at all.
 *
 * @param profile its name
 */
record ProfileCheck(String profile) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** In the form that the type of a token is compared in; the empty one is its absence. */
  private static final Pattern TYPE = Pattern.compile("(?!application/)[!-@\\[-~]*");

  /** A claim, or a claim and its value. */
  private static final Pattern OWN_MARK = Pattern.compile("[^=\\s][^=]*(=.+)?");

  void requireName() {
    if (!NAME.matcher(profile).matches()) {
      throw new IllegalArgumentException(
          "'"
              + AuthException.fitForLog(profile)
              + "' is no name of a provider profile. Write lower-case letters and digits, and"
              + " hyphens between them, such as 'my-idp'.");
    }
  }

  void requireTypes(Set<String> types, Tokens tokens) {
    if (types.isEmpty() && tokens != Tokens.OPAQUE) {
      throw unfit("no type, so no token would pass", "at least one, such as 'at+jwt'");
    }
    for (String type : types) {
      if (JwtHeaderCheck.isOtherKind(type)) {
        throw unfit(
            "the type '" + AuthException.fitForLog(type) + "', which is that of another token",
            "the type of its access tokens, such as 'at+jwt'");
      }
      if (!TYPE.matcher(type).matches()) {
        throw unfit(
            "the type '" + AuthException.fitForLog(type) + "', which no token would match",
            "it in lower case and without 'application/', such as 'at+jwt'");
      }
    }
  }

  void requireClaims(String what, List<String> names) {
    if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
      throw unfit("no " + what + ", or a blank one", "the exact name");
    }
  }

  void requireSeparator(String separator) {
    if (separator.length() != 1 || Character.isLetterOrDigit(separator.charAt(0))) {
      throw unfit(
          "the scope separator '" + AuthException.fitForLog(separator) + "'",
          "one character that is no letter or digit, such as ','");
    }
  }

  void requireOwnMarks(List<List<String>> groups) {
    for (List<String> group : groups) {
      // Every token has all claims of an empty group.
      if (group.isEmpty() || group.stream().anyMatch(mark -> !OWN_MARK.matcher(mark).matches())) {
        throw unfit(
            "the own marks " + AuthException.fitForLog(group.toString()) + ", which tell nothing",
            "claims, or claims with a value such as 'typ=Bearer'");
      }
    }
  }

  void requireIdTokensTold(Set<String> types, List<ForeignMark> foreign, List<List<String>> own) {
    boolean typeTells = Set.of("at+jwt").containsAll(types);
    if (!typeTells && foreign.isEmpty() && own.isEmpty()) {
      throw unfit(
          "no marks, and types that ID tokens have too, so an ID token would pass",
          "foreign marks, own marks, or 'at+jwt' as the only type");
    }
  }

  void requireRemedy(String remedy) {
    if (remedy.isBlank() || !AuthException.fitForLog(remedy).equals(remedy)) {
      throw unfit("a remedy that does not fit the log", "1 to 200 printable characters");
    }
  }

  private IllegalArgumentException unfit(String has, String write) {
    return new IllegalArgumentException(
        "Provider profile '" + profile + "' has " + has + ". Write " + write + ".");
  }
}
