package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which hosts may publish clients (draft-ietf-oauth-client-id-metadata-document section 8.9; MCP,
 * "Trust Policies"). Asked before anything is fetched, so it also bounds whom an outsider can make
 * this server call.
 *
 * <p>There is no default: {@link #ofHosts} where the clients are known, {@link #anyDomain} where
 * users bring clients of their own, and then the consent page is what protects them.
 *
 * <p>Does not check: the port, the path, and where the host leads to.
 */
public final class DomainTrust {
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
              + "|localhost|127\\.0\\.0\\.1|\\[::1]");

  private final boolean any;
  private final Set<String> hosts;
  private final Set<String> parents;
  private final Set<String> refused;

  private DomainTrust(boolean any, Set<String> hosts, Set<String> parents, Set<String> refused) {
    this.any = any;
    this.hosts = Set.copyOf(hosts);
    this.parents = Set.copyOf(parents);
    this.refused = Set.copyOf(refused);
  }

  /** Clients of every public host. */
  public static DomainTrust anyDomain() {
    return new DomainTrust(true, Set.of(), Set.of(), Set.of());
  }

  /**
   * Clients of these hosts only, without their subdomains.
   *
   * @throws IllegalArgumentException if one is not a host name in lower case
   */
  public static DomainTrust ofHosts(String... hosts) {
    return new DomainTrust(false, checked(hosts), Set.of(), Set.of());
  }

  /**
   * Clients of the subdomains of these domains, at any depth, and not of the domains themselves.
   * Everybody who can have such a subdomain is trusted, so name no domain that hosts others' sites.
   *
   * @throws IllegalArgumentException if one is not a domain name in lower case
   */
  public static DomainTrust ofSubdomains(String... domains) {
    return new DomainTrust(false, Set.of(), checked(domains), Set.of());
  }

  /** What either of the two trusts, unless either refuses it by {@link #butNever}. */
  public DomainTrust or(DomainTrust other) {
    return new DomainTrust(
        any || other.any,
        union(hosts, other.hosts),
        union(parents, other.parents),
        union(refused, other.refused));
  }

  /**
   * The same without these domains and all their subdomains.
   *
   * @throws IllegalArgumentException if one is not a domain name in lower case
   */
  public DomainTrust butNever(String... domains) {
    return new DomainTrust(any, hosts, parents, union(refused, checked(domains)));
  }

  /** Whether a client of that URL is accepted. */
  public boolean trusts(ClientIdUrl url) {
    String host = url.host();
    if (refused.contains(host) || below(host, refused)) {
      return false;
    }
    return any || hosts.contains(host) || below(host, parents);
  }

  void require(ClientIdUrl url) {
    if (!trusts(url)) {
      throw new AuthException(
          ReasonCode.CLIENT_DOMAIN_NOT_TRUSTED,
          Map.of("client_id", url.value(), "host", url.host()));
    }
  }

  private static boolean below(String host, Set<String> domains) {
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      if (domains.contains(host.substring(dot + 1))) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> checked(String... hosts) {
    if (hosts.length == 0) {
      throw new IllegalArgumentException("No host is named. Write at least one, or anyDomain().");
    }
    for (String host : hosts) {
      if (!HOST.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "'"
                + host
                + "' is not a host name. Write it in lower case and alone, such as app.example.com;"
                + " for *.example.com write ofSubdomains(\"example.com\").");
      }
    }
    return new LinkedHashSet<>(List.of(hosts));
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> both = new LinkedHashSet<>(one);
    both.addAll(other);
    return both;
  }

  @Override
  public String toString() {
    return "DomainTrust[any="
        + any
        + ", hosts="
        + hosts
        + ", subdomainsOf="
        + parents
        + ", never="
        + refused
        + "]";
  }
}
