package io.mcpauth.examples.guard;

import io.mcpauth.client.AccessToken;
import io.mcpauth.client.ClientCredentials;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.error.ClientException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** The guard's own token, the same for every caller (RFC 6749 section 4.4). */
final class OwnToken implements OutgoingCredential {
  private final ClientCredentials credentials;
  private volatile @Nullable AccessToken last;

  OwnToken(TokenEndpoint endpoint, TokenTarget target) {
    credentials = new ClientCredentials(endpoint, target);
  }

  @Override
  public String authorizationFor(HttpServletRequest request) throws NoCredentialException {
    return ownAuthorization();
  }

  @Override
  public String ownAuthorization() throws NoCredentialException {
    try {
      AccessToken token = credentials.token();
      last = token;
      return "Bearer " + token.value();
    } catch (ClientException e) {
      throw NoCredentialException.of(e);
    }
  }

  /** Where another call has had it renewed meanwhile, the next one is another already. */
  @Override
  public boolean refused(String authorization) {
    AccessToken token = last;
    if (token != null && authorization.equals("Bearer " + token.value())) {
      credentials.forget(token);
    }
    return true;
  }

  @Override
  public void close() {
    credentials.close();
  }
}
