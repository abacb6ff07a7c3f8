package io.mcpauth.client;

import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One token request in the form that goes over the wire. Made by the Nimbus SDK, here alone. */
final class TokenMessage {
  static final String CONTENT_TYPE = "application/x-www-form-urlencoded";

  private final Map<String, String> headers;
  private final byte[] body;
  private final List<String> secrets;

  private TokenMessage(Map<String, String> headers, byte[] body, List<String> secrets) {
    this.headers = headers;
    this.body = body;
    this.secrets = secrets;
  }

  static TokenMessage of(
      URI endpoint, ClientAuthentication client, Grant grant, TokenTarget target) {
    TokenRequest.Builder request = request(endpoint, client, grant(grant));
    if (!target.scopes().isEmpty()) {
      request.scope(new Scope(target.scopes().toArray(String[]::new)));
    }
    URI resource = target.resource();
    if (resource != null) {
      request.resource(resource);
    }
    String audience = target.audience();
    if (audience != null) {
      request.customParameter("audience", audience);
    }
    HTTPRequest http = request.build().toHTTPRequest();
    String authorization = http.getAuthorization();
    return new TokenMessage(
        authorization == null
            ? Map.of("Accept", "application/json")
            : Map.of("Accept", "application/json", "Authorization", authorization),
        http.getBody().getBytes(StandardCharsets.US_ASCII),
        secrets(client, grant, authorization == null ? "" : authorization));
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /** What an answer may not repeat where people read it. */
  List<String> secrets() {
    return secrets;
  }

  private static TokenRequest.Builder request(
      URI endpoint, ClientAuthentication client, AuthorizationGrant grant) {
    ClientID id = new ClientID(client.clientId());
    return switch (client.method()) {
      case CLIENT_SECRET_BASIC ->
          new TokenRequest.Builder(
              endpoint, new ClientSecretBasic(id, new Secret(client.secret())), grant);
      case CLIENT_SECRET_POST ->
          new TokenRequest.Builder(
              endpoint, new ClientSecretPost(id, new Secret(client.secret())), grant);
      case NONE -> new TokenRequest.Builder(endpoint, id, grant);
    };
  }

  private static AuthorizationGrant grant(Grant grant) {
    if (grant instanceof Grant.Exchanged exchanged) {
      // RFC 8693 section 2.1. The type asked for is named, or a server may answer with another.
      return new TokenExchangeGrant(
          new TypelessAccessToken(exchanged.subject().value()),
          TokenTypeURI.ACCESS_TOKEN,
          null,
          null,
          TokenTypeURI.ACCESS_TOKEN,
          null);
    }
    return new ClientCredentialsGrant();
  }

  private static List<String> secrets(
      ClientAuthentication client, Grant grant, String authorization) {
    List<String> secrets = new ArrayList<>();
    if (client.method() != ClientAuthentication.Method.NONE) {
      secrets.add(client.secret());
      secrets.add(URLEncoder.encode(client.secret(), StandardCharsets.UTF_8));
    }
    if (!authorization.isEmpty()) {
      secrets.add(authorization.substring(authorization.indexOf(' ') + 1));
    }
    if (grant instanceof Grant.Exchanged exchanged) {
      secrets.add(exchanged.subject().value());
    }
    return List.copyOf(secrets);
  }
}
