package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * From a request to its proven caller: reads the one credential, and has the authentication of its
 * scheme prove it. Part of the machinery behind {@code ResourceServer}; applications do not need
 * it.
 */
public final class Authenticator implements AutoCloseable {
  private final CredentialReader reader;
  private final List<Authentication<?>> authentications;
  private final Set<Scheme> schemes;
  private final String accepted;
  private final KeptVerdicts verdicts;
  private final List<AuthorizationServer> servers;
  private final Providers providers;
  private final Runnable endOfCutOffs;
  private volatile boolean closed;

  /**
   * What an authenticator is made of.
   *
   * @param servers the authorization servers, at least one
   * @param resource the resource that tokens have to be for
   * @param clockSkew how far clocks may differ
   * @param maxTokenLifetime the longest that a token may last
   * @param revocations what is cut off
   * @param keptVerdictBytes the most memory that verdicts on good tokens take
   */
  public record Expectations(
      List<AuthorizationServer> servers,
      ResourceIdentifier resource,
      Duration clockSkew,
      Duration maxTokenLifetime,
      Revocations revocations,
      long keptVerdictBytes) {
    /** A copy of the list. */
    public Expectations {
      servers = List.copyOf(servers);
    }
  }

  /**
   * Something that an operator should know about an authorization server when the resource server
   * starts.
   *
   * @param issuer the advertised issuer
   * @param warning whether something is wrong or risky, not merely worth knowing
   * @param text what, and what to do
   */
  public record SetupNote(String issuer, boolean warning, String text) {}

  /** What came of looking for the caller of a request. */
  public sealed interface Outcome permits Proven, Nobody, NotProven {}

  /** The request has no credential. */
  public record Nobody() implements Outcome {}

  /**
   * The credential is bad, or cannot be judged at the moment.
   *
   * @param refusal why
   */
  public record NotProven(Refusal refusal) implements Outcome {}

  /**
   * A caller that has just been proven, and how long the proof holds.
   *
   * @param principal who it is
   * @param goodUntil when the credential ends, clock skew included
   * @param revoked whether it was cut off since
   * @param issuer the issuer of the authorization server that the token is from, as configured
   * @param token the token of this very request
   */
  public record Proven(
      McpPrincipal principal,
      Instant goodUntil,
      BooleanSupplier revoked,
      String issuer,
      PresentedToken token)
      implements Outcome {
    /** Whether {@link Revocations} have cut the caller off since it was proven. */
    public boolean isCutOff() {
      return revoked.getAsBoolean();
    }

    /** Shows the principal alone. */
    @Override
    public String toString() {
      return "Proven[" + principal + "]";
    }
  }

  /** An authenticator; makes no request before the first token arrives. */
  public Authenticator(Expectations expected, Clock clock) {
    servers = expected.servers();
    reader = new CredentialReader(expected.resource());
    Lifetime lifetime = new Lifetime(expected.clockSkew(), expected.maxTokenLifetime());
    ClaimsCheck check = new ClaimsCheck(expected.resource(), lifetime, expected.revocations());
    providers = new Providers(servers, check, clock);
    verdicts = new KeptVerdicts(clock, expected.keptVerdictBytes());
    authentications =
        List.of(
            new BearerAuthentication(
                providers.issuers(), verdicts, providers.forgeries(), check, clock));
    schemes =
        authentications.stream()
            .map(Authentication::scheme)
            .collect(Collectors.toUnmodifiableSet());
    accepted = schemes.stream().map(Scheme::wire).sorted().collect(Collectors.joining(", "));
    endOfCutOffs =
        expected
            .revocations()
            .usedBy(
                new Revocations.User(
                    servers.stream()
                        .flatMap(server -> server.acceptedIssuers().stream())
                        .collect(Collectors.toUnmodifiableSet()),
                    lifetime.longestUse(),
                    clock));
  }

  /**
   * Authenticates a request, without its body.
   *
   * @param generation of the principal
   */
  public Outcome authenticate(AccessRequest request, LivePolicy.Generation generation) {
    try {
      Credential credential = reader.read(request);
      if (credential == null) {
        return new Nobody();
      }
      if (credential instanceof Credential.OtherScheme other) {
        return new NotProven(
            Refusal.of(
                ReasonCode.CREDENTIAL_NOT_ACCEPTED,
                Map.of("scheme", other.scheme(), "accepted", accepted)));
      }
      if (closed) {
        throw new AuthException(ReasonCode.KEYS_UNAVAILABLE, Map.of("problem", "closed"));
      }
      return prove(credential, generation);
    } catch (AuthException e) {
      return new NotProven(Refusal.of(e));
    }
  }

  private Outcome prove(Credential credential, LivePolicy.Generation generation) {
    for (Authentication<?> authentication : authentications) {
      if (authentication.credential().isInstance(credential)) {
        return prove(authentication, credential, generation);
      }
    }
    throw new IllegalStateException("Nobody proves " + credential.getClass().getSimpleName());
  }

  private static <C extends Credential> Outcome prove(
      Authentication<C> authentication, Credential credential, LivePolicy.Generation generation) {
    return authentication.prove(authentication.credential().cast(credential), generation);
  }

  /** The schemes in which a caller can prove itself. */
  public Set<Scheme> schemes() {
    return schemes;
  }

  /**
   * Asks every authorization server for its keys and metadata, without waiting for them, and tells
   * what an operator should know.
   */
  public void checkSetup(Consumer<SetupNote> notes) {
    providers.checkSetup(notes);
  }

  /** The state of the keys of every issuer whose tokens are verified here. */
  public List<KeyStatus> keyStatus() {
    return providers.keyStatus();
  }

  /** How many verdicts are kept on the tokens of each authorization server, by its issuer. */
  public Map<String, Long> keptVerdicts() {
    return verdicts.sizes(servers);
  }

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
    closed = true;
    endOfCutOffs.run();
    providers.close();
  }
}
