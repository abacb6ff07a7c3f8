package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import java.util.List;
import java.util.Set;

/**
 * How the access tokens of one identity provider look, where the standards leave it open: a row of
 * the table of {@link ProviderProfiles}.
 *
 * @param name the name in configuration, such as {@code keycloak}
 * @param confirmed whether the row rests on the provider's own documents or source; otherwise the
 *     start-up line says "unverified"
 * @param tokens what an access token is by default
 * @param types the accepted {@code typ} values in lower case without {@code application/}; the
 *     empty string accepts its absence
 * @param scopeClaims the claims with the scopes; the first that is there counts
 * @param scopeForm the form of that claim
 * @param clientClaims the claims with the client id; the first that is there counts
 * @param foreignMarks what tells a token of another kind
 * @param ownMarks what only an access token has, asked for where the accepted audience is not the
 *     resource itself: one of these groups, all claims of it; none asks for nothing
 * @param otherAudiences {@code aud} values that name nobody: a token whose audience is solely these
 *     counts as one without audience
 * @param discovery which metadata address is asked first
 * @param remedy what to do at the provider about the most common mistake
 */
public record ProviderProfile(
    String name,
    boolean confirmed,
    Tokens tokens,
    Set<String> types,
    List<String> scopeClaims,
    ScopeForm scopeForm,
    List<String> clientClaims,
    List<ForeignMark> foreignMarks,
    List<List<String>> ownMarks,
    Set<String> otherAudiences,
    AuthorizationServerDiscovery.Form discovery,
    String remedy) {
  /** What an access token is by default. */
  public enum Tokens {
    /** A JWT. */
    JWT,
    /** A JWT only where the provider is configured so; opaque otherwise. */
    JWT_ON_REQUEST,
    /** Never a JWT: it has to be asked about (RFC 7662 or the provider's own endpoint). */
    OPAQUE
  }

  /** The form of the scope claim. */
  public enum ScopeForm {
    /** One string, separated by spaces (RFC 9068 section 2.2.3). */
    STRING,
    /** An array of strings. */
    ARRAY,
    /** Either. */
    EITHER
  }

  /** The kinds of token that must not pass for an access token. */
  public enum Kind {
    /** An ID token. */
    ID,
    /** A refresh token. */
    REFRESH,
    /** A logout token. */
    LOGOUT,
    /** Anything else, such as a session. */
    OTHER
  }

  /**
   * A claim that tells a token of another kind.
   *
   * @param claim the claim
   * @param value the value that tells it; a trailing {@code *} stands for any rest, and {@code *}
   *     alone for the mere presence of the claim
   * @param kind what the token is then
   */
  public record ForeignMark(String claim, String value, Kind kind) {}

  /** Copies the collections. */
  public ProviderProfile {
    types = Set.copyOf(types);
    scopeClaims = List.copyOf(scopeClaims);
    clientClaims = List.copyOf(clientClaims);
    foreignMarks = List.copyOf(foreignMarks);
    ownMarks = ownMarks.stream().map(List::copyOf).toList();
    otherAudiences = Set.copyOf(otherAudiences);
  }

  /**
   * A profile by its name.
   *
   * @throws IllegalArgumentException if there is none; the message lists all
   */
  public static ProviderProfile named(String name) {
    for (ProviderProfile profile : ProviderProfiles.ALL) {
      if (profile.name().equals(name)) {
        return profile;
      }
    }
    throw new IllegalArgumentException(
        "Provider profile '" + name + "' does not exist. Write one of " + names() + ".");
  }

  /** The names of all profiles, {@code generic} first. */
  public static List<String> names() {
    return ProviderProfiles.ALL.stream().map(ProviderProfile::name).toList();
  }

  /** Whether the provider can write the resource identifier into {@code aud}. */
  boolean resourceAsAudience() {
    return !ProviderProfiles.OWN_AUDIENCE_ONLY.contains(name);
  }
}
