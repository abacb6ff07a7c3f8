package io.mcpauth.examples.walkthrough;

import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.id.ClientID;
import java.net.URI;

/**
 * The client once it is registered: what every later OAuth request needs.
 *
 * @param id its client id
 * @param redirectUri where its users come back to; this client only reads the redirect, so nothing
 *     listens there
 * @param server the authorization server
 * @param resource the MCP server that tokens are for
 */
record Client(ClientID id, URI redirectUri, AuthorizationServerMetadata server, URI resource) {}
