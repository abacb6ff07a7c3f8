package io.mcpauth.client;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
    return of(endpoint, client, Map.of(), grant, target);
  }

  /**
   * A request.
   *
   * @param assertion the form parameters of a client assertion, or none
   */
  static TokenMessage of(
      URI endpoint,
      ClientAuthentication client,
      Map<String, String> assertion,
      Grant grant,
      TokenTarget target) {
    TokenRequest.Builder request = request(endpoint, client, assertion, grant(grant));
    if (!target.scopes().isEmpty() && grant.namesScopes()) {
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
        secrets(client, assertion, grant, authorization == null ? "" : authorization));
  }

  /**
   * What is said or asked about a token: its revocation (RFC 7009 section 2.1), its introspection
   * (RFC 7662 section 2.1). Authentication is as with a token request.
   */
  static TokenMessage about(
      URI endpoint,
      ClientAuthentication client,
      Map<String, String> assertion,
      String token,
      String hint) {
    String authorization =
        client.method() == ClientAuthentication.Method.CLIENT_SECRET_BASIC
            ? new ClientSecretBasic(new ClientID(client.clientId()), new Secret(client.secret()))
                .toHTTPAuthorizationHeader()
            : null;
    Map<String, List<String>> form = new LinkedHashMap<>();
    form.put("token", List.of(token));
    form.put("token_type_hint", List.of(hint));
    if (authorization == null) {
      form.put("client_id", List.of(client.clientId()));
    }
    if (client.method() == ClientAuthentication.Method.CLIENT_SECRET_POST) {
      form.put("client_secret", List.of(client.secret()));
    }
    assertion.forEach((name, value) -> form.put(name, List.of(value)));
    List<String> secrets =
        new ArrayList<>(
            secrets(
                client, assertion, new Grant.Own(), authorization == null ? "" : authorization));
    secrets.add(token);
    return new TokenMessage(
        authorization == null
            ? Map.of("Accept", "application/json")
            : Map.of("Accept", "application/json", "Authorization", authorization),
        URLUtils.serializeParameters(form).getBytes(StandardCharsets.US_ASCII),
        List.copyOf(secrets));
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /** The endpoint without what the body says too: servers that merge both see nothing twice. */
  URI at(URI endpoint) {
    Set<String> names =
        Arrays.stream(new String(body, StandardCharsets.US_ASCII).split("&", -1))
            .map(pair -> pair.split("=", 2)[0]) // each is a plain word
            .collect(Collectors.toSet());
    return EndpointQuery.without(endpoint, names);
  }

  /** What an answer may not repeat where people read it. */
  List<String> secrets() {
    return secrets;
  }

  private static TokenRequest.Builder request(
      URI endpoint,
      ClientAuthentication client,
      Map<String, String> assertion,
      AuthorizationGrant grant) {
    ClientID id = new ClientID(client.clientId());
    return switch (client.method()) {
      case CLIENT_SECRET_BASIC ->
          new TokenRequest.Builder(
              endpoint, new ClientSecretBasic(id, new Secret(client.secret())), grant);
      case CLIENT_SECRET_POST ->
          new TokenRequest.Builder(
              endpoint, new ClientSecretPost(id, new Secret(client.secret())), grant);
      case PRIVATE_KEY_JWT ->
          new TokenRequest.Builder(
              endpoint,
              new PrivateKeyJWT(
                  signed(JwtAssertion.of(assertion.getOrDefault("client_assertion", "")))),
              grant);
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
    if (grant instanceof Grant.Code redeemed) {
      AuthorizationCode code = redeemed.code();
      return new AuthorizationCodeGrant(
          new com.nimbusds.oauth2.sdk.AuthorizationCode(code.value()),
          code.pending().redirectUri(),
          new CodeVerifier(code.pending().verifier().value()));
    }
    if (grant instanceof Grant.Refresh refresh) {
      return new RefreshTokenGrant(
          new com.nimbusds.oauth2.sdk.token.RefreshToken(refresh.token().value()));
    }
    if (grant instanceof Grant.Asserted asserted) {
      return new JWTBearerGrant(signed(asserted.assertion()));
    }
    if (grant instanceof Grant.IdentityAsserted identity) {
      return new TokenExchangeGrant(
          new TypelessAccessToken(identity.idToken().value()),
          TokenTypeURI.ID_TOKEN,
          null,
          null,
          idJag(),
          null);
    }
    return new ClientCredentialsGrant();
  }

  private static TokenTypeURI idJag() {
    try {
      return TokenTypeURI.parse(TokenAnswer.ID_JAG);
    } catch (com.nimbusds.oauth2.sdk.ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SignedJWT signed(JwtAssertion assertion) {
    try {
      return SignedJWT.parse(assertion.value());
    } catch (ParseException e) { // without its message, which quotes the token
      throw new IllegalArgumentException("The assertion is no signed JWT.");
    }
  }

  private static List<String> secrets(
      ClientAuthentication client,
      Map<String, String> assertion,
      Grant grant,
      String authorization) {
    List<String> secrets = new ArrayList<>();
    String signed = assertion.get("client_assertion");
    if (signed != null) {
      secrets.add(signed);
    }
    if (!client.secret().isEmpty()) {
      secrets.add(client.secret());
      secrets.add(URLEncoder.encode(client.secret(), StandardCharsets.UTF_8));
    }
    if (!authorization.isEmpty()) {
      secrets.add(authorization.substring(authorization.indexOf(' ') + 1));
    }
    if (grant instanceof Grant.Exchanged exchanged) {
      secrets.add(exchanged.subject().value());
    } else if (grant instanceof Grant.Code redeemed) {
      secrets.add(redeemed.code().value());
      secrets.add(redeemed.code().pending().verifier().value());
    } else if (grant instanceof Grant.Refresh refresh) {
      secrets.add(refresh.token().value());
    } else if (grant instanceof Grant.Asserted asserted) {
      secrets.add(asserted.assertion().value());
    } else if (grant instanceof Grant.IdentityAsserted identity) {
      secrets.add(identity.idToken().value());
    }
    return List.copyOf(secrets);
  }
}
