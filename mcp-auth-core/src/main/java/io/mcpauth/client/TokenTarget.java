package io.mcpauth.client;

import io.mcpauth.internal.net.QuotedWord;
import io.mcpauth.internal.net.SetOnce;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token is asked for: scopes, and whom it is meant for. Nothing is sent that is not set,
 * since some providers refuse {@code resource} and others need {@code audience}; nothing can be set
 * twice. Immutable.
 */
public final class TokenTarget {
  private static final TokenTarget UNNAMED = new TokenTarget(null, null, null);

  private final @Nullable Set<String> scopes;
  private final @Nullable URI resource;
  private final @Nullable String audience;

  private TokenTarget(
      @Nullable Set<String> scopes, @Nullable URI resource, @Nullable String audience) {
    this.scopes = scopes;
    this.resource = resource;
    this.audience = audience;
  }

  /** Whatever the authorization server gives this client when nothing is said. */
  public static TokenTarget unnamed() {
    return UNNAMED;
  }

  /**
   * The same, with these scopes; none sends no {@code scope}.
   *
   * @throws IllegalArgumentException if one is no scope (RFC 6749 section 3.3)
   */
  public TokenTarget withScopes(String... names) {
    SetOnce.require(scopes == null, "The scopes of a token target");
    for (String name : names) {
      if (!QuotedWord.is(name)) { // RFC 6749 section 3.3
        throw new IllegalArgumentException(
            "'" + name + "' is no scope. Write each scope as a value of its own, without blanks.");
      }
    }
    Set<String> ordered = new LinkedHashSet<>(List.of(names));
    return new TokenTarget(Collections.unmodifiableSet(ordered), resource, audience);
  }

  /**
   * The same, for the resource of that identifier: {@code resource} (RFC 8707 section 2).
   *
   * @throws IllegalArgumentException if it is not absolute, or has a fragment
   */
  public TokenTarget withResource(URI identifier) {
    SetOnce.require(resource == null, "The resource of a token target");
    if (!identifier.isAbsolute() || identifier.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "Resource '"
              + identifier
              + "' is not absolute or has a fragment. Write the identifier of the server that the"
              + " token is for, such as 'https://files.example.com/mcp'.");
    }
    return new TokenTarget(scopes, identifier, audience);
  }

  /**
   * The same, for the API of that name: {@code audience}, registered for a token exchange (RFC 8693
   * section 2.1), and what Auth0 and others need in every request.
   *
   * @throws IllegalArgumentException if it is blank
   */
  public TokenTarget withAudience(String name) {
    SetOnce.require(audience == null, "The audience of a token target");
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "The audience is blank. Write the name of the API, or leave the audience out.");
    }
    return new TokenTarget(scopes, resource, name);
  }

  /** The scopes to ask for, in order; none by default. */
  public Set<String> scopes() {
    return scopes == null ? Set.of() : scopes;
  }

  /** The resource indicator, or null. */
  public @Nullable URI resource() {
    return resource;
  }

  /** The audience, or null. */
  public @Nullable String audience() {
    return audience;
  }

  @Override
  public String toString() {
    return "TokenTarget[scopes="
        + scopes()
        + ", resource="
        + resource
        + ", audience="
        + audience
        + "]";
  }
}
