package io.mcpauth.examples.foreign;

import jakarta.servlet.Filter;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.firewall.HttpStatusRequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/**
 * The two filter chains: one for programs (no session, open to other origins) and one for the
 * browser (session, CSRF protection, closed to other origins).
 */
final class SecurityChains {
  /** A page whose name was rebound to 127.0.0.1 still sends its own name as host. */
  private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  private final SpringProvider.Settings settings;
  private final String issuer;
  private final Clients clients;
  private final Clock clock;

  SecurityChains(SpringProvider.Settings settings, String issuer, Clients clients, Clock clock) {
    this.settings = settings;
    this.issuer = issuer;
    this.clients = clients;
    this.clock = clock;
  }

  Filter filter() {
    ServerContextFilter context =
        new ServerContextFilter(
            AuthorizationServerSettings.builder().issuer(issuer).build(), issuer);
    Grants grants = new Grants();
    MachineEndpoints machine = new MachineEndpoints(settings, clients, grants, clock);
    BrowserEndpoints browser = new BrowserEndpoints(settings, issuer, clients, grants, clock);
    FilterChainProxy proxy =
        new FilterChainProxy(
            List.of(
                new DefaultSecurityFilterChain(
                    MachineEndpoints.requests(), machine.filters(context)),
                new DefaultSecurityFilterChain(
                    AnyRequestMatcher.INSTANCE, browser.filters(context))));
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setAllowedHostnames(HOSTS::contains);
    proxy.setFirewall(firewall);
    proxy.setRequestRejectedHandler(new HttpStatusRequestRejectedHandler());
    return proxy;
  }
}
