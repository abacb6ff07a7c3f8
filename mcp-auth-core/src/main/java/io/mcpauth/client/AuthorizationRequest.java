package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.ClientReadiness;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.pkce.CodeChallenge;
import io.mcpauth.pkce.CodeVerifier;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request for a user's consent by the code flow with PKCE (OAuth 2.1 section 4.1; MCP
 * authorization, "Authorization Flow Steps"): where to send the user, and what to keep meanwhile.
 * The {@code state} has 256 random bits, the challenge method is S256, and the response is waited
 * for during 10 minutes.
 *
 * <pre>{@code
 * AuthorizationRequest request =
 *     AuthorizationRequest.to(
 *             provider.metadata(), "my-client", URI.create("http://127.0.0.1:8765/callback"))
 *         .scopes(Set.of("files:read"))
 *         .resource(URI.create("https://mcp.example.com/mcp"))
 *         .build(Instant.now());
 * URI whereToSendTheUser = request.uri();
 * PendingAuthorization toKeep = request.pending();
 * }</pre>
 */
public final class AuthorizationRequest {
  private static final Duration LIFE = Duration.ofMinutes(10);

  /** So that all fits into a sealed entry of a store, whatever has to be escaped. */
  private static final int MAX_REMEMBERED = 4_096;

  /** What another parameter must not say; the last ones would change all others (RFC 9101). */
  private static final Set<String> OWN =
      Set.of(
          "response_type",
          "client_id",
          "redirect_uri",
          "scope",
          "state",
          "resource",
          "code_challenge",
          "code_challenge_method",
          "prompt",
          "login_hint",
          "acr_values",
          "max_age",
          "dpop_jkt",
          "response_mode",
          "request",
          "request_uri");

  /**
   * What an endpoint's own query has no say in: where the answer goes, and what would change all
   * other parameters (RFC 9101 section 5).
   */
  private static final Set<String> NOT_THE_ENDPOINTS =
      Set.of("response_mode", "request", "request_uri");

  private final URI uri;
  private final PendingAuthorization pending;

  private AuthorizationRequest(URI uri, PendingAuthorization pending) {
    this.uri = uri;
    this.pending = pending;
  }

  /**
   * A request to an authorization server.
   *
   * @param server its metadata; what the code flow needs is checked here
   * @param clientId the client id at this very issuer
   * @param redirectUri where the response comes to: https, http on loopback, or a private-use
   *     scheme with a dot (RFC 8252 section 7)
   * @throws ClientException if the metadata does not do, see {@link ClientReadiness}
   * @throws IllegalArgumentException if the client id is blank or the redirect URI is none of these
   */
  public static Builder to(AuthorizationServerMetadata server, String clientId, URI redirectUri)
      throws ClientException {
    ClientReadiness.requireForAuthorizationCode(server);
    if (clientId.isBlank()) {
      throw new IllegalArgumentException(
          "The client id is blank. Write the one that " + server.issuer() + " knows.");
    }
    requireRedirect(redirectUri);
    return new Builder(server, clientId, redirectUri);
  }

  /** Where to send the user: an https URL (or http on loopback), fit to be opened in a browser. */
  public URI uri() {
    return uri;
  }

  /** What to keep until the response comes. */
  public PendingAuthorization pending() {
    return pending;
  }

  /** Issuer and client: the URL has the state. */
  @Override
  public String toString() {
    return "AuthorizationRequest[" + pending + "]";
  }

  /** Builds the request; what is not set is not sent, and what is set twice is refused. */
  public static final class Builder {
    private final AuthorizationServerMetadata server;
    private final String clientId;
    private final URI redirectUri;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private TokenTarget target = TokenTarget.unnamed();
    private @Nullable String remembered;

    private Builder(AuthorizationServerMetadata server, String clientId, URI redirectUri) {
      this.server = server;
      this.clientId = clientId;
      this.redirectUri = redirectUri;
    }

    /**
     * The scopes to ask for; none sends no such parameter.
     *
     * @throws IllegalArgumentException if one is no scope
     */
    public Builder scopes(Set<String> scopes) {
      target = target.withScopes(scopes.toArray(String[]::new));
      return this;
    }

    /**
     * {@code resource} (RFC 8707), which MCP clients have to send: the {@code resource} of the
     * metadata of the MCP server.
     *
     * @throws IllegalArgumentException if it is not absolute, or has a fragment
     */
    public Builder resource(URI resource) {
      target = target.withResource(resource);
      return this;
    }

    /** {@code prompt}, such as {@code consent} (OpenID Connect Core section 3.1.2.1). */
    public Builder prompt(String prompt) {
      return put("prompt", prompt);
    }

    /** {@code login_hint} (OpenID Connect Core section 3.1.2.1). */
    public Builder loginHint(String hint) {
      return put("login_hint", hint);
    }

