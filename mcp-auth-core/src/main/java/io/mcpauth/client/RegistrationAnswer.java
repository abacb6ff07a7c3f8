package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider answers to a registration (RFC 7591 section 3.2.1). What it changed counts;
 * what it adds to what was asked for does not: no redirect URI, grant or scope that this client did
 * not name. Members that change nothing for this client are not looked at, and an empty one says
 * nothing.
 */
final class RegistrationAnswer {
  private static final int MAX_LENGTH = 4096;

  /** RFC 6749 appendices A.1 and A.2. */
  private static final Pattern VISIBLE = Pattern.compile("[ -~]{1," + MAX_LENGTH + "}");

  /** RFC 6750 section 2.1. */
  static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** The ways to authenticate that this library has as a client. */
  private static final Set<String> METHODS =
      Set.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  /** Before it no registration was made: careless servers send how long a secret lasts. */
  private static final long FIRST_SECOND = Instant.parse("2015-07-01T00:00:00Z").getEpochSecond();

  private static final long LAST_SECOND = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  private final String issuer;
  private final ClientMetadata asked;

  RegistrationAnswer(String issuer, ClientMetadata asked) {
    this.issuer = issuer;
    this.asked = asked;
  }

  /**
   * The answer to a registration.
   *
   * @param before what was known, for members that an answer of RFC 7592 may leave out; or null
   */
  ClientInformation read(byte[] body, @Nullable ClientInformation before) throws ClientException {
    Map<String, @Nullable Object> members = members(body);
    String clientId = visible(members, ClientInformation.CLIENT_ID);
    if (clientId == null) {
      throw invalid("client_id is missing");
    }
    if (before != null && !clientId.equals(before.clientId())) {
      throw invalid("client_id is another client's");
    }
    ClientMetadata answered = metadata(members);
    boolean secretTold = !JsonAnswer.isNone(members.get(ClientInformation.CLIENT_SECRET));
    String method = method(answered, secretTold || hasSecret(before));
    String secret = secret(method, members, before);
    Instant end =
        !secretTold && before != null ? before.clientSecretExpiresAt() : secretEnd(members);
    return ClientInformation.of(
        clientId,
        issuedAt(members),
        credentials(members, secret, secret == null ? null : end, before),
        registered(answered, method));
  }

  private static boolean hasSecret(@Nullable ClientInformation before) {
    return before != null && before.clientSecret() != null;
  }

