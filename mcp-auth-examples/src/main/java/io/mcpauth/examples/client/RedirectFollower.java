package io.mcpauth.examples.client;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;

/**
 * No user at all: opens the authorization URL itself and follows its redirects to its own door. For
 * tests, with servers that ask nobody.
 */
final class RedirectFollower implements UserAgent {
  private static final int MOST_REDIRECTS = 10;
  private static final int PORT = 8976;

  private final URI redirectUri;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** Nothing listens at the redirect URI, so any port will do. */
  RedirectFollower(int port, Clock clock) {
    this.redirectUri = URI.create("http://127.0.0.1:" + (port == 0 ? PORT : port) + "/callback");
    this.clock = clock;
  }

  @Override
  public URI redirectUri() {
    return redirectUri;
  }

  @Override
  public AuthorizationCode authorize(AuthorizationRequest request)
      throws ClientException, ClientFailure {
    URI at = request.uri();
    for (int i = 0; i < MOST_REDIRECTS; i++) {
      at = at.resolve(next(at));
      if (at.toString().startsWith(redirectUri + "?")) {
        return request.pending().accept(at, clock.instant());
      }
    }
    throw new ClientFailure("No end to the redirects of the authorization endpoint.");
  }

  private String next(URI at) throws ClientFailure {
    HttpRequest request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(10)).build();
    try {
      HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
      boolean redirect = response.statusCode() >= 300 && response.statusCode() < 400;
      return response
          .headers()
          .firstValue("Location")
          .filter(location -> redirect)
          .orElseThrow(
              () ->
                  new ClientFailure(
                      "The authorization endpoint answered "
                          + response.statusCode()
                          + ", no redirect. Run without --follow-redirects, and log in."));
    } catch (IOException e) {
      throw new ClientFailure("The authorization endpoint does not answer.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClientFailure("Interrupted.");
    }
  }
}
