package io.mcpauth.examples.client;

import io.mcpauth.client.ScopeSelection;
import io.mcpauth.discovery.BearerChallenge;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to one MCP server, and does what its refusals ask for: a login after a 401, also
 * another one of the kind that it names, a step-up after a 403, and the request once more, as long
 * as that makes sense.
 */
final class AuthorizedHttp {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A token that was refused is refreshed, and what comes of that replaced by a new login. */
  private static final int MOST_RENEWALS = 2;

  /** One is enough for a server whose nonces last for longer than a request takes. */
  private static final int MOST_NONCES = 4;

  private final URI url;
  private final Authorization authorization;
  private final ScopeSelection.StepUpAttempts stepUps = ScopeSelection.StepUpAttempts.few();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          // A redirect would take the token along.
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  AuthorizedHttp(URI url, Authorization authorization) {
    this.url = url;
    this.authorization = authorization;
  }

  /**
   * Sends a request until it is let through, or cannot be.
   *
   * @param operation what it is, such as {@code tools/call write_file}
   * @param body the text
   * @return an answer that is neither a 401 nor a challenge for more scopes, to be closed
   */
  Answer send(String operation, Map<String, String> headers, String body) throws ClientFailure {
    Cures cures = new Cures(operation);
    while (true) {
      Answer answer = once(headers, authorization.headers("POST"), body);
      List<String> challenges = answer.headers().allValues("WWW-Authenticate");
      BearerChallenge challenge = BearerChallenge.of(challenges).orElse(null);
      boolean nonce = newNonce(answer);
      boolean scopes =
          answer.status() == 403 && challenge != null && challenge.isInsufficientScope();
      if (answer.status() != 401 && !scopes) {
        if (answer.status() < 300) {
          stepUps.succeeded(authorization.resource(), operation);
        }
        return answer;
      }
      answer.close();
      if (challenge != null && scopes) {
        cures.stepUp(challenge);
      } else if (challenge != null && challenge.isInsufficientUserAuthentication()) {
        cures.logInAgain(challenge);
      } else if (nonce && asksForNonce(challenges)) {
        cures.repeatNonce();
      } else {
        cures.renew(challenge);
      }
    }
  }

  /** What is done about the refusals of one request, as long as it makes sense. */
  private final class Cures {
    private final String operation;
    private int renewals;
    private int nonces;
    private boolean loggedInAgain;

    Cures(String operation) {
      this.operation = operation;
    }

    void stepUp(BearerChallenge challenge) throws ClientFailure {
      if (!stepUps.mayTry(authorization.resource(), operation)) {
        throw new ClientFailure(
            operation + ": the server asks for scopes again and again (403), so this is it.");
      }
      authorization.stepUp(challenge);
    }

    /** Once: who has logged in as well as he can will not do better. */
    void logInAgain(BearerChallenge challenge) throws ClientFailure {
      if (loggedInAgain) {
        throw new ClientFailure(
            operation + ": the server asks for another login of the user again (401).");
      }
      loggedInAgain = true;
      authorization.logInAgain(challenge);
    }

    /** The nonce is in the next proof. */
    void repeatNonce() throws ClientFailure {
      if (nonces++ >= MOST_NONCES) {
        throw new ClientFailure(
            operation + ": the server asks for another nonce again and again (401).");
      }
    }

    void renew(@Nullable BearerChallenge challenge) throws ClientFailure {
      if (renewals++ >= MOST_RENEWALS) {
        throw new ClientFailure(operation + ": the server takes none of the tokens (401).");
      }
      authorization.renew(challenge);
    }
  }

  /** Says that the session of these headers is over, whatever the server makes of it. */
  void end(Map<String, String> headers) throws ClientFailure {
    once(headers, authorization.lastHeaders("DELETE"), null).close();
  }

  /** Not in the challenge to follow, which is that of Bearer where there are two. */
  private static boolean asksForNonce(List<String> challenges) {
    return BearerChallenge.all(challenges).stream().anyMatch(BearerChallenge::asksForDpopNonce);
  }

  private boolean newNonce(Answer answer) {
    return answer.headers().firstValue("DPoP-Nonce").map(authorization::learned).orElse(false);
  }

  private Answer once(
      Map<String, String> headers, Map<String, String> credentials, @Nullable String body)
      throws ClientFailure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(PATIENCE)
            .method(
                body == null ? "DELETE" : "POST",
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    credentials.forEach(request::header);
    try {
      HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new ClientFailure(
          "The MCP server does not answer (" + e.getClass().getSimpleName() + ").");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientFailure("Interrupted.");
    }
  }
}
