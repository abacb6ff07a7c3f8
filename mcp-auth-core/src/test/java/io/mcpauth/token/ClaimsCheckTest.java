package io.mcpauth.token;

import static io.mcpauth.error.ReasonCode.CLAIM_INVALID;
import static io.mcpauth.error.ReasonCode.PROOF_OF_POSSESSION_MISSING;
import static io.mcpauth.error.ReasonCode.WRONG_AUDIENCE;
import static io.mcpauth.error.ReasonCode.WRONG_ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"\"",
        "\"https://login.example.com/\"",
        "\"https://LOGIN.example.com\"",
        "\"HTTPS://login.example.com\"",
        "\"https://login.example.com \"",
        "\"https://login.example.com:443\"",
        "\"https://login.example.com.evil.test\"",
        "\"http://login.example.com\"",
        "[\"https://login.example.com\"]",
        "{}",
        "1",
        "true"
      })
  void anotherIssuer_isRefused(String json) {
    assertThat(Claims.good().json("iss", json).reason()).isEqualTo(WRONG_ISSUER);
  }

  @Test
  void issuerWithASlashTooMany_isToldAsThat() {
    AuthException slash =
        ClaimsCheck.wrongIssuer("https://i.test/", Set.of("https://i.test", "https://x"));
    assertThat(slash.facts()).containsEntry("difference", "differs by a slash at the end");
    AuthException other = ClaimsCheck.wrongIssuer("https://j.test/", Set.of("https://i"));
    assertThat(other.facts()).doesNotContainKey("difference");
  }

  @Test
  void missingIssuer_isRefused() {
    assertThat(Claims.good().without("iss").reason()).isEqualTo(WRONG_ISSUER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "\"\"",
        "[]",
        "[null]",
        "[[]]",
        "{}",
        "1",
        "true",
        "\"https://mcp.example.com/mcp-evil\"",
        "\"https://mcp.example.com/mc\"",
        "\"https://mcp.example.com/mcp/\"",
        "\"https://mcp.example.com/mcp/x\"",
        "\"https://mcp.example.com/mcp?x\"",
        "\"https://mcp.example.com/mcp#x\"",
        "\"https://mcp.example.com/mcp \"",
        "\"https://mcp.example.com/MCP\"",
        "\"https://mcp.example.com/%6dcp\"",
        "\"https://mcp.example.com//mcp\"",
        "\"https://mcp.example.com/./mcp\"",
        "\"https://mcp.example.com\"",
        "\"https://mcp.example.com:443/mcp\"",
        "\"http://mcp.example.com/mcp\"",
        "\"https://mcp.example.com.evil.test/mcp\"",
        "\"https://mcp.example.com@evil.test/mcp\"",
        "\"https://other.example.com/mcp\"",
        "\"mcp.example.com/mcp\"",
        "\"*\"",
        "\"client-1\"",
        "{\"aud\":\"https://mcp.example.com/mcp\"}",
        "{\"0\":\"https://mcp.example.com/mcp\"}",
        "[[\"https://mcp.example.com/mcp\"]]",
        "[\"https://mcp.example.com/mcp\",1]",
        "[1,\"https://mcp.example.com/mcp\"]",
        "[\"https://mcp.example.com/mcp\",null]",
        "[{},\"https://mcp.example.com/mcp\"]",
        "[\"https://mcp.example.com/mcp\",[\"x\"]]",
        "[\"https://mcp.example.com/\",\"mcp\"]"
      })
  void anotherAudience_isRefused(String json) {
    assertThat(Claims.good().json("aud", json).reason()).isEqualTo(WRONG_AUDIENCE);
  }

  @Test
  void missingAudience_isRefused() {
    assertThat(Claims.good().without("aud").reason()).isEqualTo(WRONG_AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"https://mcp.example.com/mcp\"",
        "\"HTTPS://MCP.Example.COM/mcp\"",
        "[\"https://mcp.example.com/mcp\"]",
        "[\"x\",\"https://mcp.example.com/mcp\",\"\"]",
        "[\"https://mcp.example.com/mcp\",\"https://mcp.example.com/mcp\"]",
        "\"https:\\/\\/mcp.example.com\\/\\u006dcp\""
      })
  void thisAudience_passes(String json) {
    assertThat(Claims.good().json("aud", json).mint().issuer()).isEqualTo(Claims.ISSUER);
  }

  @ParameterizedTest
  @CsvSource({
    "https://mcp.example.com, true",
    "https://mcp.example.com/, true",
    "https://MCP.example.com/, true",
    "https://mcp.example.com//, false",
    "https://mcp.example.com/mcp, false",
    "https://mcp.example.com?, false",
    "https://mcp.example.com.evil.test, false",
    "https://mcp.example.com:8443, false"
  })
  void bareOrigin_toleratesOneSlashAndNothingElse(String aud, boolean passes) {
    Claims claims = Claims.good().resource("https://mcp.example.com").java("aud", aud);

    if (passes) {
      assertThat(claims.mint().subject()).isEqualTo("alice");
    } else {
      assertThat(claims.reason()).isEqualTo(WRONG_AUDIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"jkt\":\"x\"}", "{\"x5t#S256\":\"x\"}", "{}", "[]", "\"\"", "true"})
  void boundToken_isNoBearerToken(String cnf) {
    assertThat(Claims.good().json("cnf", cnf).reason()).isEqualTo(PROOF_OF_POSSESSION_MISSING);
  }

  @Test
  void nullConfirmation_bindsNothing() {
    assertThat(Claims.good().json("cnf", "null").mint().subject()).isEqualTo("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "1", "true", "[]", "[\"alice\"]", "{}"})
  void malformedSubject_isRefused(String json) {
    assertThat(Claims.good().json("sub", json).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void neitherSubjectNorClient_isRefused() {
    assertThat(Claims.good().without("sub").without("client_id").reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void clientWithoutUser_isAPrincipal() {
    McpPrincipal principal = Claims.good().without("sub").mint();

    assertThat(principal.subject()).isNull();
    assertThat(principal.clientId()).isEqualTo("client-1");
  }

  @Test
  void userWithoutClient_isAPrincipal() {
    McpPrincipal principal = Claims.good().without("client_id").mint();

    assertThat(principal.subject()).isEqualTo("alice");
    assertThat(principal.clientId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_id", "azp", "appid", "cid"})
  void clientClaim_ofEachProvider_isRead(String name) {
    assertThat(Claims.good().without("client_id").java(name, "c-9").mint().clientId())
        .isEqualTo("c-9");
  }

  @Test
  void clientClaims_goByOneOrder() {
    Claims claims = Claims.good().java("cid", "4").java("appid", "3").java("azp", "2");

    assertThat(claims.mint().clientId()).isEqualTo("client-1");
    assertThat(claims.without("client_id").mint().clientId()).isEqualTo("2");
    assertThat(claims.without("azp").mint().clientId()).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "1", "[\"c\"]", "{}", "true"})
  void malformedClient_isRefused(String json) {
    assertThat(Claims.good().json("client_id", json).reason()).isEqualTo(CLAIM_INVALID);
  }

  @Test
  void unnamedClaims_areForgotten() {
    assertThat(Claims.good().java("password_salt", "x").mint().claims()).isEmpty();
  }

  @Test
  void exposedClaims_areKeptWhereTheTokenHasThem() {
    McpPrincipal principal =
        Claims.good()
            .exposing("groups", "missing", "nothing")
            .json("groups", "[\"a\"]")
            .json("nothing", "null")
            .mint();

    assertThat(principal.claims()).containsOnlyKeys("groups");
  }
}
