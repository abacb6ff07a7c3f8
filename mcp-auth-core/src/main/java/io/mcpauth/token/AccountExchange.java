package io.mcpauth.token;

import io.mcpauth.client.AccessToken;
import io.mcpauth.client.AccountTokens;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Proves service accounts by the token that their authorization server gives for id and secret (RFC
 * 6749 section 4.4), which is verified as every other token is. Of requests that bring the same at
 * once, one has it exchanged.
 */
final class AccountExchange implements Authentication<Credential.Basic> {
  /** Discovery in three places and the token request may take more. */
  private static final long LONGEST_WAIT_SECONDS = 15;

  /**
   * What servers say of an id that they do not know, or of another secret: RFC 6749 section 5.2;
   * Keycloak; Auth0.
   */
  private static final Set<String> NOT_PROVEN =
      Set.of("invalid_client", "unauthorized_client", "access_denied");

  private final AccountTokens server;
  private final TokenPath tokens;
  private final ResourceIdentifier resource;
  private final Predicate<String> isKey;
  private final ProvenAccounts accounts;
  private final ExchangeLimits limits;

  /** Exchanges that run; empty where a thread gave up for a reason of its own. */
  private final ConcurrentMap<String, CompletableFuture<Optional<String>>> running =
      new ConcurrentHashMap<>();

  AccountExchange(AccountTokens server, TokenPath tokens, CredentialScheme.Parts parts) {
    this.server = server;
    this.tokens = tokens;
    this.resource = parts.resource();
    this.isKey = parts.isKey();
    this.accounts = new ProvenAccounts(parts.clock());
    this.limits = new ExchangeLimits(parts.clock());
  }

  /** A request that brought an id and a secret. */
  private record Brought(
      IdAndSecret account,
      String hash,
      boolean known,
      AccessRequest request,
      LivePolicy.Generation generation) {
    @Override
    public String toString() {
      return "Brought[elided]";
    }
  }

  @Override
  public Class<Credential.Basic> credential() {
    return Credential.Basic.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.Basic credential, AccessRequest request, LivePolicy.Generation generation) {
    IdAndSecret account = IdAndSecret.of(credential.encoded());
    // Sent so by habit, as one of the two or as the other; its server is not shown ours.
    if (isKey.test(account.secret()) || isKey.test(account.id())) {
      throw new AuthException(ReasonCode.CREDENTIAL_INVALID);
    }
    String hash = account.hash();
    Brought brought = new Brought(account, hash, accounts.isKnown(hash), request, generation);
    String token = accounts.token(hash);
    if (token != null) {
      try {
        return proven(token, brought);
      } catch (AuthException e) {
        if (e.reason().status() != 401) {
          throw e;
        }
        accounts.forget(hash, token); // it ended, or was revoked; the account may be good
      }
    }
    return proven(exchanged(brought), brought);
  }

  /** The token is judged on each request, as those are that callers bring themselves. */
  private Authenticator.Proven proven(String token, Brought brought) {
    PresentedToken presented = new PresentedToken(token, 0, brought.request(), resource);
    Authenticator.Outcome outcome =
        tokens.prove(new Credential.Bearer(presented), brought.request(), brought.generation());
    if (outcome instanceof Authenticator.Proven proven) {
      return proven;
    }
    throw outcome instanceof Authenticator.NotProven not
        ? new AuthException(not.refusal().reason(), not.refusal().facts())
        : new AuthException(ReasonCode.INTERNAL_FAULT);
  }

  private String exchanged(Brought brought) {
    Runnable place = limits.toWait(brought.known());
    try {
      while (true) {
        CompletableFuture<Optional<String>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<String>> other = running.putIfAbsent(brought.hash(), mine);
        if (other == null) {
          return exchange(brought, mine);
        }
        Optional<String> token = await(other);
        if (token.isPresent()) {
          return token.get();
        }
      }
    } finally {
      place.run();
    }
  }

  private String exchange(Brought brought, CompletableFuture<Optional<String>> mine) {
    try {
      String kept = accounts.token(brought.hash()); // by a thread that ended since this one looked
      String token = kept == null ? ask(brought) : kept;
      running.remove(brought.hash(), mine);
      mine.complete(Optional.of(token));
      return token;
    } catch (AuthException e) {
      giveUp(brought, mine, e);
      throw e;
    } catch (RuntimeException | Error e) {
      giveUp(brought, mine, new AuthException(ReasonCode.INTERNAL_FAULT));
      throw e;
    }
  }

  /** Asks, and keeps what is good here too: a token for somebody else is none. */
  private String ask(Brought brought) {
    IdAndSecret account = brought.account();
    AccessToken token;
    Runnable place = limits.toAsk(account.id(), brought.known());
    try {
      token = server.ask(account.id(), account.secret());
    } catch (ClientException e) {
      throw refusal(e);
    } finally {
      place.run();
    }
    Authenticator.Proven proven = proven(token.value(), brought);
    accounts.keep(brought.hash(), token, proven.principal().expiresAt());
    return token.value();
  }

  private void giveUp(
      Brought brought, CompletableFuture<Optional<String>> mine, AuthException why) {
    if (Thread.currentThread().isInterrupted()) {
      running.remove(brought.hash(), mine);
      mine.complete(Optional.empty()); // this request was called off, not those that wait
      return;
    }
    accounts.refused(brought.hash(), why);
    running.remove(brought.hash(), mine);
    mine.completeExceptionally(why);
  }

  private static AuthException refusal(ClientException e) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("issuer", e.issuer());
    String error = e.error();
    if (e.reason() == ClientException.Reason.REFUSED
        && error != null
        && NOT_PROVEN.contains(error)) {
      facts.put("error", error);
      return new AuthException(ReasonCode.CREDENTIAL_INVALID, facts);
    }
    facts.put("problem", String.valueOf(e.getMessage())); // which repeats no secret
    return new AuthException(ReasonCode.CREDENTIAL_EXCHANGE_FAILED, facts);
  }

  private static Optional<String> await(CompletableFuture<Optional<String>> token) {
    try {
      return token.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthException problem) {
        throw problem;
      }
      throw new AuthException(ReasonCode.INTERNAL_FAULT);
    } catch (TimeoutException e) {
      throw failed("still waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  private static AuthException failed(String problem) {
    return new AuthException(ReasonCode.CREDENTIAL_EXCHANGE_FAILED, Map.of("problem", problem));
  }
}
