package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.Caller;
import io.mcpauth.policy.Scheme;
import java.security.Principal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The proven caller of a request: who, for which client, with which scopes, until when.
 *
 * <pre>{@code
 * // in a tool, of the caller's principal; null where a tool is open and nobody has logged in
 * String owner = caller.issuer() + " " + caller.subject(); // a subject alone is not unique
 * boolean full = caller.scopes().contains("files:write");
 * }</pre>
 *
 * <p>Only this library makes one, of a token that was verified ({@code TestIssuer.Token.principal}
 * makes one for tests), so holding one means that a token was authentic and meant for this
 * resource. It keeps neither the token nor any claim that configuration did not name. Two are equal
 * when their {@link #getName()} is. Immutable.
 */
public final class McpPrincipal implements Principal, Caller {
  private static final String CONTEXT_KEY = "io.mcpauth.principal";

  private final String issuer;
  private final @Nullable String subject;
  private final @Nullable String clientId;
  private final Set<String> scopes;

  /** A {@link Scheme}, or {@link Delegated}: a field of its own would cost those without actor. */
  private final Object proof;

  private final Instant expiresAt;
  private final Map<String, Object> claims;

  /** How a caller proved itself, where somebody acts for it. */
  private record Delegated(Scheme scheme, Actor actor) {}

  /** A principal for which nobody acts, with copies of the collections. */
  McpPrincipal(
      String issuer,
      @Nullable String subject,
      @Nullable String clientId,
      Set<String> scopes,
      Scheme scheme,
      Instant expiresAt,
      Map<String, Object> claims) {
    this(issuer, subject, clientId, scopes, scheme, null, expiresAt, claims);
  }

  /** A principal, with copies of the collections. */
  McpPrincipal(
      String issuer,
      @Nullable String subject,
      @Nullable String clientId,
      Set<String> scopes,
      Scheme scheme,
      @Nullable Actor actor,
      Instant expiresAt,
      Map<String, Object> claims) {
    if (subject == null && clientId == null) {
      throw new IllegalArgumentException("A principal needs a subject or a client");
    }
    this.issuer = issuer;
    this.subject = subject;
    this.clientId = clientId;
    this.scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
    this.proof = actor == null ? scheme : new Delegated(scheme, actor);
    this.expiresAt = expiresAt;
    this.claims =
        claims.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }

  private McpPrincipal(
      McpPrincipal equal, String issuer, @Nullable String clientId, Set<String> scopes) {
    this.issuer = issuer;
    this.subject = equal.subject;
    this.clientId = clientId;
    this.scopes = scopes;
    this.proof = equal.proof;
    this.expiresAt = equal.expiresAt;
    this.claims = equal.claims;
  }

  /** The same principal, with the objects of others that are equal; nobody changes the set. */
  @SuppressWarnings("ReferenceEquality") // the very parts: nothing to make anew
  McpPrincipal sharing(String sameIssuer, @Nullable String sameClient, Set<String> sameScopes) {
    return sameIssuer == issuer && sameClient == clientId && sameScopes == scopes
        ? this
        : new McpPrincipal(this, sameIssuer, sameClient, sameScopes);
  }

  /**
   * The caller as an entry of a context that travels with a request, such as the transport context
   * of the MCP Java SDK, whose tools run on other threads than the request.
   *
   * @param principal the user principal of the request; null, or one that another filter has set,
   *     gives an empty map
   */
  public static Map<String, Object> toContext(@Nullable Principal principal) {
    return principal instanceof McpPrincipal ? Map.of(CONTEXT_KEY, principal) : Map.of();
  }

  /**
   * The caller that {@link #toContext} has put there, or null for an anonymous one.
   *
   * @param context gives the value of a key, or null where it has none
   */
  public static @Nullable McpPrincipal fromContext(
      Function<? super String, ? extends @Nullable Object> context) {
    return context.apply(CONTEXT_KEY) instanceof McpPrincipal principal ? principal : null;
  }

  /** The {@code iss} of the token. Subjects and clients are unique only within it. */
  @Override
  public String issuer() {
    return issuer;
  }

  /** The {@code sub} of the token, or null where the caller is a client without a user. */
  public @Nullable String subject() {
    return subject;
  }

  /** The client that the token was issued to, or null where the token does not say. */
  @Override
  public @Nullable String clientId() {
    return clientId;
  }

  /** The scopes of the token, in its order, and behind them those that a policy's roles give. */
  @Override
  public Set<String> scopes() {
    return scopes;
  }

  /** How the caller proved itself. */
  @Override
  public Scheme scheme() {
    return proof instanceof Delegated delegated ? delegated.scheme() : (Scheme) proof;
  }

  /**
   * Who acts for the subject, as the issuer says in {@code act} (RFC 8693 section 4.1), with those
   * who acted before; null where nobody does. The scopes are those of the token all the same. Who
   * may act some day ({@code may_act}) is for the issuer alone, and is not read.
   */
  @Override
  public @Nullable Actor actor() {
    return proof instanceof Delegated delegated ? delegated.actor() : null;
  }

  /**
   * Whether there is a user. A client without one has no subject, or itself as its own (RFC 9068
   * section 2.2); one with a subject of another name is not told from a user.
   */
  @Override
  public boolean hasUser() {
    return subject != null && !subject.equals(clientId);
  }

  /** When the proof ends, without clock skew. */
  public Instant expiresAt() {
    return expiresAt;
  }

  /** The further claims that {@code exposeClaims} or the policy named, where the token had them. */
  @Override
  public Map<String, Object> claims() {
    return claims;
  }

  /**
   * The caller's identity, safe as a key: issuer and subject as {@code issuer|subject}; for a
   * client without a user {@code |issuer|clientId}.
   */
  @Override
  public String getName() {
    // An issuer is not empty and has no '|', so no user and client share a name.
    return subject != null ? issuer + "|" + subject : "|" + issuer + "|" + clientId;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof McpPrincipal that // their names, without making them
        && issuer.equals(that.issuer)
        && Objects.equals(subject, that.subject)
        && (subject != null || Objects.equals(clientId, that.clientId));
  }

  @Override
  public int hashCode() {
    return 31 * issuer.hashCode() + Objects.hashCode(subject != null ? subject : clientId);
  }

  /** Issuer, client and the clients that act; a subject may be personal and stays out of logs. */
  @Override
  public String toString() {
    String client = AuthException.fitForLog(String.valueOf(clientId));
    Actor actor = actor();
    String actors = actor == null ? "" : ", actors=" + actor.clients();
    return "McpPrincipal[issuer=" + issuer + ", client=" + client + actors + "]";
  }
}
