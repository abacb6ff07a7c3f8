package io.mcpauth.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorization requests, and what their responses are worth. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class CodeFlowTest {
  private static final String ISSUER = "https://login.example.com";
  private static final URI REDIRECT = URI.create("http://127.0.0.1:8976/callback");
  private static final URI RESOURCE = URI.create("https://m.test/mcp");

  private final MutableClock clock = new MutableClock();

  @Test
  void request_carriesWhatMcpAsksFor() throws ClientException {
    AuthorizationRequest request = request(true);
    String url = request.uri().toString();
    PendingAuthorization pending = request.pending();

    assertThat(url)
        .startsWith(ISSUER + "/authorize?tenant=a&response_type=code&client_id=client+%2F+1&")
        .contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A8976%2Fcallback&")
        .contains("&scope=b+a&")
        .contains("&resource=https%3A%2F%2Fm.test%2Fmcp&")
        .contains("&state=" + pending.state() + "&")
        .contains("&code_challenge=" + pending.verifier().challenge().value() + "&")
        .contains("&code_challenge_method=S256")
        .contains("&prompt=consent&login_hint=a%40m.test&audience=x%26state%3Dy")
        .doesNotContain(pending.verifier().value());
    assertThat(pending.state()).matches("[A-Za-z0-9_-]{43}");
    assertThat(request(true).pending().state()).isNotEqualTo(pending.state());
    for (Object shown : List.of(request, pending)) {
      assertThat(shown.toString()).doesNotContain(pending.state(), pending.verifier().value());
    }
  }

  /** RFC 9470 section 4. */
  @Test
  void loginThatIsAskedFor_isInTheRequest() throws ClientException {
    String url =
        AuthorizationRequest.to(metadata(true, "?acr_values=bronze"), "c", REDIRECT)
            .acrValues(List.of("urn:x:gold", "silver"))
            .maxAge(Duration.ofMinutes(5))
            .build(clock.instant())
            .uri()
            .toString();
    assertThat(url).contains("&acr_values=urn%3Ax%3Agold+silver&max_age=300");
    assertThat(url).doesNotContain("bronze");
  }

  @Test
  void loginThatNobodyCanAskFor_isRefused() throws ClientException {
    AuthorizationRequest.Builder builder =
        AuthorizationRequest.to(metadata(true, ""), "c", REDIRECT);
    for (List<String> values : List.of(List.<String>of(), List.of(""), List.of("a", "b c"))) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.acrValues(values));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maxAge(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.parameter("max_age", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"state", "client_id", "redirect_uri", "code_challenge", "request", "audience", ""})
  void parameterThatWouldOverwrite_isRefused(String name) throws ClientException {
    AuthorizationRequest.Builder builder =
        AuthorizationRequest.to(metadata(true, ""), "c", REDIRECT).parameter("audience", "x");

    assertThatIllegalArgumentException().isThrownBy(() -> builder.parameter(name, "y"));
  }

  @Test
  void queryOfAServer_isJudgedAsItCame() throws Exception {
    PendingAuthorization pending = request(false).pending();
    String state = "state=" + pending.state();
    for (String query : Arrays.asList(null, "", "{|}^\ud800", "state=%zz", "code=c&state=x")) {
      assertThatExceptionOfType(ClientException.class)
          .isThrownBy(() -> pending.accept(query, clock.instant()));
    }
    // Not a URI, and the response that was asked for all the same.
    assertThat(pending.accept("x={|}&code=c&" + state, clock.instant()).value()).isEqualTo("c");
  }

  @Test
  void whatIsRemembered_comesBackAndIsNotSent() throws Exception {
    AuthorizationRequest request =
        AuthorizationRequest.to(metadata(true, ""), "c", REDIRECT)
            .remember("page \"7\"\n")
            .build(clock.instant());

    assertThat(request.pending().remembered()).isEqualTo("page \"7\"\n");
    assertThat(PendingAuthorization.parse(request.pending().toText()).remembered())
        .isEqualTo("page \"7\"\n");
    assertThat(List.of(request.uri(), request, request.pending()))
        .noneMatch(shown -> shown.toString().contains("page"));
    assertThat(request(true).pending().remembered()).isNull();
  }

  @Test
  void whatCannotBeRemembered_isRefusedWithoutQuotingIt() throws ClientException {
    AuthorizationRequest.Builder builder =
        AuthorizationRequest.to(metadata(true, ""), "c", REDIRECT);

    for (String text : List.of("x".repeat(4097), "mine \ud800")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.remember(text))
          .withMessageContaining("remember its key")
          .withMessageNotContaining(text.substring(0, 4));
    }
  }

  // NousResearch/hermes-agent#98117, mcpmu#5: Railway and Sentry have ?resource= in it.
  @ParameterizedTest
  @CsvSource({
    "'?resource=https%3A%2F%2Fother.test%2F', ''",
    "'?st%61te=x&client_id=evil&scope=all', ''",
    "'?tenant=a&resource=x&resource=y', '?tenant=a'",
    "'?tenant=a&&b', '?tenant=a&b'",
    "'?request_uri=urn:x&request=y&response_mode=fragment&prompt=login', '?prompt=login'",
    "'?', ''"
  })
  void authorizationEndpointWithParametersOfOurs_getsEachOnceAsWeSayIt(String query, String kept)
      throws ClientException {
    String url =
        AuthorizationRequest.to(metadata(true, query), "c", REDIRECT)
            .scopes(new LinkedHashSet<>(List.of("a")))
            .resource(RESOURCE)
            .build(clock.instant())
            .uri()
            .toString();

    assertThat(url)
        .startsWith(
            ISSUER + "/authorize" + (kept.isEmpty() ? "?" : kept + "&") + "response_type=code&")
        .containsOnlyOnce("resource=https%3A%2F%2Fm.test%2Fmcp")
        .doesNotContain("other.test", "evil", "request", "response_mode");
    for (String name : List.of("resource", "state", "client_id", "scope", "redirect_uri")) {
      assertThat(url.split("[?&]" + name + "=", -1)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "data:text/html,x",
        "http://m.test/cb",
        "https://u@m.test/cb",
        "https://m.test/cb#x",
        "/cb",
        "myapp:/cb",
      })
  void redirectUriThatIsNone_isRefused(String redirect) throws ClientException {
    AuthorizationServerMetadata server = metadata(true, "");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuthorizationRequest.to(server, "c", URI.create(redirect)));
  }

  /**
   * MCP 2026-07-28, "Authorization Response Validation": the table, and the forms of a wrong one.
   */
  @ParameterizedTest
  @CsvSource({
    "true, https://login.example.com, ",
    "true, '', ISSUER_MISSING",
    "true, https://evil.example.com, ISSUER_MISMATCH",
    "true, https://login.example.com/, ISSUER_MISMATCH",
    "true, https://login.example.com:443, ISSUER_MISMATCH",
    "true, HTTPS://LOGIN.example.com, ISSUER_MISMATCH",
    "true, https://login.example%2Ecom, ISSUER_MISMATCH",
    "false, https://login.example.com, ",
    "false, https://evil.example.com, ISSUER_MISMATCH",
    "false, '', ",
  })
  void issuerOfTheResponse_isJudgedByTheTable(
      boolean promised, String iss, @Nullable Reason expected) throws Exception {
    PendingAuthorization pending = request(promised).pending();
    String code = "code=c0de&state=" + pending.state() + parameter("iss", iss);
    String error =
        "error=evil&error_description=x&state=" + pending.state() + parameter("iss", iss);
    PendingAuthorization other = PendingAuthorization.parse(pending.toText());

    if (expected == null) {
      assertThat(accept(pending, code).value()).isEqualTo("c0de");
      assertThat(refused(other, error).error()).isEqualTo("evil");
    } else {
      assertThat(refused(pending, code).reason()).isEqualTo(expected);
      ClientException refusal = refused(other, error);
      assertThat(refusal.reason()).isEqualTo(expected);
      assertThat(refusal.error()).isNull();
      assertThat(refusal.getMessage()).doesNotContain("evil");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&state=", "&state=other", "&STATE=STATE", "&state=STATEx"})
  void responseWithoutTheState_isRefusedAndNotQuotedAndDoesNotCount(String state) throws Exception {
    PendingAuthorization pending = request(false).pending();
    String sent = state.replace("=STATE", "=" + pending.state());

    ClientException refusal = refused(pending, "error=evil&code=1" + sent);

    assertThat(refusal.reason()).isEqualTo(Reason.STATE_MISMATCH);
    assertThat(refusal.getMessage()).doesNotContain("evil");
    assertThat(accept(pending, "code=c&state=" + pending.state()).value()).isEqualTo("c");
  }

  @ParameterizedTest
  @CsvSource({
    "code=a&code=b, MALFORMED",
    "code=a&state=STATE, MALFORMED",
    "code=a&iss=https://login.example.com&iss=https://login.example.com, MALFORMED",
    "code=%zz, MALFORMED",
    "code=a&error=b, MALFORMED",
    "x=y, CODE_MISSING",
    "code=, CODE_MISSING",
    "code=a%0d%0ab, CODE_MISSING",
  })
  void responseOfAnotherForm_isRefused(String query, Reason expected) throws Exception {
    PendingAuthorization pending = request(false).pending();
    String all = query.replace("STATE", pending.state()) + "&state=" + pending.state();
    // java.net.URI refuses a bad escape; a server hands the parameters on decoded.
    if (query.contains("%zz")) {
      assertThatIllegalArgumentException().isThrownBy(() -> accept(pending, all));
      return;
    }

    assertThat(refused(pending, all).reason()).isEqualTo(expected);
  }

  @Test
  void secondResponse_isRefused() throws Exception {
    PendingAuthorization pending = request(false).pending();
    String response = "code=c&state=" + pending.state();
    accept(pending, response);

    assertThat(refused(pending, response).reason()).isEqualTo(Reason.ALREADY_ANSWERED);
  }

  @Test
  void responseAfterTenMinutes_isRefused() throws Exception {
    PendingAuthorization pending = request(false).pending();
    clock.advance(Duration.ofMinutes(10));

    assertThat(refused(pending, "code=c&state=" + pending.state()).reason())
        .isEqualTo(Reason.EXPIRED);
  }

  @Test
  void errorOfTheServer_isKeptAndEscaped() throws Exception {
    PendingAuthorization pending = request(false).pending();

    ClientException refusal =
        refused(
            pending,
            "error=access_denied&error_description=no%0d%0aERROR+forged&state=" + pending.state());

    assertThat(refusal.reason()).isEqualTo(Reason.REFUSED);
    assertThat(refusal.error()).isEqualTo("access_denied");
    assertThat(refusal.errorDescription()).isEqualTo("no??ERROR forged");
    assertThat(refusal.getMessage()).doesNotContain("\n");
  }

  @Test
  void keptText_givesTheSameAuthorization() throws Exception {
    PendingAuthorization pending = request(true).pending();
    PendingAuthorization kept = PendingAuthorization.parse(pending.toText());

    assertThat(kept.toText()).isEqualTo(pending.toText());
    assertThat(kept.scopes()).containsExactly("b", "a");
    assertThat(kept.resource()).isEqualTo(RESOURCE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PendingAuthorization.parse(pending.toText().replace("state", "stat")))
        .withMessageNotContaining(pending.state())
        .withNoCause();
  }

  private AuthorizationRequest request(boolean promised) throws ClientException {
    return AuthorizationRequest.to(metadata(promised, "?tenant=a"), "client / 1", REDIRECT)
        .scopes(new LinkedHashSet<>(List.of("b", "a")))
        .resource(RESOURCE)
        .prompt("consent")
        .loginHint("a@m.test")
        .parameter("audience", "x&state=y")
        .build(clock.instant());
  }

  private static AuthorizationServerMetadata metadata(boolean promised, String query) {
    String json =
        "{\"issuer\":\"ISSUER\",\"authorization_endpoint\":\"ISSUER/authorize"
            + query
            + "\",\"token_endpoint\":\"ISSUER/token\",\"response_types_supported\":[\"code\"],"
            + "\"code_challenge_methods_supported\":[\"S256\"],"
            + "\"authorization_response_iss_parameter_supported\":"
            + promised
            + "}";
    return AuthorizationServerMetadata.parse(
        json.replace("ISSUER", ISSUER).getBytes(UTF_8), ISSUER);
  }

  private static String parameter(String name, String value) {
    return value.isEmpty() ? "" : "&" + name + "=" + URLEncoder.encode(value, UTF_8);
  }

  @Test
  void blankCodeOrRefreshToken_isNone() throws Exception {
    PendingAuthorization pending =
        AuthorizationRequest.to(metadata(false, ""), "c", REDIRECT)
            .build(clock.instant())
            .pending();

    assertThat(refused(pending, "code=%20&state=" + pending.state()).reason())
        .isEqualTo(Reason.CODE_MISSING);
    assertThatIllegalArgumentException().isThrownBy(() -> TokenSet.RefreshToken.of(" "));
  }

  private AuthorizationCode accept(PendingAuthorization pending, String query)
      throws ClientException {
    return pending.accept(URI.create(REDIRECT + "?" + query), clock.instant());
  }

  private ClientException refused(PendingAuthorization pending, String query) {
    return catchThrowableOfType(ClientException.class, () -> accept(pending, query));
  }
}