  private Map<String, @Nullable Object> members(byte[] body) throws ClientException {
    try {
      return JsonAnswer.members(body);
    } catch (InvalidJsonException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  /** The members that may change what this client does, where they have a form to be read. */
  private ClientMetadata metadata(Map<String, @Nullable Object> members) throws ClientException {
    Map<String, @Nullable Object> used = new LinkedHashMap<>();
    // Where a code may go is held to the letter: what is no list of texts is refused.
    if (!isEmpty(members.get(ClientMetadata.REDIRECT_URIS))) {
      used.put(ClientMetadata.REDIRECT_URIS, members.get(ClientMetadata.REDIRECT_URIS));
    }
    for (String name : List.of(ClientMetadata.GRANT_TYPES, ClientMetadata.RESPONSE_TYPES)) {
      Object value = members.get(name);
      if (value instanceof List<?> list
          && !list.isEmpty()
          && list.stream().allMatch(String.class::isInstance)) {
        used.put(name, value);
      }
    }
    for (String name : List.of(ClientMetadata.AUTH_METHOD, ClientMetadata.SCOPE)) {
      if (members.get(name) instanceof String text && !text.isBlank()) {
        used.put(name, text);
      }
    }
    try {
      return ClientMetadata.of(used);
    } catch (AuthException e) {
      throw invalid(e.description());
    }
  }

  private static boolean isEmpty(@Nullable Object value) {
    return JsonAnswer.isNone(value) || (value instanceof List<?> list && list.isEmpty());
  }

  /**
   * Where the answer does not say: with a secret the default of RFC 7591, else as asked. A public
   * client that is told to have a secret, and gets none, stays what it asked to be.
   */
  private String method(ClientMetadata answered, boolean secret) throws ClientException {
    String method = asked.tokenEndpointAuthMethod();
    if (answered.members().containsKey(ClientMetadata.AUTH_METHOD)) {
      String said = answered.tokenEndpointAuthMethod();
      boolean without = said.startsWith("client_secret_") && !secret && !asked.needsSecret();
      method = without ? method : said;
    } else if (secret && !asked.needsSecret()) {
      method = "client_secret_basic";
    }
    boolean keys = asked.jwks() != null || asked.jwksUri() != null;
    if (!METHODS.contains(method) || (method.equals("private_key_jwt") && !keys)) {
      throw invalid("token_endpoint_auth_method is one that this client has not got");
    }
    return method;
  }

  private @Nullable String secret(
      String method, Map<String, @Nullable Object> members, @Nullable ClientInformation before)
      throws ClientException {
    if (!method.startsWith("client_secret_")) {
      return null;
    }
    String told = visible(members, ClientInformation.CLIENT_SECRET);
    String secret = told == null && before != null ? before.clientSecret() : told;
    if (secret == null) {
      throw invalid("client_secret is missing");
    }
    return secret;
  }

  /**
   * RFC 7591 section 3.2.1: required beside a secret; 0 does not expire. What is no time says
   * nothing: a secret that has ended is refused with {@code invalid_client}, and that is time
   * enough to register anew.
   */
  private static @Nullable Instant secretEnd(Map<String, @Nullable Object> members) {
    Long seconds = JsonAnswer.integer(members.get(ClientInformation.SECRET_EXPIRES_AT));
    return seconds == null || seconds < FIRST_SECOND || seconds > LAST_SECOND
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  private static @Nullable Instant issuedAt(Map<String, @Nullable Object> members) {
    Long seconds = JsonAnswer.integer(members.get(ClientInformation.ISSUED_AT));
    return seconds != null && seconds > 0 && seconds <= LAST_SECOND
        ? Instant.ofEpochSecond(seconds)
        : null;
  }

  private ClientInformation.Credentials credentials(
      Map<String, @Nullable Object> members,
      @Nullable String secret,
      @Nullable Instant end,
      @Nullable ClientInformation before) {
    String token = visibleOrNull(members.get(ClientInformation.ACCESS_TOKEN));
    URI uri = endpoint(visibleOrNull(members.get(ClientInformation.CLIENT_URI)));
    if (before != null) {
      // RFC 7592 section 3: both may change with any answer.
      token = token == null ? before.registrationAccessToken() : token;
      uri = uri == null ? before.registrationClientUri() : uri;
    }
    boolean managed = token != null && uri != null && B64TOKEN.matcher(token).matches();
    return new ClientInformation.Credentials(
        secret, end, managed ? token : null, managed ? uri : null);
  }

  private ClientMetadata registered(ClientMetadata answered, String method) throws ClientException {
    Set<String> members = answered.members().keySet();
    ClientMetadata.Builder registered =
        ClientMetadata.builder().members(asked).tokenEndpointAuthMethod(method);
    if (members.contains(ClientMetadata.REDIRECT_URIS)) {
      List<String> kept = kept(asked.redirectUris(), answered.redirectUris());
      if (kept.isEmpty() && !asked.redirectUris().isEmpty()) {
        throw invalid("redirect_uris has none that was asked for");
      }
      registered.redirectUris(kept);
    }
    if (members.contains(ClientMetadata.GRANT_TYPES)) {
      List<String> kept = kept(asked.grantTypes(), answered.grantTypes());
      if (kept.isEmpty()) {
        throw invalid("grant_types has none that was asked for");
      }
      registered.grantTypes(kept);
    }
    if (members.contains(ClientMetadata.RESPONSE_TYPES)) {
      registered.responseTypes(kept(asked.responseTypes(), answered.responseTypes()));
    }
    if (members.contains(ClientMetadata.SCOPE)) {
      Set<String> scopes = new LinkedHashSet<>(answered.scopes());
      if (!asked.scopes().isEmpty()) {
        scopes.retainAll(asked.scopes());
      }
      registered.scopes(scopes);
    }
    return registered.build();
  }

  private static List<String> kept(List<String> asked, List<String> answered) {
    return asked.stream().filter(answered::contains).toList();
  }

  private @Nullable String visible(Map<String, @Nullable Object> members, String name)
      throws ClientException {
    Object value = members.get(name);
    String text = visibleOrNull(value);
    if (!JsonAnswer.isNone(value) && text == null) {
      throw invalid(name + " is no text of visible characters");
    }
    return text;
  }

  private static @Nullable String visibleOrNull(@Nullable Object value) {
    return value instanceof String text && VISIBLE.matcher(text).matches() && !text.isBlank()
        ? text
        : null;
  }

  /** https, or http on loopback: a token is sent there. */
  static @Nullable URI endpoint(@Nullable String text) {
    URI uri = WebAddress.parsed(text);
    boolean web =
        uri != null
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawFragment() == null
            && ("https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme()) && Loopback.host(uri)));
    return web ? uri : null;
  }

  private ClientException invalid(String problem) {
    return ClientException.noRegistration(RESPONSE_INVALID, issuer, problem);
  }
}
