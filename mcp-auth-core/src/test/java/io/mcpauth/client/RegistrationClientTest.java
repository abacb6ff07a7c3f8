package io.mcpauth.client;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.NOT_SUPPORTED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RegistrationClientTest {
  private static final String PUBLIC_ANSWER =
      "{'client_id':'abc','redirect_uris':['http://localhost/cb'],"
          + "'token_endpoint_auth_method':'none'}";
  private static final String MANAGED_ANSWER =
      "{'client_id':'abc','client_secret':'the-secret-of-abc','client_secret_expires_at':0,"
          + "'registration_access_token':'the-token-of-abc',"
          + "'registration_client_uri':'{{base}}/register/abc',"
          + "'token_endpoint_auth_method':'client_secret_post'}";

  private final RegistrationServer server = new RegistrationServer();
  private final RegistrationClient client =
      new RegistrationClient(new OutboundHttp.Limits(Duration.ofSeconds(60), 50 * 1024, 4));

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void request_isTheMetadataWithAnApplicationType() throws Exception {
    server.answers(201, PUBLIC_ANSWER);
    ClientInformation registered = client.register(server.metadata(), wanted());

    LoggedRequest request = server.requests().get(0);
    assertThat(request.getMethod().getName()).isEqualTo("POST");
    assertThat(request.getUrl()).isEqualTo("/register");
    assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
    assertThat(request.containsHeader("Authorization")).isFalse();
    assertThat(RegistrationServer.body(request))
        .containsEntry("application_type", "native")
        .containsEntry("client_name", "Files")
        .containsEntry("redirect_uris", List.of("http://localhost/cb"));
    assertThat(registered.clientId()).isEqualTo("abc");
    assertThat(registered.clientSecret()).isNull();
  }

  @Test
  void remoteRedirect_registersAsWeb() throws Exception {
    server.answers(201, PUBLIC_ANSWER.replace("http://localhost/cb", "https://a.example/cb"));
    ClientInformation unused =
        client.register(
            server.metadata(),
            ClientMetadata.builder()
                .redirectUris("https://a.example/cb")
                .tokenEndpointAuthMethod("none")
                .build());

    assertThat(RegistrationServer.body(server.requests().get(0)))
        .containsEntry("application_type", "web");
  }

  @Test
  void initialAccessToken_isSentAndNeverShown() throws Exception {
    server.answers(
        401, "{'error':'invalid_token','error_description':'initial-access-token-1 is over'}");
    ClientException problem =
        catchThrowableOfType(
            ClientException.class,
            () -> client.register(server.metadata(), wanted(), "initial-access-token-1"));

    assertThat(server.requests().get(0).getHeader("Authorization"))
        .isEqualTo("Bearer initial-access-token-1");
    assertThat(problem.reason()).isEqualTo(REFUSED);
    assertThat(problem.error()).isEqualTo("invalid_token");
    assertThat(problem.toString() + problem.errorDescription())
        .contains("withheld")
        .doesNotContain("initial-access-token-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.register(server.metadata(), wanted(), "Bearer a\r\nb"));
  }

  @Test
  void whatTheServerChanged_countsUpToWhatWasAsked() throws Exception {
    server.answers(
        201,
        "{'client_id':'abc','client_secret':'s','client_secret_expires_at':2000000000,"
            + "'client_id_issued_at':1900000000,'token_endpoint_auth_method':'client_secret_post',"
            + "'redirect_uris':['https://evil.example/','http://localhost/cb'],"
            + "'grant_types':['authorization_code','implicit'],'scope':'read admin',"
            + "'client_name':'Other'}");
    ClientInformation registered = client.register(server.metadata(), wanted());

    assertThat(registered.clientSecret()).isEqualTo("s");
    assertThat(registered.clientSecretExpiresAt()).isEqualTo(Instant.ofEpochSecond(2000000000));
    assertThat(registered.clientIdIssuedAt()).isEqualTo(Instant.ofEpochSecond(1900000000));
    ClientMetadata metadata = registered.metadata();
    assertThat(metadata.tokenEndpointAuthMethod()).isEqualTo("client_secret_post");
    assertThat(metadata.redirectUris()).containsExactly("http://localhost/cb");
    assertThat(metadata.grantTypes()).containsExactly("authorization_code");
    assertThat(metadata.scopes()).containsExactly("read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "none | 'token_endpoint_auth_method':'none','client_secret':'s' | none | false",
        "none | 'client_secret':'s' | client_secret_basic | true",
        "none | 'x':1 | none | false",
        "client_secret_post | 'client_secret':'s' | client_secret_post | true",
        "client_secret_basic | 'token_endpoint_auth_method':'none' | none | false"
      })
  void authenticationMethod_isTheServers(
      String asked, String members, String method, boolean secret) throws Exception {
    server.answers(200, "{'client_id':'abc'," + members + "}");
    ClientInformation registered =
        client.register(
            server.metadata(),
            ClientMetadata.builder()
                .redirectUris("http://localhost/cb")
                .tokenEndpointAuthMethod(asked)
                .build());

    assertThat(registered.metadata().tokenEndpointAuthMethod()).isEqualTo(method);
    assertThat(registered.clientSecret() != null).isEqualTo(secret);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'client_id':''}",
        "{'client_id':1}",
        "{'client_id':'a\\u0000'}",
        "{'client_id':'a\\u00e9'}",
        "{'client_id':'a','client_id':'b'}",
        "{'client_id':'a'} x",
        "[]",
        "",
        "{'client_id':'a','client_secret':'s\\r\\n'}",
        "{'client_id':'a','token_endpoint_auth_method':'tls_client_auth'}",
        "{'client_id':'a','token_endpoint_auth_method':'private_key_jwt'}",
        "{'client_id':'a','redirect_uris':['https://evil.example/']}",
        "{'client_id':'a','redirect_uris':'http://localhost/cb'}",
        "{'client_id':'a','redirect_uris':[7]}",
        "{'client_id':'a','client_name':'b','client_name':'c'}",
        "{'client_id':'a','grant_types':['implicit']}"
      })
  void unusableAnswer_isRefused(String json) {
    server.answers(201, json);

    assertThat(problem().reason()).isEqualTo(RESPONSE_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "400, REFUSED",
    "401, REFUSED",
    "403, REFUSED",
    "404, REFUSED",
    "200, REFUSED",
    "429, ENDPOINT_FAULT",
    "500, ENDPOINT_FAULT",
    "503, ENDPOINT_FAULT"
  })
  void refusal_keepsWhatTheProviderSaysEscaped(int status, ClientException.Reason reason) {
    server.answers(
        status,
        "{'error':'invalid_redirect_uri','error_description':'no\\r\\nloopback\\u202e here'}");
    ClientException problem = problem();

    assertThat(problem.reason()).isEqualTo(reason);
    assertThat(problem.error()).isEqualTo("invalid_redirect_uri");
    assertThat(problem.errorDescription()).isEqualTo("no??loopback? here");
    assertThat(problem).hasMessageContaining(server.issuer()).hasMessageContaining("" + status);
    assertThat(problem.getStackTrace()).isEmpty();
  }

  @Test
  void htmlAnswer_isRefused() {
    server.answers(
        aResponse().withStatus(200).withHeader("Content-Type", "text/html").withBody("x"));
    assertThat(problem().reason()).isEqualTo(RESPONSE_INVALID);
    server.answers(
        aResponse().withStatus(403).withHeader("Content-Type", "text/html").withBody("x"));
    assertThat(problem().reason()).isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_isNotFollowed(int status) {
    server.answers(
        aResponse().withStatus(status).withHeader("Location", server.issuer() + "/elsewhere"));

    assertThat(problem().reason()).isEqualTo(RESPONSE_INVALID);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void answerOverTheLimit_isRefused() {
    server.answers(201, "{'client_id':'a','x':'" + "y".repeat(51 * 1024) + "'}");

    assertThat(problem().reason()).isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void slowAnswer_isGivenUp() {
    server.answers(aResponse().withStatus(201).withFixedDelay(5_000));
    try (RegistrationClient hasty =
        new RegistrationClient(new OutboundHttp.Limits(Duration.ofMillis(300), 1024, 1))) {
      ClientException problem =
          catchThrowableOfType(
              ClientException.class, () -> hasty.register(server.metadata(), wanted()));
      assertThat(problem.reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://as.example/register",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "/register",
        "https://user@as.example/register",
        "https://as.example/register#x",
        "not a url"
      })
  void otherEndpoint_isNotCalled(String endpoint) {
    ClientException problem =
        catchThrowableOfType(
            ClientException.class, () -> client.register(server.metadata(endpoint), wanted()));

    assertThat(problem.reason()).isEqualTo(NOT_SUPPORTED);
  }

  @Test
  void missingEndpoint_isToldApart() {
    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> client.register(server.metadata(null), wanted()))
                .reason())
        .isEqualTo(NOT_SUPPORTED);
  }

  @Test
  void privateEndpointOfAPublicIssuer_isNotCalled() throws Exception {
    String issuer = "https://as.example";
    DiscoveredMetadata outside =
        new DiscoveredMetadata(
            AuthorizationServerMetadata.parse(
                ("{\"issuer\":\""
                        + issuer
                        + "\",\"registration_endpoint\":\""
                        + server.issuer()
                        + "/register\"}")
                    .getBytes(StandardCharsets.UTF_8),
                issuer),
            URI.create(issuer + "/.well-known/oauth-authorization-server"),
            InetAddress.getByName("93.184.216.34"));
    ClientException problem =
        catchThrowableOfType(ClientException.class, () -> client.register(outside, wanted()));

    assertThat(problem.reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    assertThat(problem).hasMessageContaining("ADDRESS_REFUSED");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void nameThatWasPublicAndLeadsInsideNow_isNotCalled() throws Exception {
    DiscoveredMetadata found = server.metadata();
    DiscoveredMetadata outside =
        new DiscoveredMetadata(
            found.metadata(), found.place(), InetAddress.getByName("93.184.216.34"));
    ClientException problem =
        catchThrowableOfType(ClientException.class, () -> client.register(outside, wanted()));

    assertThat(problem).hasMessageContaining("ADDRESS_REFUSED");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void blankId_isNone() {
    server.answers(201, "{'client_id':' '}");

    assertThat(problem().reason()).isEqualTo(RESPONSE_INVALID);
  }

  // modelcontextprotocol/rust-sdk#443 (Descope): empty means none.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'client_secret':''",
        "'client_secret':null",
        "'client_secret':'  '",
        "'client_secret':'','client_secret_expires_at':0,'token_endpoint_auth_method':'none'",
        "'client_secret':'','token_endpoint_auth_method':''",
        "'token_endpoint_auth_method':'client_secret_basic'",
        "'client_secret':{'x':1},'token_endpoint_auth_method':'none'"
      })
  void emptySecret_isNoneForAPublicClient(String members) throws Exception {
    server.answers(201, "{'client_id':'a'," + members + "}");
    ClientInformation registered = client.register(server.metadata(), wanted());

    assertThat(registered.clientSecret()).isNull();
    assertThat(registered.authentication()).hasToString("ClientAuthentication[none, a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",'client_secret':''", ",'client_secret':{}"})
  void clientThatAskedForASecretAndGetsNone_isRefused(String members) {
    server.answers(201, "{'client_id':'a'" + members + "}");

    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> client.register(server.metadata(), secretClient()))
                .reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'logo_uri':5",
        "'client_uri':null",
        "'contacts':'me'",
        "'jwks':[]",
        "'client_name':['x']",
        "'client_name#de':7",
        "'software_version':2",
        "'application_type':{}",
        "'client_id_issued_at':'today'",
        "'grant_types':[]",
        "'grant_types':'authorization_code'",
        "'redirect_uris':[]",
        "'redirect_uris':null",
        "'response_types':null",
        "'response_types':'code'",
        "'scope':['read']",
        "'scope':''",
        "'registration_client_uri':'/register/a'",
        "'registration_access_token':7",
        "'error':null"
      })
  void memberThatChangesNothing_refusesNothing(String member) throws Exception {
    server.answers(200, "{'client_id':'a'," + member + "}");
    ClientInformation registered = client.register(server.metadata(), wanted());

    assertThat(registered.clientId()).isEqualTo("a");
    assertThat(registered.metadata().redirectUris()).containsExactly("http://localhost/cb");
    assertThat(registered.metadata().grantTypes())
        .containsExactly("authorization_code", "refresh_token");
    assertThat(registered.metadata().scopes()).containsExactly("read", "write");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "'2000000000', 2000000000",
        "2000000000.5, 2000000000",
        "'never', ",
        "-1, ",
        "0, ",
        "'0', ",
        "3600, ",
        "999999999999999, ",
        "true, "
      })
  void endOfASecret_isReadOrIsNone(String value, @Nullable Long end) throws Exception {
    server.answers(
        201, "{'client_id':'a','client_secret':'s','client_secret_expires_at':" + value + "}");
    ClientInformation registered = client.register(server.metadata(), secretClient());

    assertThat(registered.clientSecretExpiresAt())
        .isEqualTo(end == null ? null : Instant.ofEpochSecond(end));
  }

  @Test
  void contentTypeAndByteOrderMark_decideNothing() throws Exception {
    server.answers(
        aResponse()
            .withStatus(202)
            .withHeader("Content-Type", "text/plain", "application/json")
            .withBody("\ufeff" + PUBLIC_ANSWER.replace('\'', '"') + "\n"));

    assertThat(client.register(server.metadata(), wanted()).clientId()).isEqualTo("abc");
  }

  @Test
  void deletionAnsweredWithAPage_isDone() throws Exception {
    server.answers(201, MANAGED_ANSWER);
    ClientInformation registered = client.register(server.metadata(), secretClient());
    server.answers(
        aResponse().withStatus(200).withHeader("Content-Type", "text/html").withBody("Gone."));

    client.delete(server.metadata(), registered);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void closedClient_saysSo() {
    client.close();

    assertThat(problem().reason()).isEqualTo(CLOSED);
  }

  @Test
  void registration_isReadChangedAndDeletedWithItsToken() throws Exception {
    server.answers(201, MANAGED_ANSWER);
    ClientInformation registered = client.register(server.metadata(), secretClient());

    server.answers(200, "{'client_id':'abc','scope':'read','registration_access_token':'next'}");
    ClientInformation read = client.read(server.metadata(), registered);
    assertThat(read.clientSecret()).isEqualTo("the-secret-of-abc");
    assertThat(read.registrationAccessToken()).isEqualTo("next");
    assertThat(read.registrationClientUri()).hasPath("/register/abc");

    server.answers(200, "{'client_id':'abc','client_secret':'rotated'}");
    ClientInformation changed = client.update(server.metadata(), read, secretClient());
    assertThat(changed.clientSecret()).isEqualTo("rotated");

    server.answers(aResponse().withStatus(204));
    client.delete(server.metadata(), changed);

    List<LoggedRequest> requests = server.requests();
    assertThat(requests.stream().map(request -> request.getMethod().getName()))
        .containsExactly("POST", "GET", "PUT", "DELETE");
    assertThat(requests.stream().map(LoggedRequest::getUrl))
        .containsExactly("/register", "/register/abc", "/register/abc", "/register/abc");
    assertThat(requests.stream().skip(1).map(request -> request.getHeader("Authorization")))
        .containsExactly("Bearer the-token-of-abc", "Bearer next", "Bearer next");
    assertThat(RegistrationServer.body(requests.get(2)))
        .containsEntry("client_id", "abc")
        .containsEntry("client_secret", "the-secret-of-abc")
        .doesNotContainKeys("registration_access_token", "registration_client_uri");
  }

  @Test
  void answerAboutAnotherClient_isRefused() throws Exception {
    server.answers(201, MANAGED_ANSWER);
    ClientInformation registered = client.register(server.metadata(), secretClient());
    server.answers(200, "{'client_id':'other'}");

    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> client.read(server.metadata(), registered))
                .reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void refusedManagement_repeatsNoSecret() throws Exception {
    server.answers(201, MANAGED_ANSWER);
    ClientInformation registered = client.register(server.metadata(), secretClient());
    for (String echoed : List.of("the-secret-of-abc", "the-token-of-abc")) {
      server.answers(400, "{'error':'e','error_description':'got " + echoed + "'}");
      ClientException problem =
          catchThrowableOfType(
              ClientException.class,
              () -> client.update(server.metadata(), registered, secretClient()));
      assertThat(problem.toString() + problem.errorDescription()).doesNotContain(echoed);
    }
    assertThat(registered.toString()).doesNotContain("the-secret", "the-token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://as.example/x", "javascript:x", "https://u:p@as.example/x"})
  void managementElsewhere_isNotOffered(String uri) throws Exception {
    server.answers(201, MANAGED_ANSWER.replace("{{base}}/register/abc", uri));
    ClientInformation registered = client.register(server.metadata(), secretClient());

    assertThat(registered.registrationAccessToken()).isNull();
    assertThat(
            catchThrowableOfType(
                    ClientException.class, () -> client.delete(server.metadata(), registered))
                .reason())
        .isEqualTo(NOT_SUPPORTED);
  }

  private ClientException problem() {
    return catchThrowableOfType(
        ClientException.class, () -> client.register(server.metadata(), wanted()));
  }

  private static ClientMetadata wanted() {
    return ClientMetadata.builder()
        .clientName("Files")
        .redirectUris("http://localhost/cb")
        .tokenEndpointAuthMethod("none")
        .grantTypes("authorization_code", "refresh_token")
        .scopes(List.of("read", "write"))
        .build();
  }

  private static ClientMetadata secretClient() {
    return ClientMetadata.builder()
        .redirectUris("http://localhost/cb")
        .tokenEndpointAuthMethod("client_secret_post")
        .build();
  }
}
