package io.mcpauth.token;

import io.mcpauth.internal.jose.SelfSignedJwt;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.policy.Scheme;
import io.mcpauth.seal.SealKeys;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens that are bound to a key of their client, and used with a proof that it has that key
 * (DPoP, RFC 9449). A token that somebody has stolen is then of no use to him.
 *
 * <pre>{@code
 * builder.store(store).accept(DpopProofs.accepted()); // bearer tokens go on beside them
 * }</pre>
 *
 * <p>Such a token comes as {@code Authorization: DPoP} with one {@code DPoP} header beside it. The
 * proof is checked as section 4.3 says, on each request: its type, algorithm and key; the method
 * and the public URL of the request, which is the configured origin with the path of the request,
 * whatever {@code Host} says; its time, 5 minutes before or after now; the hash of the token; the
 * key that the token is bound to; the signature; and that it was not used before. Used proofs are
 * remembered in the store of the server where that outlives the process, for all nodes, else in
 * memory. What cannot be told then is a 503. A bound token that is sent as {@code Bearer} is
 * refused, whether it says itself that it is bound or its issuer does when it is asked.
 *
 * <p>Immutable. What is set twice stops the start.
 *
 * <p>Does not check: what a request says beside method and URL. A proof is not over its body.
 */
public final class DpopProofs extends CredentialScheme {
  static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIFETIME = Duration.ofMinutes(15);

  /** What clients are seen to sign with, and what a resource server has keys of. */
  static final List<String> ALGORITHMS = List.of("ES256", "EdDSA", "Ed25519", "PS256", "RS256");

  private final boolean required;
  private final Options options;

  /** What may be set once each. */
  private record Options(
      @Nullable List<String> algorithms, @Nullable Duration lifetime, @Nullable SealKeys nonces) {}

  private DpopProofs(boolean required, Options options) {
    this.required = required;
    this.options = options;
  }

  /** Bound tokens beside those that are bound to nothing, which stay bearer tokens. */
  public static DpopProofs accepted() {
    return new DpopProofs(false, new Options(null, null, null));
  }

  /**
   * Bound tokens alone: one that is bound to no key is refused. For single tools the policy can ask
   * for {@code "schemes": ["DPoP"]} instead.
   */
  public static DpopProofs required() {
    return new DpopProofs(true, new Options(null, null, null));
  }

  /**
   * The algorithms that proofs may be signed with, the best first: ES256, EdDSA (under both its
   * names), PS256 and RS256 without this. Challenges and metadata name them.
   *
   * @throws IllegalArgumentException if there is none, or one is not asymmetric
   */
  public DpopProofs withSigningAlgs(String... offered) {
    SetOnce.require(options.algorithms == null, "The list of algorithms of DPoP proofs");
    for (String one : offered) {
      if (!SelfSignedJwt.isAlgorithm(one)) {
        throw new IllegalArgumentException(
            "'" + one + "' signs no DPoP proof. Write asymmetric algorithms, such as ES256.");
      }
    }
    if (offered.length == 0) {
      throw new IllegalArgumentException(
          "No algorithm is named. Name one, or leave withSigningAlgs out.");
    }
    List<String> algorithms = List.copyOf(new LinkedHashSet<>(List.of(offered)));
    return new DpopProofs(required, new Options(algorithms, options.lifetime, options.nonces));
  }

  /**
   * How far the {@code iat} of a proof may be from now, before or after: 5 minutes without this, as
   * the DPoP profile of MCP says. Used proofs are remembered for as long.
   *
   * @throws IllegalArgumentException unless 10 seconds to 15 minutes
   */
  public DpopProofs withProofLifetime(Duration lifetime) {
    SetOnce.require(options.lifetime == null, "The lifetime of DPoP proofs");
    if (lifetime.compareTo(Duration.ofSeconds(10)) < 0
        || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "Lifetime "
              + lifetime
              + " of DPoP proofs is out of range. Write PT10S to "
              + LONGEST_LIFETIME
              + ".");
    }
    return new DpopProofs(required, new Options(options.algorithms, lifetime, options.nonces));
  }

  /**
   * Asks for a nonce of this server in each proof (RFC 9449 section 9), so that nobody can make
   * proofs ahead for later. Off by default: each client then sends its first request, and the first
   * after a pause, twice. A nonce is good for 5 minutes, and nothing is stored for it.
   *
   * @param keys of nonces, {@link SealKeys#load}ed from one file on all nodes; {@link
   *     SealKeys#generated} ones are for one node. They may be those of a seal.
   */
  public DpopProofs withNonces(SealKeys keys) {
    SetOnce.require(options.nonces == null, "The keys of the nonces of DPoP proofs");
    return new DpopProofs(required, new Options(options.algorithms, options.lifetime, keys));
  }

  @Override
  Set<Scheme> schemes() {
    return Set.of(Scheme.DPOP);
  }

  @Override
  void read(CredentialReader.Rules rules) {
    rules.dpop();
  }

  @Override
  Set<String> headers() {
    return Set.of("dpop");
  }

  /** RFC 9728 section 2. */
  @Override
  void describe(ProtectedResourceMetadata.Builder members) {
    members.dpopSigningAlgValuesSupported(algorithms());
    if (required) {
      members.dpopBoundAccessTokensRequired(true);
    }
  }

  @Override
  Running start(Parts parts) {
    Duration lifetime = options.lifetime == null ? LIFETIME : options.lifetime;
    DpopNonces nonces =
        options.nonces == null
            ? null
            : new DpopNonces(options.nonces, parts.resource().value(), parts.clock());
    DpopPossession possession =
        new DpopPossession(
            new DpopPossession.Rules(required, algorithms(), lifetime),
            new RequestUrl(parts.endpoint()),
            nonces,
            UsedProofs.in(parts.store(), parts.clock()),
            parts.clock());
    return new Running(List.of(), List.of(possession), List.of(), () -> {});
  }

  private List<String> algorithms() {
    return options.algorithms == null ? ALGORITHMS : options.algorithms;
  }

  @Override
  public String toString() {
    return "DpopProofs[" + (required ? "required" : "accepted") + "]";
  }
}
