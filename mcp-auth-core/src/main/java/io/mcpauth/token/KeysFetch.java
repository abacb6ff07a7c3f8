package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.jose.JwkSet;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch of an issuer's key set (RFC 7517 section 5), its address discovered first where it is
 * not configured. Used by one thread at a time.
 */
final class KeysFetch implements Supplier<List<VerificationKey>> {
  private static final Logger LOG = LoggerFactory.getLogger(KeysFetch.class);

  /** RFC 7517 section 8.5.2 has a type of its own, and some providers answer to nothing else. */
  private static final Map<String, String> ACCEPT =
      Map.of("Accept", "application/jwk-set+json, application/json");

  private final AuthorizationServer server;
  private final OutboundHttp http;
  private final AuthorizationServerDiscovery discovery;
  private final Logger log;
  private List<String> passedOver = List.of();
  private @Nullable String lastProblem;
  private @Nullable ProviderAddress discovered;
  private volatile @Nullable AuthorizationServerMetadata metadata;

  KeysFetch(AuthorizationServer server, OutboundHttp http, AuthorizationServerDiscovery discovery) {
    this(server, http, discovery, LOG);
  }

  KeysFetch(
      AuthorizationServer server,
      OutboundHttp http,
      AuthorizationServerDiscovery discovery,
      Logger log) {
    this.server = server;
    this.http = http;
    this.discovery = discovery;
    this.log = log;
  }

  /**
   * The keys; none only where the operator has said so with a set of his own that has none.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE
   */
  @Override
  public synchronized List<VerificationKey> get() {
    StaticKeys atHand = server.staticKeys();
    if (atHand != null) {
      return ofTheOperator(atHand);
    }
    ProviderAddress location = location();
    try {
      OutboundResponse response = http.get(location.uri(), location.policy(), ACCEPT);
      if (response.status() != 200) {
        throw unavailable(location, "status " + response.status(), null);
      }
      return keys(location, Json.object(response.body()));
    } catch (OutboundException e) {
      throw unavailable(location, e.inWords(), e);
    } catch (InvalidJsonException e) {
      throw unavailable(location, String.valueOf(e.getMessage()), null);
    }
  }

  private ProviderAddress location() {
    URI configured = server.jwksUri();
    if (configured != null) {
      return ProviderAddress.configured(configured, server.plainHttp());
    }
    if (discovered == null) {
      discovered =
          discovery.fetchForKeys(
              server.metadataIssuer(),
              server.issuer(),
              server.profile().discovery(),
              ProviderAddress::ofKeys);
      metadata = discovered.metadata();
    }
    return discovered;
  }

  /** The metadata that was read last on the way to the keys, or null where none was. */
  @Nullable AuthorizationServerMetadata metadata() {
    return metadata;
  }

  private List<VerificationKey> keys(
      ProviderAddress location, Map<String, @Nullable Object> document) {
    JwkSet set = JwkSet.of(document, server.maxRsaKeyBits());
    if (set.keys().isEmpty()) {
      throw unavailable(location, "no usable key in the answer " + set.passedOver(), null);
    }
    return kept(set);
  }

  /** Read each time, which is how a file that has changed is noticed. */
  private List<VerificationKey> ofTheOperator(StaticKeys source) {
    try {
      JwkSet set = source.read(server.maxRsaKeyBits());
      if (set.keys().isEmpty()) {
        // Whoever takes a key out withdraws it, and the last one is no exception.
        String none = source + " has no key that verifies signatures " + set.passedOver() + ".";
        tellOnce(none, "No token is accepted.");
        return List.of();
      }
      lastProblem = null;
      return kept(set);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      // By IssuerKeys, which keeps those of a provider that is down no longer either.
      tellOnce(problem, "Keys that were read before stay in use, for 65 minutes at most.");
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", problem));
    }
  }

  /** The set is read again and again, and wrong as often. */
  private void tellOnce(String problem, String meaning) {
    if (!problem.equals(lastProblem)) {
      log.error("Keys of {}: {} {}", server.issuer(), AuthException.fitForLog(problem), meaning);
      lastProblem = problem;
    }
  }

  private List<VerificationKey> kept(JwkSet set) {
    tell(set.passedOver());
    return server.profile().has(ProviderProfile.Trait.KEY_ALGORITHM_BY_FAMILY)
        ? set.keys().stream().map(VerificationKey::byFamily).toList()
        : set.keys();
  }

  /** Once, and again when it changes: sets are read every few minutes. */
  private void tell(List<String> keys) {
    if (!keys.equals(passedOver) && !keys.isEmpty()) {
      log.info("Keys of {} that are passed over:", server.issuer());
      keys.forEach(key -> log.info("  {}", AuthException.fitForLog(key)));
    }
    passedOver = keys;
  }

  private AuthException unavailable(
      ProviderAddress location, String problem, @Nullable OutboundException cause) {
    discovered = null; // the provider may have moved its keys: look again next time
    return new AuthException(
        ReasonCode.KEYS_UNAVAILABLE,
        Map.of("jwks_uri", location.uri().toString(), "problem", problem),
        cause);
  }
}
