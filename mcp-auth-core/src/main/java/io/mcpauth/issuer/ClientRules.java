package io.mcpauth.issuer;

import io.mcpauth.authserver.RedirectUriRules;
import io.mcpauth.authserver.RegistrationPolicy;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.QuotedWord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client that an operator enters may be. Each message says what to write instead. */
final class ClientRules {
  /** What stays as it is in a URL and in Basic credentials (RFC 6749 section 2.3.1). */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,63}");

  /** 128 random bits or more have at least 22 characters. */
  private static final Pattern SECRET = Pattern.compile("[!-~]{24,255}");

  private static final Set<String> METHODS =
      Set.of("client_secret_post", "client_secret_basic", "private_key_jwt", "none");
  private static final Set<String> GRANTS =
      Set.of("authorization_code", "refresh_token", "client_credentials");
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** As long as any resource server takes a token for. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final int LONGEST_NAME = 200;
  private static final int MOST_SCOPES = 100;
  private static final int LONGEST_SCOPE = 256;

  private ClientRules() {}

  static void requireId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "The id of a client has to be 1 to 64 letters, digits and . _ ~ -, a letter or a digit"
              + " first. Write one such as 'chatgpt-connector'.");
    }
  }

  static void requireRedirects(List<String> uris) {
    if (uris.isEmpty() || uris.size() > RegistrationPolicy.MAX_REDIRECT_URIS) {
      throw new IllegalArgumentException(
          "A client has 1 to "
              + RegistrationPolicy.MAX_REDIRECT_URIS
              + " redirect URIs. Write where its users come back to.");
    }
    for (String uri : uris) {
      // The operator names each to the letter, so that it may have a scheme of its own.
      RedirectUriRules unused = RedirectUriRules.webOnly().allowExact(uri);
    }
  }

  static void requireScopes(Set<String> scopes) {
    if (scopes.isEmpty() || scopes.size() > MOST_SCOPES) {
      throw new IllegalArgumentException(
          "A client is limited to 1 to " + MOST_SCOPES + " scopes. Write those that it needs.");
    }
    for (String scope : scopes) {
      if (scope.length() > LONGEST_SCOPE || !QuotedWord.is(scope)) {
        throw new IllegalArgumentException(
            "A scope of the client is no scope token of 1 to "
                + LONGEST_SCOPE
                + " characters. Write each scope by itself.");
      }
      if (scope.equals("offline_access")) {
        throw new IllegalArgumentException(
            "Scope 'offline_access' is not needed for refresh tokens here. Remove it.");
      }
    }
  }

  static void requireMethod(String method) {
    if (!METHODS.contains(method)) {
      throw wrong("authentication method", method, METHODS);
    }
  }

  static void requireGrants(Set<String> types) {
    for (String type : types) {
      if (!GRANTS.contains(type)) {
        throw wrong("grant type", type, GRANTS);
      }
    }
    if (types.contains("refresh_token") && !types.contains("authorization_code")) {
      throw new IllegalArgumentException(
          "The grant types have refresh_token without authorization_code. Write both.");
    }
  }

  private static IllegalArgumentException wrong(String what, String value, Set<String> known) {
    return new IllegalArgumentException(
        "'"
            + AuthException.fitForLog(value)
            + "' is no "
            + what
            + " of a client. Write one of "
            + new TreeSet<>(known)
            + ".");
  }

  static void requireName(String name) {
    boolean fit = name.length() <= LONGEST_NAME && AuthException.fitForLog(name).equals(name);
    if (name.isBlank() || !fit) {
      throw new IllegalArgumentException(
          "The name of a client has to be 1 to "
              + LONGEST_NAME
              + " characters that show, without control characters. Write one such as 'ChatGPT'.");
    }
  }

  static void requireLifetime(Duration lifetime) {
    if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "Access tokens of a client cannot last " + lifetime + ". Write a minute to 30 days.");
    }
  }

  static void requireSecret(String secret) {
    if (!SECRET.matcher(secret).matches()) {
      throw new IllegalArgumentException(
          "The secret of a client has to be 24 to 255 characters of visible ASCII, all of them"
              + " random. Write one such as 'openssl rand -base64 32' makes, or none: then it is"
              + " made.");
    }
  }

  /** Whether it has what its ways need, and nothing that they do not use. */
  static void requireUse(ClientMetadata metadata, boolean introspects, boolean secretGiven) {
    String method = metadata.tokenEndpointAuthMethod();
    List<String> grants = metadata.grantTypes();
    boolean code = grants.contains("authorization_code");
    require(
        code != metadata.redirectUris().isEmpty(),
        code
            ? "A client that logs users in has to have a redirect URI. Write where they come back"
                + " to."
            : "A client without the grant authorization_code has no use for a redirect URI. Remove"
                + " it.");
    require(
        !method.equals("none") || !(introspects || grants.contains("client_credentials")),
        "A client that acts for itself, or asks about tokens, has to prove itself. Write"
            + " client_secret_basic.");
    require(
        code || introspects || !grants.isEmpty(),
        "A client without a grant can do nothing. Write authorization_code.");
    require(
        metadata.needsSecret() || !secretGiven,
        "A client with the authentication method " + method + " has no secret. Remove it.");
    boolean keys = metadata.jwks() != null || metadata.jwksUri() != null;
    require(
        method.equals("private_key_jwt") == keys,
        keys
            ? "Keys are for the authentication method private_key_jwt. Write it, or remove them."
            : "The authentication method private_key_jwt needs keys. Write them, or where they"
                + " are.");
  }

  /**
   * A client that acts for itself has the scopes that the operator gives it, since no user does.
   *
   * @param scopes all that it may have, or null for whatever the server offers
   */
  static void requireOwnScopes(ClientMetadata metadata, @Nullable Set<String> scopes) {
    require(
        scopes != null || !metadata.grantTypes().contains("client_credentials"),
        "A client that acts for itself has to have scopes of its own, since no user gives it any."
            + " Write those that it needs.");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
