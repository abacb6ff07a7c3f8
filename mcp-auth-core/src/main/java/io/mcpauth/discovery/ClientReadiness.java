package io.mcpauth.discovery;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_MISSING;
import static io.mcpauth.error.ClientException.Reason.GRANT_TYPE_NOT_SUPPORTED;
import static io.mcpauth.error.ClientException.Reason.PKCE_NOT_SUPPORTED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_TYPE_NOT_SUPPORTED;
import static io.mcpauth.error.ClientException.Reason.URL_NOT_ACCEPTED;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a client may rely on the metadata of an authorization server: the checks that the MCP
 * specification asks of clients before they send anybody anywhere (authorization, "Security
 * Considerations"). The issuer was compared when the document was parsed.
 */
public final class ClientReadiness {
  private ClientReadiness() {}

  /**
   * Requires what the code flow needs: {@code authorization_endpoint} and {@code token_endpoint},
   * the response type {@code code}, S256, the grant (where grants are listed), and web addresses in
   * every endpoint, those that this flow does not use included.
   *
   * @throws ClientException with the first thing that is missing or wrong
   */
  public static void requireForAuthorizationCode(AuthorizationServerMetadata metadata)
      throws ClientException {
    requireEndpoint(metadata, "authorization_endpoint", metadata.authorizationEndpoint());
    List<String> types = metadata.responseTypesSupported();
    if (types == null || !types.contains("code")) { // RFC 8414 section 2: required
      throw problem(metadata, RESPONSE_TYPE_NOT_SUPPORTED, "response_types_supported: " + types);
    }
    List<String> methods = metadata.codeChallengeMethodsSupported();
    if (methods == null || !methods.contains("S256")) {
      throw problem(metadata, PKCE_NOT_SUPPORTED, "code_challenge_methods_supported: " + methods);
    }
    requireForTokenRequests(metadata, "authorization_code");
  }

  /**
   * Requires what a token request needs: {@code token_endpoint}, the grant (where grants are
   * listed), and web addresses in every endpoint.
   *
   * @param grantType the {@code grant_type} of the request
   * @throws ClientException with the first thing that is missing or wrong
   */
  public static void requireForTokenRequests(AuthorizationServerMetadata metadata, String grantType)
      throws ClientException {
    requireTokenEndpoint(metadata);
    if (metadata.members().get("grant_types_supported") instanceof List<?> grants
        && !grants.contains(grantType)) {
      throw problem(metadata, GRANT_TYPE_NOT_SUPPORTED, "grant_types_supported: " + grants);
    }
  }

  /**
   * Requires a {@code token_endpoint}, and web addresses in every endpoint.
   *
   * @throws ClientException with the first thing that is missing or wrong
   */
  public static void requireTokenEndpoint(AuthorizationServerMetadata metadata)
      throws ClientException {
    requireEndpoint(metadata, "token_endpoint", metadata.tokenEndpoint());
    requireWebAddresses(metadata);
  }

  /**
   * Requires that the issuer and every endpoint are https URLs; http only where issuer and endpoint
   * are on loopback hosts.
   *
   * @throws ClientException URL_NOT_ACCEPTED with the name of the first that is not
   */
  public static void requireWebAddresses(AuthorizationServerMetadata metadata)
      throws ClientException {
    String wrong = addressProblem(metadata.issuer(), true);
    if (wrong != null) {
      throw problem(metadata, URL_NOT_ACCEPTED, "issuer " + wrong);
    }
    boolean loopback = Loopback.host(URI.create(metadata.issuer()));
    for (Map.Entry<String, Object> member : metadata.members().entrySet()) {
      String name = member.getKey();
      if (name.endsWith("_endpoint") || name.equals("jwks_uri")) {
        String text = member.getValue() instanceof String url ? url : null;
        String problem = addressProblem(text, loopback);
        if (problem != null) {
          throw problem(metadata, URL_NOT_ACCEPTED, name + " " + problem);
        }
      }
    }
  }

  /** Requests go to the lower-case schemes only; who writes them otherwise is told so here. */
  private static @Nullable String addressProblem(@Nullable String url, boolean loopback) {
    String wrong = WebAddress.problem(url, loopback);
    boolean lower = url != null && (url.startsWith("https:") || url.startsWith("http:"));
    return wrong == null && !lower ? "has its scheme not in lower case" : wrong;
  }

  private static void requireEndpoint(
      AuthorizationServerMetadata metadata, String name, @Nullable String value)
      throws ClientException {
    if (value == null) {
      throw problem(metadata, ENDPOINT_MISSING, name);
    }
  }

  private static ClientException problem(
      AuthorizationServerMetadata metadata, ClientException.Reason reason, String detail) {
    return ClientException.of(reason, metadata.issuer(), detail);
  }
}
