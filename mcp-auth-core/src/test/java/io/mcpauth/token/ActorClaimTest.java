package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Actor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who acts for the subject of a token, as its {@code act} says (RFC 8693 section 4.1). */
class ActorClaimTest {
  /** It says that somebody acts, and no rule could mean him. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "7",
        "\"agent\"",
        "\"\"",
        "[]",
        "[{\"sub\":\"agent\"}]",
        "{}",
        "{\"act\":{\"sub\":\"agent\"}}",
        "{\"iss\":\"https://login.example.com\"}",
        "{\"email\":\"a@example.com\"}",
        "{\"sub\":\"\"}",
        "{\"sub\":null}",
        "{\"sub\":7}",
        "{\"sub\":[\"agent\"]}",
        "{\"sub\":{\"sub\":\"agent\"}}",
        "{\"sub\":\"a\\u0000b\"}",
        "{\"sub\":\"a\\nb\"}",
        "{\"sub\":\"agent\",\"client_id\":7}",
        "{\"sub\":\"agent\",\"client_id\":\"\"}",
        "{\"client_id\":\"agent\",\"sub\":[]}",
        "{\"client_id\":\"agent\",\"iss\":true}",
        "{\"client_id\":\"agent\",\"iss\":\"\"}"
      })
  void actorThatIsNobody_isRefused(String act) {
    Claims claims = Claims.good().json("act", act);

    assertThat(claims.reason()).isEqualTo(ReasonCode.CLAIM_INVALID);
    assertThat(claims.refusal().facts()).containsEntry("claim", "act");
  }

  @Test
  void noActor_isNobody() {
    assertThat(Claims.good().mint().actor()).isNull();
    assertThat(Claims.good().json("act", "null").mint().actor()).isNull();
  }

  @Test
  void actor_isOfTheIssuerThatIsNamedElseOfTheTokens() {
    assertThat(actor("{\"sub\":\"a\"}")).isEqualTo(new Actor(Claims.ISSUER, "a", null, null));
    assertThat(actor("{\"sub\":\"a\",\"client_id\":\"c\",\"iss\":\"https://o.example\"}"))
        .isEqualTo(new Actor("https://o.example", "a", "c", null));
    assertThat(actor("{\"client_id\":\"c\",\"iss\":null,\"exp\":1,\"aud\":7}"))
        .isEqualTo(new Actor(Claims.ISSUER, null, "c", null));
  }

  /** They decide nothing, so that nobody is refused for them. */
  @ParameterizedTest
  @ValueSource(strings = {"7", "\"x\"", "[]", "null", "[{\"sub\":\"b\"}]"})
  void actorsBeforeThatCannotBeRead_endTheChain(String before) {
    assertThat(actor("{\"sub\":\"a\",\"act\":" + before + "}").next()).isNull();
  }

  @Test
  void actorBeforeInAnOddForm_isKeptAsFarAsItCanBeRead() {
    Actor before =
        actor(
                "{\"sub\":\"a\",\"act\":{\"sub\":7,\"client_id\":\"\\u0001\",\"act\":{\"sub\":\"c\"}}}")
            .next();
    assertThat(before)
        .isEqualTo(new Actor(Claims.ISSUER, null, null, new Actor(Claims.ISSUER, "c", null, null)));
  }

  @Test
  void longChain_isKeptUpToTheEighth() {
    String act = "{\"client_id\":\"a12\"}";
    for (int i = 11; i >= 0; i--) {
      act = "{\"client_id\":\"a" + i + "\",\"act\":" + act + "}";
    }

    assertThat(actor(act).clients())
        .isEqualTo(List.of("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7"));
  }

  @Test
  void namesInALog_beginNoLineOfIt() {
    Actor actor = new Actor("i", null, "a\nb", null);
    assertThat(actor.toString()).doesNotContain("\n");
    assertThat(actor.clients().toString()).doesNotContain("\n");
  }

  /** Only tokens that have it pay for it. */
  @Test
  void actor_isPartOfWhatAVerdictTakes() {
    CommonParts common = new CommonParts();
    int alone = common.share(Claims.good().mint()).ownBytes();
    McpPrincipal delegated =
        Claims.good().json("act", "{\"sub\":\"" + "x".repeat(1000) + "\"}").mint();
    CommonParts.Shared shared = common.share(delegated);

    assertThat(shared.ownBytes() - alone).isBetween(1000, 1400);
    assertThat(shared.principal().actor()).isSameAs(delegated.actor());
  }

  private static Actor actor(String act) {
    Actor actor = Claims.good().json("act", act).mint().actor();
    assertThat(actor).isNotNull();
    return actor;
  }
}
