package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.http.Withheld;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer is taken for; in the tables an apostrophe stands for a quote. */
class TokenAnswerTest {
  private static final Instant ASKED = Instant.parse("2026-11-23T12:00:00Z");
  private static final String ISSUER = "https://login.example.com";
  private static final TokenTarget TARGET = TokenTarget.unnamed().withScopes("a", "b");
  private static final Grant EXCHANGE = new Grant.Exchanged(SubjectToken.of(ISSUER, "x.y.z"));

  @Test
  void goodAnswer_isAToken() throws Exception {
    AccessToken token =
        read(
            "{'access_token':'Aa0-._~+/==','token_type':'bEARER','expires_in':3600,'scope':'b c',"
                + "'refresh_token':'r','unknown':{'x':[1]}}");

    assertThat(token.value()).isEqualTo("Aa0-._~+/==");
    assertThat(token.expiresAt()).isEqualTo(ASKED.plusSeconds(3600));
    assertThat(token.scopes()).containsExactly("b", "c");
    assertThat(token).hasToString("AccessToken[expiresAt=2026-11-23T13:00:00Z, scopes=[b, c]]");
  }

  @Test
  void silenceOnLifeAndScope_isAMinuteAndWhatWasAskedFor() throws Exception {
    AccessToken token = read("{'access_token':'t','token_type':'Bearer','scope':null}");

    assertThat(token.expiresAt()).isEqualTo(ASKED.plusSeconds(60));
    assertThat(token.scopes()).containsExactly("a", "b");
    assertThat(read("{'access_token':'t','token_type':'Bearer','scope':''}").scopes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'access_token':'t','token_type':'Bearer'",
        "{'access_token':'t','token_type':'Bearer'} x",
        "{'status':'error','msg':'no'}",
        "{'access_token':'t','access_token':'u','token_type':'Bearer'}",
        "{'access_token':'t','token_type':'DPoP','token_typ\\u0065':'Bearer'}",
        "{'access_token':'t','token_type':['Bearer']}",
        "{'access_token':'t','token_type':'DPoP'}",
        "{'access_token':'t','token_type':'N_A'}",
        "{'access_token':'t','token_type':'mac'}",
        "{'access_token':'t','token_type':'Bearer '}",
        "{'access_token':'','token_type':'Bearer'}",
        "{'access_token':7,'token_type':'Bearer'}",
        "{'access_token':'a b','token_type':'Bearer'}",
        "{'access_token':'a\\r\\nX-Evil: 1','token_type':'Bearer'}",
        "{'access_token':'a,b','token_type':'Bearer'}",
        "{'access_token':'a\\'b','token_type':'Bearer'}",
        "{'access_token':'caf\u00e9','token_type':'Bearer'}",
        "{'access_token':'a\\u007f','token_type':'Bearer'}",
        "{'token_type':'Bearer','expires_in':600}"
      })
  void badAnswer_isRefused(String body) {
    assertThat(problem(200, "application/json", body).reason()).isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void tokenOverSixteenKilobytes_isRefused() throws Exception {
    String longest = "t".repeat(16 * 1024);
    String answer = "{'access_token':'%s','token_type':'Bearer'}";
    assertThat(read(answer.formatted(longest)).value()).isEqualTo(longest);

    assertThat(problem(200, "application/json", answer.formatted(longest + "t")).reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  // symfony/symfony#38609, laravel/sanctum#604; Salesforce has an exclamation mark.
  @ParameterizedTest
  @ValueSource(strings = {"1|aBc", "00D!AQ.x", "=a", "!#$%&()*+-./:;<=>?@[]^_`{|}~"})
  void opaqueTokenWithPunctuation_isAccepted(String value) throws Exception {
    assertThat(read("{'access_token':'" + value + "','token_type':'Bearer'}").value())
        .isEqualTo(value);
  }

  // dust-tt/dust#22773.
  @ParameterizedTest
  @ValueSource(strings = {"", ",'token_type':null", ",'token_type':''"})
  void noTokenType_isBearerWhereNoneElseWasAskedFor(String member) throws Exception {
    String body = "{'access_token':'t','expires_in':9" + member + "}";

    assertThat(read(body).authorization()).isEqualTo("Bearer t");
    assertThat(
            catchThrowableOfType(ClientException.class, () -> readSet(200, "x", body, true))
                .reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  // danny-avila/LibreChat#420, punkpeye/fastmcp#237.
  @ParameterizedTest
  @CsvSource({
    "'\"5250\"', 5250",
    "'\" 5250 \"', 5250",
    "'\"3599.7\"', 3599",
    "3600.5, 3600",
    "3.6e3, 3600",
    "31622401, 31622400",
    "99999999999999999999, 31622400",
    "1e300, 31622400"
  })
  void lifeInAnotherForm_isRead(String value, long seconds) throws Exception {
    assertThat(
            read("{'access_token':'t','token_type':'Bearer','expires_in':" + value + "}")
                .expiresAt())
        .isEqualTo(ASKED.plusSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "'-1'", "'soon'", "''", "true", "null", "[3600]", "{}", "0.5"})
  void lifeThatIsNone_isNotSaid(String value) throws Exception {
    String body = "{'access_token':'t','token_type':'Bearer','expires_in':" + value;

    assertThat(read(body + "}").expiresAt()).isEqualTo(ASKED.plusSeconds(60));
    assertThat(readSet(200, "x", body + ",'refresh_token':'r'}", false).accessToken().expiresAt())
        .isEqualTo(ASKED.plusSeconds(60));
    assertThat(readSet(200, "x", body + "}", false).accessToken().expiresAt())
        .isEqualTo(Instant.MAX);
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"b\",\"c\"]', b c",
    "'\"b  c \"', b c",
    "'\"b\\tc\"', b c",
    "'\"b \u00e9 c\"', b c",
    "7, a b",
    "{}, a b",
    "null, a b"
  })
  void scopeInAnotherForm_isReadWhereItCanBe(String value, String scopes) throws Exception {
    assertThat(
            String.join(
                " ",
                read("{'access_token':'t','scope':"
                        + value
                        + ",'token_type':'b'}".replace("'b'", "'Bearer'"))
                    .scopes()))
        .isEqualTo(scopes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "null", "7", "{}", "['r']", "' '"})
  void refreshTokenThatIsNone_costsNoAccessToken(String value) throws Exception {
    String body = "{'access_token':'t','token_type':'Bearer','refresh_token':" + value + "}";

    assertThat(readSet(200, "x", body, false).refreshToken()).isNull();
    assertThat(readSet(200, "x", body, false).accessToken().value()).isEqualTo("t");
  }

  // supabase, modelcontextprotocol/python-sdk#1502.
  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 203})
  void tokenWithAnySuccess_isAToken(int status) throws Exception {
    String body = "{'access_token':'t','token_type':'Bearer','error':null}";

    assertThat(read(status, "application/json", body, new Grant.Own()).value()).isEqualTo("t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "''", "false"})
  void errorThatIsNone_refusesNothing(String value) throws Exception {
    assertThat(read("{'access_token':'t','token_type':'Bearer','error':" + value + "}").value())
        .isEqualTo("t");
  }

  // microsoft/vscode#259251: the bytes say what it is, as with metadata.
  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "text/json", "", "application/json; charset=UTF-8", "x, y", ";"})
  void contentType_decidesNothing(String type) throws Exception {
    String body = "{'access_token':'t','token_type':'Bearer'}";

    assertThat(read(200, type, body, new Grant.Own()).value()).isEqualTo("t");
    assertThat(
            answer(new Grant.Own())
                .read(
                    new OutboundResponse(
                        200,
                        Map.of("content-type", List.of("application/json", type)),
                        ("\ufeff" + body + "\r\n\r\n ")
                            .replace('\'', '"')
                            .getBytes(StandardCharsets.UTF_8),
                        InetAddress.getLoopbackAddress()),
                    ASKED)
                .value())
        .isEqualTo("t");
    assertThat(problem(200, type, "access_token=t&token_type=bearer").reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "400, RESPONSE_INVALID",
        "404, RESPONSE_INVALID",
        "429, ENDPOINT_FAULT",
        "500, ENDPOINT_FAULT",
        "503, ENDPOINT_FAULT"
      })
  void statusWithoutOAuthError_hasItsReason(int status, ClientException.Reason reason) {
    String token = "{'access_token':'t','token_type':'Bearer'}";
    assertThat(problem(status, "application/json", token).reason()).isEqualTo(reason);
    assertThat(problem(status, "text/html", "<h1>'error'</h1>").reason()).isEqualTo(reason);
  }

  @Test
  void successWithoutABody_isNoToken() {
    assertThat(problem(204, "", "").reason()).isEqualTo(RESPONSE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 401, 403})
  void oauthError_isARefusalWithItsWords(int status) {
    ClientException problem =
        problem(
            status,
            "application/json",
            "{'access_token':'t','token_type':'Bearer','error':'invalid_client',"
                + "'error_description':'unknown client'}");

    assertThat(problem.reason()).isEqualTo(REFUSED);
    assertThat(problem.error()).isEqualTo("invalid_client");
    assertThat(problem.errorDescription()).isEqualTo("unknown client");
    assertThat(problem)
        .hasMessage(
            "No token from https://login.example.com: REFUSED, status %d, invalid_client: unknown"
                    .formatted(status)
                + " client");
  }

  @Test
  void faultWithAnOAuthError_keepsItsWords() {
    ClientException problem =
        problem(503, "application/json", "{'error':'temporarily_unavailable'}");

    assertThat(problem.reason()).isEqualTo(ENDPOINT_FAULT);
    assertThat(problem.error()).isEqualTo("temporarily_unavailable");
    assertThat(problem.errorDescription()).isNull();
  }

  @Test
  void lineBreaksAndLengthOfTheProvidersWords_areMadeFitForALog() {
    ClientException problem =
        problem(
            400,
            "application/json",
            "{'error':'invalid_scope\\r\\nx','error_description':'a\\r\\nERROR forged\\u2028"
                + "z".repeat(1000)
                + "'}");

    assertThat(problem.error()).isEqualTo("invalid_scope??x");
    assertThat(problem.errorDescription()).startsWith("a??ERROR forged?zz").hasSize(200);
    assertThat(problem.getMessage()).doesNotContain("\r", "\n", "\u2028").hasSizeLessThan(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "'issued_token_type':null,",
        "'issued_token_type':'urn:ietf:params:oauth:token-type:id_token',",
        "'issued_token_type':'urn:ietf:params:oauth:token-type:refresh_token',",
        "'issued_token_type':'urn:ietf:params:oauth:token-type:jwt',",
        "'issued_token_type':'access_token',"
      })
  void exchangeForAnotherTypeOfToken_isRefused(String member) {
    String body = "{" + member + "'access_token':'t','token_type':'Bearer'}";

    assertThat(problem(200, "application/json", body, EXCHANGE).reason())
        .isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void exchangeForAnAccessToken_isAToken() throws Exception {
    String body =
        "{'issued_token_type':'urn:ietf:params:oauth:token-type:access_token',"
            + "'access_token':'t','token_type':'Bearer'}";

    assertThat(read(200, "application/json", body, EXCHANGE).value()).isEqualTo("t");
  }

  private static AccessToken read(String body) throws Exception {
    return read(200, "application/json", body, new Grant.Own());
  }

  private static AccessToken read(int status, String type, String body, Grant grant)
      throws ClientException {
    return answer(grant).read(response(status, type, body), ASKED);
  }

  private static TokenSet readSet(int status, String type, String body, boolean dpop)
      throws ClientException {
    return answer(new Grant.Own()).readSet(response(status, type, body), ASKED, dpop);
  }

  private static TokenAnswer answer(Grant grant) {
    return new TokenAnswer(ISSUER, grant, TARGET, new Withheld(List.of("hush")));
  }

  private static OutboundResponse response(int status, String type, String body) {
    return new OutboundResponse(
        status,
        Map.of("content-type", List.of(type)),
        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
        InetAddress.getLoopbackAddress());
  }

  private static ClientException problem(int status, String type, String body) {
    return problem(status, type, body, new Grant.Own());
  }

  private static ClientException problem(int status, String type, String body, Grant grant) {
    ClientException problem =
        catchThrowableOfType(ClientException.class, () -> read(status, type, body, grant));
    assertThat(problem).isNotNull();
    return problem;
  }
}
