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
import org.jspecify.annotations.Nullable;

/**
 * Whether a client may rely on the metadata of an authorization server: the checks that the MCP
 * specification asks of clients before they send anybody anywhere (authorization, "Security
 * Considerations"). The issuer was compared when the document was parsed.
 */
public final class ClientReadiness {
  private ClientReadiness() {}

  /**
   * Requires what the code flow needs: {@code authorization_endpoint} and {@code token_endpoint}
   * that are web addresses, S256, and the response type {@code code} and the grant where they are
   * listed. An endpoint that this flow does not use is judged where it is used.
   *
   * @throws ClientException with the first thing that is missing or wrong
   */
  public static void requireForAuthorizationCode(AuthorizationServerMetadata metadata)
      throws ClientException {
    requireEndpoint(metadata, "authorization_endpoint", metadata.authorizationEndpoint());
    List<String> types = metadata.responseTypesSupported();
    // RFC 8414 section 2 requires it, and deployed servers leave it out: then nothing is said.
    if (types != null && !types.contains("code")) {
      throw problem(metadata, RESPONSE_TYPE_NOT_SUPPORTED, "response_types_supported: " + types);
    }
    List<String> methods = metadata.codeChallengeMethodsSupported();
    if (methods == null || !methods.contains("S256")) {
      throw problem(metadata, PKCE_NOT_SUPPORTED, "code_challenge_methods_supported: " + methods);
    }
    requireForTokenRequests(metadata, "authorization_code");
    requireWebAddress(metadata, "authorization_endpoint", metadata.authorizationEndpoint());
  }

  /**
   * Requires what a token request needs: {@code token_endpoint} that is a web address, and the
   * grant where grants are listed.
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
   * Requires a {@code token_endpoint} that is a web address.
   *
   * @throws ClientException with what is missing or wrong
   */
  public static void requireTokenEndpoint(AuthorizationServerMetadata metadata)
      throws ClientException {
    requireEndpoint(metadata, "token_endpoint", metadata.tokenEndpoint());
    requireWebAddress(metadata, "token_endpoint", metadata.tokenEndpoint());
  }

  /**
   * Requires that an endpoint is an https URL; http only where issuer and endpoint are on loopback
   * hosts.
   *
   * @param name of the member, such as {@code revocation_endpoint}
   * @param url its value, which is not repeated in a message
   * @throws ClientException URL_NOT_ACCEPTED with that name, or with {@code issuer} where the
   *     issuer is no web address itself
   */
  public static void requireWebAddress(
      AuthorizationServerMetadata metadata, String name, @Nullable String url)
      throws ClientException {
    String wrong = addressProblem(metadata.issuer(), true);
    if (wrong != null) {
      throw problem(metadata, URL_NOT_ACCEPTED, "issuer " + wrong);
    }
    wrong = addressProblem(url, Loopback.host(URI.create(metadata.issuer())));
    if (wrong != null) {
      throw problem(metadata, URL_NOT_ACCEPTED, name + " " + wrong);
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
