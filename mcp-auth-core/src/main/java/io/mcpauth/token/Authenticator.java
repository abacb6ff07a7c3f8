package io.mcpauth.token;

import io.mcpauth.access.AccessFacts;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.ProofTerms;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From a request to its proven caller: reads the one credential, and has the authentication of its
 * scheme prove it. Part of the machinery behind {@code ResourceServer}; applications do not need
 * it.
 */
public final class Authenticator implements AutoCloseable {
  /** Verdicts on tokens that a scheme had given: some thousand. */
  private static final long KEPT_OF_OTHER_SCHEMES = 2_000_000;

  private final CredentialReader reader;
  private final List<Authentication<?>> authentications;
  private final List<CredentialScheme.Running> running;
  private final Set<Scheme> schemes;
  private final String accepted;
  private final Set<String> credentialHeaders;
  private final Set<String> pageHeaders;
  private final ProofTerms proofTerms;
  private final KeptVerdicts verdicts;
  private final List<AuthorizationServer> servers;
  private final Clock clock;
  private final Providers providers;
  private volatile boolean closed;

  /**
   * What an authenticator is made of.
   *
   * @param servers the authorization servers, at least one
   * @param resource the resource that tokens have to be for
   * @param endpoint its URL, which clients call: the resource, unless that is an origin
   * @param clockSkew how far clocks may differ
   * @param maxTokenLifetime the longest that a token may last
   * @param keptVerdictBytes the most memory that verdicts on good tokens take
   * @param connections how the authorization servers are reached
   * @param schemes the ways to prove oneself beside plain bearer tokens
   * @param store that all nodes share
   */
  public record Expectations(
      List<AuthorizationServer> servers,
      ResourceIdentifier resource,
      ResourceIdentifier endpoint,
      Duration clockSkew,
      Duration maxTokenLifetime,
      long keptVerdictBytes,
      OutboundConnections connections,
      List<CredentialScheme> schemes,
      Store store) {
    /** Copies of the lists. */
    public Expectations {
      servers = List.copyOf(servers);
      schemes = List.copyOf(schemes);
    }

    /** Whose tokens are accepted: the proxy in front, where there is one, and nobody else. */
    List<AuthorizationServer> tokenIssuers() {
      AuthorizationServer sole = CredentialScheme.soleIssuer(schemes);
      return sole == null ? servers : List.of(sole);
    }

    /** The issuers of all callers: every {@code iss} that is accepted, and this server's own. */
    public Set<String> issuers() {
      Set<String> issuers = new LinkedHashSet<>();
      tokenIssuers().forEach(server -> issuers.addAll(server.acceptedIssuers()));
      if (schemes.stream().anyMatch(CredentialScheme::isLocal)) {
        issuers.add(LocalIssuer.of(resource));
      }
      return issuers;
    }

    /** The same at the resource, with bearer tokens, and {@link OutboundConnections#defaults()}. */
    public Expectations(
        List<AuthorizationServer> servers,
        ResourceIdentifier resource,
        Duration clockSkew,
        Duration maxTokenLifetime,
        long keptVerdictBytes) {
      this(
          servers,
          resource,
          resource,
          clockSkew,
          maxTokenLifetime,
          keptVerdictBytes,
          OutboundConnections.defaults(),
          List.of(),
          Store.inMemory());
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
   * @param facts what rules of access ask of it
   * @param issuer the issuer of the authorization server that the token is from, as configured
   * @param token the token of this very request; null where the credential is none
   */
  public record Proven(
      McpPrincipal principal,
      Instant goodUntil,
      AccessFacts facts,
      String issuer,
      @Nullable PresentedToken token)
      implements Outcome {
    /** Shows the principal alone. */
    @Override
    public String toString() {
      return "Proven[" + principal + "]";
    }
  }

  /** An authenticator; makes no request before the first token arrives. */
  public Authenticator(Expectations expected, Clock clock) {
    servers = expected.tokenIssuers();
    boolean ofProxy = ofProxyAlone(expected.schemes());
    this.clock = clock;
    Lifetime lifetime = new Lifetime(expected.clockSkew(), expected.maxTokenLifetime());
    ClaimsCheck check = new ClaimsCheck(expected.resource(), lifetime);
    providers = new Providers(servers, !ofProxy, check, expected.connections(), clock);
    verdicts = new KeptVerdicts(clock, expected.keptVerdictBytes());
    CredentialReader.Rules rules = new CredentialReader.Rules();
    expected.schemes().forEach(scheme -> scheme.read(rules));
    reader = new CredentialReader(expected.resource(), rules);
    running = started(expected, check, rules);
    List<Possession> possessions =
        running.stream().flatMap(scheme -> scheme.possessions().stream()).toList();
    TokenPath tokens =
        new TokenPath(
            providers.issuers(),
            verdicts,
            providers.forgeries(),
            check,
            ofProxy ? Scheme.PROXY : Scheme.BEARER,
            possessions,
            clock);
    List<Authentication<?>> all = new ArrayList<>();
    if (ofProxy) {
      all.add(new TokenAuthentication<>(Credential.OfProxy.class, tokens));
    } else {
      all.add(new TokenAuthentication<>(Credential.Bearer.class, tokens));
      all.add(new TokenAuthentication<>(Credential.Dpop.class, tokens));
    }
    running.forEach(scheme -> all.addAll(scheme.authentications()));
    authentications = List.copyOf(all);
    schemes =
        Stream.concat(
                // Where a proof is required, nobody gets in with a token alone.
                ofProxy || possessions.stream().anyMatch(Possession::isRequired)
                    ? Stream.<Scheme>empty()
                    : Stream.of(Scheme.BEARER),
                expected.schemes().stream().flatMap(scheme -> scheme.schemes().stream()))
            .collect(Collectors.toUnmodifiableSet());
    proofTerms =
        possessions.stream()
            .map(Possession::terms)
            .filter(terms -> !terms.algorithms().isEmpty())
            .findAny()
            .orElse(ProofTerms.NONE);
    credentialHeaders =
        Stream.concat(
                Stream.of("authorization"),
                expected.schemes().stream().flatMap(scheme -> scheme.headers().stream()))
            .collect(Collectors.toUnmodifiableSet());
    pageHeaders =
        expected.schemes().stream()
            .flatMap(scheme -> scheme.pageHeaders().stream())
            .collect(Collectors.toUnmodifiableSet());
    accepted = schemes.stream().map(Scheme::wire).sorted().collect(Collectors.joining(", "));
  }

  private List<CredentialScheme.Running> started(
      Expectations expected, ClaimsCheck check, CredentialReader.Rules rules) {
    long bytes = Math.min(expected.keptVerdictBytes(), KEPT_OF_OTHER_SCHEMES);
    CredentialScheme.Parts parts =
        new CredentialScheme.Parts(
            expected.resource(),
            expected.endpoint(),
            new LocalIssuer(expected.resource(), clock),
            expected.store(),
            expected.connections(),
            clock,
            (issuer, scheme) ->
                new TokenPath(
                    providers.issuers().only(issuer),
                    new KeptVerdicts(clock, bytes), // of its own: the scheme is part of a verdict
                    providers.forgeries(),
                    check,
                    scheme,
                    List.of(),
                    clock),
            rules::isKey);
    List<CredentialScheme.Running> started = new ArrayList<>();
    try {
      expected.schemes().forEach(scheme -> started.add(scheme.start(parts)));
    } catch (RuntimeException e) { // a server that fails leaves no thread
      started.forEach(scheme -> scheme.end().run());
      throw e;
    }
    return List.copyOf(started);
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
      return prove(credential, request, generation);
    } catch (AuthException e) {
      return new NotProven(Refusal.of(e));
    }
  }

  private Outcome prove(
      Credential credential, AccessRequest request, LivePolicy.Generation generation) {
    for (Authentication<?> authentication : authentications) {
      if (authentication.credential().isInstance(credential)) {
        return prove(authentication, credential, request, generation);
      }
    }
    throw new IllegalStateException("Nobody proves " + credential.getClass().getSimpleName());
  }

  private static <C extends Credential> Outcome prove(
      Authentication<C> authentication,
      Credential credential,
      AccessRequest request,
      LivePolicy.Generation generation) {
    return authentication.prove(authentication.credential().cast(credential), request, generation);
  }

  /** Who hears of the changes in the feed of the store. */
  public List<Follower.Listener> copies() {
    return running.stream().flatMap(scheme -> scheme.copies().stream()).toList();
  }

  /**
   * Has a listener called whenever a credential may have ended before its time, on the thread that
   * learns of it: whoever still goes on is asked {@link AccessFacts#isStillGood}.
   *
   * @return ends it
   */
  public Runnable onEnd(Runnable listener) {
    List<Runnable> told = running.stream().map(scheme -> scheme.ends().tell(listener)).toList();
    return () -> told.forEach(Runnable::run);
  }

  /**
   * Whether all tokens are those of a proxy in front, and none of the authorization servers'.
   *
   * @throws IllegalArgumentException if something else is to be accepted beside them
   */
  public static boolean ofProxyAlone(List<CredentialScheme> schemes) {
    boolean ofProxy = CredentialScheme.soleIssuer(schemes) != null;
    if (ofProxy && schemes.size() > 1) {
      throw new IllegalArgumentException(
          "The token in the header of a proxy is the only credential, and accepted are "
              + schemes.stream().map(scheme -> scheme.getClass().getSimpleName()).toList()
              + ". Remove ProxyTokens (without code MCP_AUTH_PROXY_TOKEN_*), or all others.");
    }
    return ofProxy;
  }

  /** The issuer of callers whom the server of a resource itself vouches for, such as by a key. */
  public static String localIssuer(ResourceIdentifier resource) {
    return LocalIssuer.of(resource);
  }

  /** Says of ways to prove oneself what clients have to know. */
  public static void describe(
      List<CredentialScheme> schemes, ProtectedResourceMetadata.Builder members) {
    schemes.forEach(scheme -> scheme.describe(members));
  }

  /** The headers that callers prove themselves with, in lower case: nobody behind sees them. */
  public Set<String> credentialHeaders() {
    return credentialHeaders;
  }

  /** Those of them, and no others, that pages of allowed origins may send; in lower case. */
  public Set<String> pageHeaders() {
    return pageHeaders;
  }

  /** The schemes in which a caller can prove itself. */
  public Set<Scheme> schemes() {
    return schemes;
  }

  /** What clients have to know to make a DPoP proof. */
  public ProofTerms proofTerms() {
    return proofTerms;
  }

  /**
   * Asks every authorization server for its keys and metadata, without waiting for them, and tells
   * what an operator should know.
   */
  public void checkSetup(Consumer<SetupNote> notes) {
    providers.checkSetup(notes);
  }

  /** The state of the keys of every issuer, transmitters too, but not of those with a verifier. */
  public List<KeyStatus> keyStatus() {
    return providers.keyStatus();
  }

  /** Proves what the authorization servers sign beside access tokens. */
  public IssuerSignatures signatures() {
    return providers.signatures();
  }

  /**
   * Proves what others sign, whose access tokens are not accepted here.
   *
   * @param others where their keys are
   */
  public IssuerSignatures signaturesOf(List<AuthorizationServer> others) {
    return providers.signatures(others, clock);
  }

  /** How many verdicts are kept on the tokens of each authorization server, by its issuer. */
  public Map<String, Long> keptVerdicts() {
    return verdicts.sizes(servers);
  }

  /** How the tokens of the authorization servers were found to be good. */
  public Verifications verifications() {
    return verdicts.counted();
  }

  /** Ends the fetches that run and every thread. */
  @Override
  public void close() {
    closed = true;
    running.forEach(scheme -> scheme.end().run());
    providers.close();
  }
}
