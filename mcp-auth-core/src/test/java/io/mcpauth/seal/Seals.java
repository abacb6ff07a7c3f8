package io.mcpauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What the tests of this package share. */
final class Seals {
  static final String NAMESPACE = "https://mcp.example.com/mcp";
  static final String PURPOSE = "cart";
  static final Duration MINUTE = Duration.ofMinutes(1);

  private Seals() {}

  static Seal seal(byte[] current, byte[]... older) {
    return Seal.of(SealKeys.of(current, older), NAMESPACE);
  }

  /** The same 32 bytes for a number, others for another. */
  static byte[] key(int number) {
    byte[] key = new byte[32];
    new Random(number).nextBytes(key);
    return key;
  }

  /** The facts of the refusal, which is a refusal for no other reason. */
  static Map<String, String> refusal(
      Seal seal, @Nullable McpPrincipal caller, String purpose, @Nullable String sealed) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> seal.open(caller, purpose, sealed));
    assertThat(refusal).as("%s is refused", sealed).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.SEAL_INVALID);
    assertThat(refusal).hasMessage("SEAL_INVALID").hasNoCause();
    return refusal.facts();
  }

  static @Nullable String problem(Seal seal, @Nullable String sealed) {
    return refusal(seal, Callers.ALICE, PURPOSE, sealed).get("problem");
  }
}
