package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialReaderTest {
  @Test
  void noHeader_isNoCredential() {
    assertThat(reading(List.of(), null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic YTpi",
        "DPoP abc",
        "Negotiate",
        "Bearerabc",
        "Bear er",
        "Bearer-X abc",
        "Bearer_ abc",
        "\u212Aearer abc",
        "\u2003Bearer abc"
      })
  void anotherScheme_isOneThatNobodyAuthenticates(String header) {
    assertThat(reading(List.of(header), null)).isInstanceOf(Credential.OtherScheme.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void emptyHeader_isNoCredential(String header) {
    assertThat(reading(List.of(header), null)).isNull();
  }

  /** Many send a token without its scheme. It must not reach a log as the name of one. */
  @ParameterizedTest
  @CsvSource({
    "eyJhbGciOiJSUzI1NiJ9.e30.c2ln, unknown",
    "sk-secret, unknown",
    "secret one, unknown",
    "basic YTpi, Basic",
    "DPOP abc, DPoP",
    "negotiate, Negotiate",
  })
  void scheme_isNamedOnlyWhereItIsKnown(String header, String named) {
    assertThat(reading(List.of(header), null)).isEqualTo(new Credential.OtherScheme(named));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer abc",
        "bearer abc",
        "BEARER abc",
        "bEaReR abc",
        "Bearer    abc",
        " Bearer abc",
        "Bearer abc ",
        "\tBearer abc\t"
      })
  void bearerInAnyCase_isRead(String header) {
    assertThat(read(header, null)).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer     ",
        "Bearer\t",
        "Bearer\tabc",
        "Bearer\t abc",
        "Bearer a,b",
        "Bearer abc, Bearer def",
        "Bearer abc,",
        "Bearer ,",
        "Bearer,abc",
        "Bearer=abc",
        "Bearer\"abc\"",
        "Bearer\u00a0abc",
        "Bearer\u0000abc"
      })
  void malformedBearer_isRefused(String header) {
    assertThat(refusal(List.of(header), null)).isEqualTo(ReasonCode.AUTHORIZATION_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer abc", "Basic YTpi", "", "Bearer def"})
  void twoHeaderLines_areRefused(String second) {
    assertThat(refusal(List.of("Bearer abc", second), null))
        .isEqualTo(ReasonCode.SEVERAL_CREDENTIALS);
    assertThat(refusal(List.of(second, "Bearer abc"), null))
        .isEqualTo(ReasonCode.SEVERAL_CREDENTIALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"access_token=abc", "access_token", "a=b&access_token=", "access_token=&a"})
  void tokenInTheQueryBesideAHeader_isRefused(String query) {
    assertThat(refusal(List.of("Bearer abc"), query)).isEqualTo(ReasonCode.SEVERAL_CREDENTIALS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token=abc", "access_token"})
  void tokenInTheQueryAlone_isNoCredential(String query) {
    assertThat(reading(List.of(), query)).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a=b", "my_access_token=x", "access_tokens=x", "q=access_token"})
  void anotherQuery_changesNothing(@Nullable String query) {
    assertThat(read("Bearer abc", query)).isEqualTo("abc");
  }

  /** The verifier judges the characters, because it answers 401 for them. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\u000bb", "abc\u000c", "abc\u2003", "a\rb", "a\nb"})
  void charactersOutsideB64token_reachTheVerifierUnchanged(String token) {
    assertThat(read("Bearer " + token, null)).isEqualTo(token);
  }

  @Test
  void token_isNotPrinted() {
    assertThat(String.valueOf(reading(List.of("Bearer secret"), null))).doesNotContain("secret");
  }

  private static String read(String header, @Nullable String query) {
    Credential credential = reading(List.of(header), query);
    assertThat(credential).isInstanceOf(Credential.Bearer.class);
    return ((Credential.Bearer) Objects.requireNonNull(credential)).token().value();
  }

  private static ReasonCode refusal(List<String> headers, @Nullable String query) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> reading(headers, query));
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  private static @Nullable Credential reading(List<String> headers, @Nullable String query) {
    RequestStub request =
        RequestStub.of("GET").header("Authorization", headers.toArray(String[]::new)).query(query);
    return new CredentialReader(
            ResourceIdentifier.of("https://mcp.example.com/mcp"), new CredentialReader.Rules())
        .read(request);
  }
}
