package io.mcpauth.examples.client;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.ClientException;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * What a program on a user's computer is to an authorization server that it registers with (RFC
 * 8252, RFC 7591).
 */
public final class NativeClient {
  private NativeClient() {}

  /**
   * What it registers as: public where the server allows that, else with a secret.
   *
   * @param name that users see when they are asked for their consent
   * @param server as it describes itself
   * @param redirectUri where users come back to
   * @return the request of RFC 7591 section 2
   */
  public static ClientMetadata metadata(
      String name, AuthorizationServerMetadata server, URI redirectUri) {
    List<String> listed = server.tokenEndpointAuthMethodsSupported();
    // A program on a user's computer keeps no secret (RFC 8252 section 8.5), unless it has to.
    List<String> methods = listed == null ? List.of("none") : listed;
    String method =
        List.of("none", "client_secret_basic", "client_secret_post").stream()
            .filter(methods::contains)
            .findFirst()
            .orElse("none");
    return registration(name, redirectUri, method).build();
  }

  /**
   * The same with scopes, for a server that gives a client no others than it registered with.
   *
   * @param name that users see when they are asked for their consent
   * @param server as it describes itself
   * @param redirectUri where users come back to
   * @param scopes all that the client may ever need
   * @return the request of RFC 7591 section 2
   */
  static ClientMetadata metadata(
      String name, AuthorizationServerMetadata server, URI redirectUri, Set<String> scopes) {
    String method = metadata(name, server, redirectUri).tokenEndpointAuthMethod();
    return registration(name, redirectUri, method).scopes(scopes).build();
  }

  private static ClientMetadata.Builder registration(String name, URI redirectUri, String method) {
    return ClientMetadata.builder()
        .clientName(name)
        .applicationType("native")
        .redirectUris(redirectUri.toString())
        .grantTypes("authorization_code", "refresh_token")
        .tokenEndpointAuthMethod(method);
  }

  /**
   * How it proves itself at the token endpoint once it is registered.
   *
   * @param server as it describes itself
   * @param client what the server made of the registration
   * @return the method that was registered
   * @throws ClientException if client and server have no method in common
   */
  public static ClientAuthentication authentication(
      AuthorizationServerMetadata server, ClientInformation client) throws ClientException {
    return ClientAuthentication.chosenFor(
        server,
        client.clientId(),
        client.clientSecret(),
        client.metadata().tokenEndpointAuthMethod());
  }
}
