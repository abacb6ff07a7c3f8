package io.mcpauth.servlet.spring;

import io.mcpauth.token.McpPrincipal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.Transient;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * A proven caller as Spring Security sees it: the principal is the {@link McpPrincipal}, and each
 * of its scopes is the authority {@code SCOPE_} and the scope. It has no credentials, and no
 * session keeps it, where Spring Security saves by itself what is in the context of an answer.
 */
@Transient
final class CallerAuthentication implements Authentication {
  private static final long serialVersionUID = 1L;
  private static final String SCOPE = "SCOPE_";

  private final transient McpPrincipal caller;

  CallerAuthentication(McpPrincipal caller) {
    this.caller = caller;
  }

  @Override
  public Collection<? extends GrantedAuthority> getAuthorities() {
    List<GrantedAuthority> authorities = new ArrayList<>();
    caller.scopes().forEach(scope -> authorities.add(new SimpleGrantedAuthority(SCOPE + scope)));
    return List.copyOf(authorities);
  }

  @Override
  public @Nullable Object getCredentials() {
    return null;
  }

  @Override
  public @Nullable Object getDetails() {
    return null;
  }

  @Override
  public Object getPrincipal() {
    return caller;
  }

  @Override
  public boolean isAuthenticated() {
    return true;
  }

  /** It is what it is: proven. */
  @Override
  public void setAuthenticated(boolean authenticated) {
    if (!authenticated) {
      throw new IllegalArgumentException("A caller that mcp-auth has proven stays proven");
    }
  }

  @Override
  public String getName() {
    return caller.getName();
  }

  @Override
  public String toString() {
    return "CallerAuthentication[" + caller + "]";
  }
}
