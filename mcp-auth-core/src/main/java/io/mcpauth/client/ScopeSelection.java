package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.internal.net.QuotedWord;
import java.net.URI;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scopes to ask for, chosen as MCP asks (authorization, "Scope Selection Strategy" and "Step-Up
 * Authorization Flow").
 *
 * @param scopes in order; where there are none, none are sent
 */
public record ScopeSelection(Set<String> scopes) {
  private static final String OFFLINE_ACCESS = "offline_access";
  private static final String OPENID = "openid";

  /** Copies the scopes; what is none is left out. */
  public ScopeSelection {
    Set<String> kept = new LinkedHashSet<>();
    scopes.stream().filter(QuotedWord::is).forEach(kept::add);
    scopes = Collections.unmodifiableSet(kept);
  }

  /**
   * Those of the challenge; where it names none, all that the resource supports; else none.
   *
   * @param challenge the challenge of the 401, or null
   * @param scopesSupported the {@code scopes_supported} of the resource's metadata, or null
   */
  public static ScopeSelection initial(
      @Nullable BearerChallenge challenge, @Nullable List<String> scopesSupported) {
    Set<String> challenged = challenge == null ? null : challenge.scopes();
    if (challenged != null) {
      return new ScopeSelection(challenged);
    }
    return new ScopeSelection(
        scopesSupported == null ? Set.of() : new LinkedHashSet<>(scopesSupported));
  }

  /**
   * With {@code offline_access}, for a client that wants a refresh token, where the authorization
   * server's {@code scopes_supported} has it; else the same ("Refresh Tokens").
   */
  public ScopeSelection withOfflineAccess(AuthorizationServerMetadata server) {
    return withSupported(server, OFFLINE_ACCESS);
  }

  /**
   * With {@code openid}, for a login of a certain kind or age (RFC 9470), where the authorization
   * server's {@code scopes_supported} has it; else the same. {@code acr_values} and {@code max_age}
   * come from OpenID Connect (Core section 3.1.2.1), and a server may refuse them without it.
   */
  public ScopeSelection withOpenId(AuthorizationServerMetadata server) {
    return withSupported(server, OPENID);
  }

  private ScopeSelection withSupported(AuthorizationServerMetadata server, String scope) {
    List<String> supported = server.scopesSupported();
    return supported != null && supported.contains(scope) ? union(Set.of(scope)) : this;
  }

  /**
   * With those of a later challenge, so that what was granted is not lost.
   *
   * @param challenge the challenge of a 401 or 403
   */
  public ScopeSelection stepUp(BearerChallenge challenge) {
    Set<String> challenged = challenge.scopes();
    return challenged == null ? this : union(challenged);
  }

  private ScopeSelection union(Collection<String> more) {
    Set<String> all = new LinkedHashSet<>(scopes);
    all.addAll(more);
    return new ScopeSelection(all);
  }

  /**
   * Ends the loop of a client that authorizes again and is refused again (MCP authorization,
   * "Step-Up Authorization Flow", step 4): counts the attempts for each resource and operation, for
   * the 1,000 used last. Used by all threads.
   */
  public static final class StepUpAttempts {
    private static final int MAX_OPERATIONS = 1_000;

    private record Operation(URI resource, String name) {}

    private final int limit;
    private final Map<Operation, Integer> attempts = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Counts up to a limit.
     *
     * @param limit how often a user may be asked again for the same operation; 1 to 10
     * @throws IllegalArgumentException beyond that
     */
    public StepUpAttempts(int limit) {
      if (limit < 1 || limit > 10) {
        throw new IllegalArgumentException("limit " + limit + " is out of range: write 1 to 10");
      }
      this.limit = limit;
    }

    /** Two attempts: with the first authorization, a user sees three pages at most. */
    public static StepUpAttempts few() {
      return new StepUpAttempts(2);
    }

    /**
     * Whether another attempt may be made, and counts it.
     *
     * @param resource the MCP server
     * @param operation what was refused, such as {@code tools/call write_file}
     */
    public synchronized boolean mayTry(URI resource, String operation) {
      Operation key = new Operation(resource, operation);
      int made = attempts.getOrDefault(key, 0);
      if (made >= limit) {
        return false;
      }
      if (made == 0 && attempts.size() >= MAX_OPERATIONS) {
        attempts.remove(attempts.keySet().iterator().next());
      }
      attempts.put(key, made + 1);
      return true;
    }

    /** Forgets the attempts for an operation that went through. */
    public synchronized void succeeded(URI resource, String operation) {
      attempts.remove(new Operation(resource, operation));
    }
  }
}
