package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.BearerChallenge;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The scopes to ask for, chosen as MCP asks (authorization, "Scope Selection Strategy" and "Step-Up
 * Authorization Flow").
 *
 * @param scopes in order; where there are none, none are sent
 */
public record ScopeSelection(Set<String> scopes) {
  private static final String OFFLINE_ACCESS = "offline_access";

  /** RFC 6749 section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]+");

  /** Copies the scopes; what is none is left out. */
  public ScopeSelection {
    Set<String> kept = new LinkedHashSet<>();
    scopes.stream().filter(scope -> SCOPE.matcher(scope).matches()).forEach(kept::add);
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
    List<String> supported = server.scopesSupported();
    return supported != null && supported.contains(OFFLINE_ACCESS)
        ? union(Set.of(OFFLINE_ACCESS))
        : this;
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
}
