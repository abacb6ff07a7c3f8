package io.mcpauth.examples.guard;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the guard shows the target.
 *
 * @param kind {@code GUARD_CREDENTIAL}: client_credentials where OAUTH_CLIENT_ID is set, else none
 * @param clientId {@code OAUTH_CLIENT_ID}
 * @param clientSecret {@code OAUTH_CLIENT_SECRET} or {@code OAUTH_CLIENT_SECRET_FILE}
 * @param scopes {@code OAUTH_SCOPES}, space-separated
 * @param resource {@code GUARD_TARGET_RESOURCE}, or null
 * @param audience {@code GUARD_TARGET_AUDIENCE}, or null
 * @param tokenEndpoint {@code GUARD_TOKEN_ENDPOINT}, or null where the issuer's metadata says it
 */
record OutgoingSettings(
    Kind kind,
    @Nullable String clientId,
    @Nullable String clientSecret,
    List<String> scopes,
    @Nullable URI resource,
    @Nullable String audience,
    @Nullable URI tokenEndpoint) {
  /** Where the credential comes from. */
  enum Kind {
    /** There is none. */
    NONE,
    /** The guard's own token (RFC 6749 section 4.4). */
    CLIENT_CREDENTIALS,
    /** A token for the caller at the target (RFC 8693). */
    TOKEN_EXCHANGE
  }

  private static final List<String> NEEDS_CREDENTIAL =
      List.of(
          "OAUTH_CLIENT_ID",
          "OAUTH_CLIENT_SECRET",
          "OAUTH_CLIENT_SECRET_FILE",
          "OAUTH_SCOPES",
          "GUARD_TARGET_RESOURCE",
          "GUARD_TARGET_AUDIENCE",
          "GUARD_TOKEN_ENDPOINT");

  OutgoingSettings {
    scopes = List.copyOf(scopes);
  }

  /** The secret stays out. */
  @Override
  public String toString() {
    return "OutgoingSettings[kind=" + kind + ", clientId=" + clientId + "]";
  }

  static OutgoingSettings from(Environment environment) {
    Kind kind = kind(environment);
    String secret = environment.secret("OAUTH_CLIENT_SECRET");
    if (kind == Kind.NONE) {
      for (String name : NEEDS_CREDENTIAL) {
        if (environment.has(name)) {
          throw new IllegalArgumentException(
              name
                  + " means nothing without an outgoing credential. Write"
                  + " GUARD_CREDENTIAL=client_credentials and OAUTH_CLIENT_ID, or remove "
                  + name
                  + ".");
        }
      }
    } else if (!environment.has("OAUTH_CLIENT_ID") || secret == null) {
      throw new IllegalArgumentException(
          "The outgoing credential is "
              + kind
              + ", which needs a client of its own at the authorization server. Write"
              + " OAUTH_CLIENT_ID, and OAUTH_CLIENT_SECRET or OAUTH_CLIENT_SECRET_FILE.");
    }
    return new OutgoingSettings(
        kind,
        environment.text("OAUTH_CLIENT_ID"),
        secret,
        environment.entries("OAUTH_SCOPES", " "),
        resource(environment),
        environment.text("GUARD_TARGET_AUDIENCE"),
        environment.url("GUARD_TOKEN_ENDPOINT"));
  }

  private static @Nullable URI resource(Environment environment) {
    String value = environment.text("GUARD_TARGET_RESOURCE");
    try {
      return value == null ? null : new URI(value);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "GUARD_TARGET_RESOURCE is no URI. Write the identifier of the target, such as"
              + " 'https://files.example.com/mcp'.",
          e);
    }
  }

  private static Kind kind(Environment environment) {
    String standard = environment.has("OAUTH_CLIENT_ID") ? "client_credentials" : "none";
    String value = environment.text("GUARD_CREDENTIAL", standard);
    return switch (value) {
      case "none" -> Kind.NONE;
      case "client_credentials" -> Kind.CLIENT_CREDENTIALS;
      case "token_exchange" -> Kind.TOKEN_EXCHANGE;
      default ->
          throw new IllegalArgumentException(
              "GUARD_CREDENTIAL is '"
                  + value
                  + "'. Write 'none', 'client_credentials' or 'token_exchange'.");
    };
  }
}
