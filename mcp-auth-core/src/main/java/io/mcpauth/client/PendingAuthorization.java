package io.mcpauth.client;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.pkce.CodeVerifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An authorization request that waits for its response: what the response is checked against, and
 * what its code is redeemed with. Made by {@link AuthorizationRequest}; nothing prints the state
 * and the verifier.
 *
 * <p>A server that waits in a store keeps it in {@code
 * io.mcpauth.authserver.PendingAuthorizations}, or does what that does: keeps {@link #toText()}
 * sealed under a hash of {@link #state()}, takes it out with the first response, whatever that is
 * worth, so that no response counts twice, and binds it to the browser that was sent away with a
 * cookie, or a response from another browser is accepted (CVE-2026-27124). This class knows of none
 * of it.
 */
public final class PendingAuthorization {
  private final String state;
  private final CodeVerifier verifier;
  private final Origin origin;
  private final URI redirectUri;
  private final TokenTarget target;
  private final @Nullable String remembered;
  private final Instant expiresAt;
  private final AtomicBoolean answered = new AtomicBoolean();

  /**
   * Who asked whom.
   *
   * @param issuer the issuer of the validated metadata
   * @param issPromised {@code authorization_response_iss_parameter_supported}
   * @param clientId the client
   */
  record Origin(String issuer, boolean issPromised, String clientId) {}

  PendingAuthorization(
      String state,
      CodeVerifier verifier,
      Origin origin,
      URI redirectUri,
      TokenTarget target,
      @Nullable String remembered,
      Instant expiresAt) {
    this.state = state;
    this.verifier = verifier;
    this.origin = origin;
    this.redirectUri = redirectUri;
    this.target = target;
    this.remembered = remembered;
    this.expiresAt = expiresAt;
  }

  /** The {@code state}, by which the response is found; a secret until it is used. */
  public String state() {
    return state;
  }

  /** The issuer that was recorded before the user was sent to it. */
  public String issuer() {
    return origin.issuer();
  }

  /** The client. */
  public String clientId() {
    return origin.clientId();
  }

  /** The redirect URI that the response comes to. */
  public URI redirectUri() {
    return redirectUri;
  }

  /** The scopes that were asked for, in order. */
  public Set<String> scopes() {
    return target.scopes();
  }

  /** The {@code resource} that was asked for, or null. */
  public @Nullable URI resource() {
    return target.resource();
  }

  /** What {@link AuthorizationRequest.Builder#remember} was given, or null. */
  public @Nullable String remembered() {
    return remembered;
  }

  /** From when on no response is accepted: 10 minutes after the request was made. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /**
   * Judges the response by the redirect that it came with.
   *
   * @param callback the URL with its query as it came, of which only the query counts
   * @param now the time
   * @throws ClientException if it gives no code
   */
  public AuthorizationCode accept(URI callback, Instant now) throws ClientException {
    return accept(callback.getRawQuery(), now);
  }

  /**
   * Judges the response by the query that it came with.
   *
   * @param query as it came, such as a servlet's {@code getQueryString()}: not decoded, anything at
   *     all; null where there is none
   * @param now the time
   * @throws ClientException if it gives no code
   */
  public AuthorizationCode accept(@Nullable String query, Instant now) throws ClientException {
    return accept(AuthorizationResponse.parameters(query == null ? "" : query, issuer()), now);
  }

  /**
   * Judges the response by its parameters: that none is there twice, {@code state} in constant
   * time, the end, {@code iss} byte for byte (RFC 9207 section 2.4; MCP authorization,
   * "Authorization Response Validation"), and only then an {@code error} or the code. A second
   * answer to the same object is refused; an answer with another state does not count.
   *
   * @param parameters the decoded values by name
   * @param now the time
   * @throws ClientException if it gives no code
   */
  public AuthorizationCode accept(Map<String, List<String>> parameters, Instant now)
      throws ClientException {
    AuthorizationResponse response = AuthorizationResponse.of(parameters, issuer());
    response.requireState(state);
    if (answered.getAndSet(true)) {
      throw ClientException.noCode(ClientException.Reason.ALREADY_ANSWERED, issuer());
    }
    if (!now.isBefore(expiresAt)) {
      throw ClientException.noCode(ClientException.Reason.EXPIRED, issuer());
    }
    response.requireIssuer(origin.issPromised());
    return new AuthorizationCode(response.code(), this);
  }

  CodeVerifier verifier() {
    return verifier;
  }

  TokenTarget target() {
    return target;
  }

  /** Everything as text, to be kept sealed; a secret. Read with {@link #parse}. */
  public String toText() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("state", state);
    members.put("verifier", verifier.value());
    members.put("issuer", origin.issuer());
    members.put("iss", origin.issPromised());
    members.put("client_id", origin.clientId());
    members.put("redirect_uri", redirectUri.toString());
    URI resource = target.resource();
    members.put("resource", resource == null ? null : resource.toString());
    members.put("scopes", List.copyOf(target.scopes()));
    members.put("remembered", remembered);
    members.put("expires_at", expiresAt.toString());
    return new String(Json.write(members), StandardCharsets.UTF_8);
  }

  /**
   * Reads {@link #toText}.
   *
   * @throws IllegalArgumentException if it is nothing else; the message does not repeat it
   */
  public static PendingAuthorization parse(String text) {
    try {
      Map<String, @Nullable Object> members = Json.object(text.getBytes(StandardCharsets.UTF_8));
      Set<String> scopes = new LinkedHashSet<>();
      for (Object scope : (List<?>) KeptText.required(members, "scopes")) {
        scopes.add((String) scope);
      }
      TokenTarget target = TokenTarget.unnamed().withScopes(scopes.toArray(String[]::new));
      String resource = (String) members.get("resource");
      return new PendingAuthorization(
          KeptText.string(members, "state"),
          CodeVerifier.parse(KeptText.string(members, "verifier")),
          new Origin(
              KeptText.string(members, "issuer"),
              (Boolean) KeptText.required(members, "iss"),
              KeptText.string(members, "client_id")),
          URI.create(KeptText.string(members, "redirect_uri")),
          resource == null ? target : target.withResource(URI.create(resource)),
          (String) members.get("remembered"),
          Instant.parse(KeptText.string(members, "expires_at")));
    } catch (InvalidJsonException | RuntimeException e) {
      throw new IllegalArgumentException(
          "The text is not what PendingAuthorization.toText() wrote.");
    }
  }

  /** Issuer, client and end. */
  @Override
  public String toString() {
    return "PendingAuthorization[issuer="
        + issuer()
        + ", clientId="
        + clientId()
        + ", expiresAt="
        + expiresAt
        + "]";
  }
}
