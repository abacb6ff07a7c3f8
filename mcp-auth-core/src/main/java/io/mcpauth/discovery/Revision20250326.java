package io.mcpauth.discovery;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fallback for servers of protocol revision 2025-03-26, which have no protected resource
 * metadata: their authorization server is the origin of the MCP URL. An explicit step, after {@link
 * ClientException.Reason#RESOURCE_METADATA_ABSENT} alone: a client that takes it for a server that
 * is merely down, or of a later revision, lets whoever can suppress an answer choose where it goes.
 */
public final class Revision20250326 {
  private Revision20250326() {}

  /**
   * The authorization server at the origin of an MCP URL: its metadata, or without any the default
   * endpoints {@code /authorize}, {@code /token} and {@code /register} (revision 2025-03-26,
   * "Fallbacks for Servers without Metadata Discovery"). These are taken to support S256, since
   * that revision asks for PKCE.
   *
   * @param mcpUrl the URL of the MCP server, as the user wrote it
   * @throws ClientException where the origin has metadata that is not its own, or does not answer
   */
  public static DiscoveredMetadata authorizationServerAtTheOrigin(
      AuthorizationServerDiscovery discovery, URI mcpUrl) throws ClientException {
    String wrong = WebAddress.problem(mcpUrl.toString(), true);
    if (wrong != null) {
      throw ClientException.ofUrl("The MCP URL", mcpUrl.toString(), wrong);
    }
    String origin = mcpUrl.getScheme() + "://" + mcpUrl.getRawAuthority();
    try {
      return discovery.fetch(origin, AuthorizationServerDiscovery.Form.OAUTH_INSERTED);
    } catch (AuthException e) {
      if (!e.facts().values().stream().allMatch("status 404"::equals)) {
        throw ClientException.of(
            ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE, origin, e.facts().toString());
      }
    }
    return new DiscoveredMetadata(defaults(origin), mcpUrl, discovery.addressOf(mcpUrl));
  }

  private static AuthorizationServerMetadata defaults(String origin) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("issuer", origin);
    members.put("authorization_endpoint", origin + "/authorize");
    members.put("token_endpoint", origin + "/token");
    members.put("registration_endpoint", origin + "/register");
    members.put("response_types_supported", List.of("code"));
    members.put("code_challenge_methods_supported", List.of("S256"));
    return AuthorizationServerMetadata.parse(Json.write(members), origin);
  }
}