    /**
     * {@code acr_values}: the kinds of login that would do, the best first (RFC 9470 section 4), as
     * {@code BearerChallenge.acrValues()} names them. An authorization server may have none of
     * them, and gives a token all the same.
     *
     * @throws IllegalArgumentException if there is none, or one is empty or has a blank in it
     */
    public Builder acrValues(Collection<String> values) {
      boolean blank = values.stream().anyMatch(v -> v.isEmpty() || v.matches(".*\\s.*"));
      if (values.isEmpty() || blank) {
        throw new IllegalArgumentException(
            "The acr values are none, or one is empty or has a blank in it. Write each by itself.");
      }
      return put("acr_values", String.join(" ", values));
    }

    /**
     * {@code max_age}: the longest that the login may be ago, in whole seconds (RFC 9470 section
     * 4), as {@code BearerChallenge.maxAge()} names it. Zero asks for a login now.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder maxAge(Duration longest) {
      if (longest.isNegative()) {
        throw new IllegalArgumentException(
            "A maximum age of " + longest + " is none. Write zero or more seconds.");
      }
      return put("max_age", Long.toString(longest.toSeconds()));
    }

    /** {@code dpop_jkt}: only this key can redeem the code (RFC 9449 section 10). */
    public Builder dpop(DpopKey key) {
      return put("dpop_jkt", key.thumbprint());
    }

    /**
     * A parameter of the provider's own, such as {@code audience}.
     *
     * @throws IllegalArgumentException if it is blank, set before, or one of the request's own
     */
    public Builder parameter(String name, String value) {
      if (name.isBlank() || OWN.contains(name)) {
        throw new IllegalArgumentException(
            "Parameter '"
                + name
                + "' is blank or is the request's own. Use the method for it, or leave it out.");
      }
      return put(name, value);
    }

    private Builder put(String name, String value) {
      SetOnce.require(parameters.putIfAbsent(name, value) == null, "Parameter '" + name + "'");
      return this;
    }

    /**
     * What the program wants back with the response, {@link PendingAuthorization#remembered()}: the
     * page to return to, or the request of the client for whose sake a proxy sends the user here.
     * It stays in the pending authorization and is not sent.
     *
     * @param text at most 4096 characters
     * @throws IllegalArgumentException if it is longer, or has a lone surrogate; the message does
     *     not repeat it
     */
    public Builder remember(String text) {
      SetOnce.require(remembered == null, "The text to remember");
      if (text.length() > MAX_REMEMBERED || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw new IllegalArgumentException(
            "A text of "
                + text.length()
                + " characters to remember is longer than "
                + MAX_REMEMBERED
                + " or has a lone surrogate. Keep it in the store, and remember its key.");
      }
      remembered = text;
      return this;
    }

    /**
     * The request.
     *
     * <p>Parameters that the authorization endpoint has in a query of its own stay there, except
     * those that the request has: each is sent once, as it was set here.
     *
     * @param now the time, from which the 10 minutes count
     */
    public AuthorizationRequest build(Instant now) {
      CodeVerifier verifier = CodeVerifier.generate();
      String state = Opaque.random(32);
      PendingAuthorization pending =
          new PendingAuthorization(
              state,
              verifier,
              new PendingAuthorization.Origin(
                  server.issuer(), server.authorizationResponseIssParameterSupported(), clientId),
              redirectUri,
              target,
              remembered,
              now.plus(LIFE));
      Map<String, String> all = new LinkedHashMap<>();
      all.put("response_type", "code");
      all.put("client_id", clientId);
      all.put("redirect_uri", redirectUri.toString());
      if (!target.scopes().isEmpty()) {
        all.put("scope", String.join(" ", target.scopes()));
      }
      all.put("state", state);
      URI resource = target.resource();
      if (resource != null) {
        all.put("resource", resource.toString());
      }
      all.put("code_challenge", verifier.challenge().value());
      all.put("code_challenge_method", CodeChallenge.METHOD);
      all.putAll(parameters);
      return new AuthorizationRequest(withQuery(all), pending);
    }

    /**
     * RFC 6749 section 3.1: the query that the endpoint has is kept, except what the request says.
     */
    private URI withQuery(Map<String, String> all) {
      Set<String> ours = new HashSet<>(all.keySet());
      ours.addAll(NOT_THE_ENDPOINTS);
      URI named = URI.create(String.valueOf(server.authorizationEndpoint()));
      URI endpoint = EndpointQuery.without(named, ours);
      String query =
          all.entrySet().stream()
              .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
              .collect(Collectors.joining("&"));
      return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + query);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static void requireRedirect(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    boolean web =
        uri.getHost() != null
            && uri.getRawUserInfo() == null
            && (scheme.equals("https") || (scheme.equals("http") && Loopback.host(uri)));
    if (!(web || scheme.contains(".")) || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "Redirect URI '"
              + uri
              + "' is not https, http on loopback or a private-use scheme with a dot, or has a"
              + " fragment. Write it as it is registered, such as"
              + " 'http://127.0.0.1:8976/callback'.");
    }
  }
}
