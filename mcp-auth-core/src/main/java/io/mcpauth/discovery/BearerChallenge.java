package io.mcpauth.discovery;

import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a resource server asks of a client with a 401 or 403: the {@code Bearer} or {@code DPoP}
 * challenge of {@code WWW-Authenticate} (RFC 6750 section 3, RFC 9449 section 7.1). Immutable.
 *
 * <p>The header is read by the grammar of RFC 9110 section 11.6.1, up to 16 KiB of it. From the
 * first character that does not fit nothing is read, and a challenge with a parameter twice is left
 * out: its meaning would depend on the reader.
 *
 * <p>Does not check: that the texts are true. They are the server's words, so {@link
 * #resourceMetadata()} is fetched with {@link ProtectedResourceDiscovery} alone, which knows where
 * such a URL may lead.
 */
public final class BearerChallenge {
  private static final String BEARER = "bearer";
  private static final String DPOP = "dpop";

  /**
   * RFC 6749 section 3.3, with any number of blanks in between. Without a repeated group: the
   * matcher would need the stack for each scope, and the server chooses how many there are.
   */
  private static final Pattern SCOPES =
      Pattern.compile("[!#-\\[\\]-~](?:[ !#-\\[\\]-~]*[!#-\\[\\]-~])?");

  private static final int MAX_SCOPES = 100;

  /** Ten years are as good as never, and more may be beyond what a clock has. */
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private final String scheme;
  private final Map<String, String> parameters;

  private BearerChallenge(String scheme, Map<String, String> parameters) {
    this.scheme = scheme;
    this.parameters = Collections.unmodifiableMap(parameters);
  }

  /**
   * The challenge to follow: the first {@code Bearer}, else the first {@code DPoP}, those that name
   * {@code resource_metadata} first.
   *
   * @param headerLines the values of {@code WWW-Authenticate}, one for each line
   */
  public static Optional<BearerChallenge> of(List<String> headerLines) {
    List<BearerChallenge> all = all(headerLines);
    return all.stream()
        .filter(challenge -> challenge.parameters.containsKey("resource_metadata"))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  /**
   * Every {@code Bearer} challenge and after them every {@code DPoP} challenge, in their order.
   *
   * @param headerLines the values of {@code WWW-Authenticate}, one for each line
   */
  public static List<BearerChallenge> all(List<String> headerLines) {
    List<BearerChallenge> known =
        ChallengeReader.read(String.join(",", headerLines)).stream()
            .map(read -> new BearerChallenge(read.scheme(), read.parameters()))
            .toList();
    return List.of(BEARER, DPOP).stream()
        .flatMap(scheme -> known.stream().filter(one -> one.scheme.equals(scheme)))
        .toList();
  }

  /** Whether it is a {@code DPoP} challenge. */
  public boolean isDpop() {
    return scheme.equals(DPOP);
  }

  /** {@code resource_metadata} (RFC 9728 section 5.1), or null where it is missing or no URI. */
  public @Nullable URI resourceMetadata() {
    return WebAddress.parsed(parameters.get("resource_metadata"));
  }

  /**
   * {@code scope}: what the request needs, in order; null where it is missing, is no list of scopes
   * (RFC 6749 section 3.3) or has more than 100.
   */
  public @Nullable Set<String> scopes() {
    return list("scope");
  }

  /**
   * {@code acr_values}: the kinds of login of which one is asked for, the best first (RFC 9470
   * section 3); null where it is missing, is no list with spaces between or has more than 100.
   */
  public @Nullable Set<String> acrValues() {
    return list("acr_values");
  }

  /**
   * {@code max_age}: the longest that the login may be ago (RFC 9470 section 3); null where it is
   * missing or no number of seconds, of nine digits at most.
   */
  public @Nullable Duration maxAge() {
    String value = parameters.get("max_age");
    return value == null || !SECONDS.matcher(value).matches()
        ? null
        : Duration.ofSeconds(Long.parseLong(value));
  }

  private @Nullable Set<String> list(String name) {
    String value = parameters.get(name);
    if (value == null || !SCOPES.matcher(value).matches()) {
      return null;
    }
    Set<String> items = new LinkedHashSet<>(List.of(value.split(" +", -1)));
    return items.size() > MAX_SCOPES ? null : Collections.unmodifiableSet(items);
  }

  /** {@code error}, such as {@code insufficient_scope}; null where it is missing. */
  public @Nullable String error() {
    return parameters.get("error");
  }

  /** Whether another attempt needs more scopes (RFC 6750 section 3.1). */
  public boolean isInsufficientScope() {
    return "insufficient_scope".equals(error());
  }

  /** Whether another attempt needs another login of the user (RFC 9470 section 3). */
  public boolean isInsufficientUserAuthentication() {
    return "insufficient_user_authentication".equals(error());
  }

  /** Whether another attempt needs the server's nonce in its proof (RFC 9449 section 9). */
  public boolean asksForDpopNonce() {
    return isDpop() && "use_dpop_nonce".equals(error());
  }

  /** A parameter by its name in lower case, the quotes removed; null where it is missing. */
  public @Nullable String parameter(String name) {
    return parameters.get(name.toLowerCase(Locale.ROOT));
  }

  /** The scheme and the names of the parameters. */
  @Override
  public String toString() {
    return "BearerChallenge[" + scheme + ", " + parameters.keySet() + "]";
  }
}
