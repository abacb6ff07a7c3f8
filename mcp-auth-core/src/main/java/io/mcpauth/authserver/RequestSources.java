package io.mcpauth.authserver;

import io.mcpauth.internal.net.SourceAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where requests come from, as far as it is known: what limits for those who have no credential are
 * kept by. That is the peer of the connection, or the last hop before the proxies that the operator
 * declares; an IPv6 address stands for its /64 network.
 *
 * <pre>{@code
 * RequestSources sources = RequestSources.behind("10.0.0.0/8"); // the addresses of the proxies
 * }</pre>
 *
 * <p>Not known, and so null, is the source of what comes from this machine (a proxy may run on it),
 * and of what a proxy passes on that was not declared: the first such request is a WARN, because
 * limits by address do not apply then. All whose source is not known share one limit.
 *
 * <p>All threads may use it. Does not check: who may ask. An address proves nothing.
 */
public final class RequestSources {
  private static final Logger LOG = LoggerFactory.getLogger(RequestSources.class);

  /** RFC 7239 section 4. */
  private static final Pattern FORWARDED_FOR =
      Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*(?:\"([^\"]*)\"|([^;\"\\s]*))");

  /** More than any chain of proxies; what is before them counts for nothing. */
  private static final int MAX_HOPS = 32;

  private final List<SourceAddress.Network> proxies;
  private final Logger log;
  private final AtomicBoolean warned = new AtomicBoolean();

  private RequestSources(List<SourceAddress.Network> proxies, Logger log) {
    this.proxies = proxies;
    this.log = log;
  }

  /** Clients connect to this server themselves. */
  public static RequestSources direct() {
    return direct(LOG);
  }

  static RequestSources direct(Logger log) {
    return new RequestSources(List.of(), log);
  }

  /**
   * Clients connect to proxies, which say for whom they ask in {@code X-Forwarded-For} or {@code
   * Forwarded} (RFC 7239).
   *
   * @param proxies each an address or a network, such as {@code 10.0.0.7}, {@code 10.0.0.0/8} or
   *     {@code ::1}
   * @throws IllegalArgumentException if there is none, or one cannot be read
   */
  public static RequestSources behind(String... proxies) {
    if (proxies.length == 0) {
      throw new IllegalArgumentException(
          "There is no proxy. Write the addresses of those that clients connect to, or"
              + " RequestSources.direct().");
    }
    return new RequestSources(Arrays.stream(proxies).map(SourceAddress.Network::of).toList(), LOG);
  }

  /**
   * The source of a request, or null where it is not known.
   *
   * @param peer the address of the other end of the connection, such as {@code getRemoteAddr()}
   *     before anything in the server rewrites it
   * @param xForwardedFor the lines of that header
   * @param forwarded the lines of that header
   */
  public @Nullable String of(
      @Nullable String peer, List<String> xForwardedFor, List<String> forwarded) {
    SourceAddress direct = SourceAddress.parse(peer);
    if (direct == null) {
      return null;
    }
    boolean passedOn = !xForwardedFor.isEmpty() || !forwarded.isEmpty();
    if (isProxy(direct)) {
      SourceAddress first = passedOn ? beforeProxies(xForwardedFor, forwarded) : null;
      return first == null ? null : first.bucket();
    }
    if (passedOn && proxies.isEmpty()) {
      warn(direct);
      return null;
    }
    return direct.isLoopback() ? null : direct.bucket();
  }

  /** A client can send the header that its proxy does not write: both have to say the same. */
  private @Nullable SourceAddress beforeProxies(
      List<String> xForwardedFor, List<String> forwarded) {
    SourceAddress one = lastForeign(hops(xForwardedFor, false));
    SourceAddress other = lastForeign(hops(forwarded, true));
    if (xForwardedFor.isEmpty() || forwarded.isEmpty()) {
      return forwarded.isEmpty() ? one : other;
    }
    boolean same = one != null && other != null && one.bucket().equals(other.bucket());
    return same ? one : null;
  }

  /** The last hop that is no proxy, or the first of all where each is one. */
  private @Nullable SourceAddress lastForeign(List<String> hops) {
    SourceAddress hop = null;
    for (int i = hops.size() - 1; i >= 0 && i >= hops.size() - MAX_HOPS; i--) {
      hop = SourceAddress.parse(hops.get(i));
      if (hop == null || !isProxy(hop)) {
        return hop;
      }
    }
    return hop;
  }

  private static List<String> hops(List<String> lines, boolean named) {
    List<String> hops = new ArrayList<>();
    for (String line : lines) {
      for (String hop : line.split(",", -1)) {
        Matcher pair = FORWARDED_FOR.matcher(hop);
        if (!named) {
          hops.add(hop);
        } else if (pair.find()) {
          hops.add(pair.group(1) == null ? pair.group(2) : pair.group(1));
        } else {
          hops.add("unknown");
        }
      }
    }
    return hops;
  }

  private boolean isProxy(SourceAddress address) {
    return proxies.stream().anyMatch(proxy -> proxy.contains(address));
  }

  private void warn(SourceAddress peer) {
    if (!warned.getAndSet(true)) {
      log.warn(
          "A request from {} has a header that proxies write, and no proxy is declared: limits by"
              + " address do not apply to such requests. If {} is a proxy of yours, write"
              + " RequestSources.behind(\"{}\").",
          peer,
          peer,
          peer);
    }
  }

  @Override
  public String toString() {
    return "RequestSources[" + (proxies.isEmpty() ? "direct" : proxies.size() + " proxies") + "]";
  }
}
