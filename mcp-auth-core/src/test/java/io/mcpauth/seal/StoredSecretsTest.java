package io.mcpauth.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.StoreException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredSecretsTest {
  private static final String SECRET = "s3cr3t-of-the-client";
  private static final byte[] OLD = key();
  private static final byte[] NEW = key();

  private final StoredSecrets old = StoredSecrets.of(SealKeys.of(OLD));
  private final StoredSecrets rotated = StoredSecrets.of(SealKeys.of(NEW, OLD));
  private final String sealed = old.seal("registration", "client-1", SECRET);

  private static byte[] key() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  @Test
  void sealed_opensInItsEntryAndShowsNothing() {
    assertThat(old.open("registration", "client-1", sealed)).isEqualTo(SECRET);
    assertThat(sealed).matches("[A-Za-z0-9_.-]+").doesNotContain(SECRET, "client-1");
    assertThat(old.seal("registration", "client-1", SECRET)).isNotEqualTo(sealed);
  }

  @Test
  void rotatedKeys_openWhatTheOlderSealed() {
    assertThat(rotated.open("registration", "client-1", sealed)).isEqualTo(SECRET);
    assertThat(rotated.isCurrent(sealed)).isFalse();
    assertThat(old.isCurrent(sealed)).isTrue();
    String again = rotated.seal("registration", "client-1", SECRET);
    assertThat(rotated.isCurrent(again)).isTrue();
    assertThat(StoredSecrets.of(SealKeys.of(NEW)).open("registration", "client-1", again))
        .isEqualTo(SECRET);
  }

  @Test
  void keyThatIsGone_isSaidSo() {
    refused(
        StoredSecrets.of(SealKeys.of(NEW)),
        "client-1",
        sealed,
        "it was sealed with a key that is not known here, or is no sealed secret. Put the key back"
            + " behind the current one.");
  }

  @Test
  void movedToAnotherEntry_doesNotOpen() {
    refused(old, "client-2", sealed, "it belongs to another entry, key ");
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> old.open("other", "client-1", sealed));
    assertThatExceptionOfType(StoreException.class)
        .as("the same letters, in other places")
        .isThrownBy(() -> old.open("registratio", "nclient-1", sealed));
  }

  @Test
  void anyTruncation_doesNotOpen() {
    for (int length = 0; length < sealed.length(); length++) {
      String cut = sealed.substring(0, length);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> old.open("registration", "client-1", cut))
          .withMessageNotContaining(SECRET);
    }
  }

  @Test
  void anyChangedCharacter_doesNotOpen() {
    for (int i = 0; i < sealed.length(); i++) {
      char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
      String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(() -> old.open("registration", "client-1", changed));
    }
    refused(old, "client-1", sealed + "A", "it was altered or cut, key ");
  }

  @Test
  void sealOfAClientsState_isNoStoredSecret() {
    Seal seal = Seal.of(SealKeys.of(OLD), "registration").allowAnonymousCallers();
    String state = seal.seal(null, "client-1", "x".repeat(100), Duration.ofHours(1));
    refused(old, "client-1", state, "it was sealed for something else, key ");
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> seal.open(null, "client-1", sealed))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.SEAL_INVALID));
  }

  @Test
  void sizes_upTo32KilobytesFitAnEntry() {
    for (String secret : List.of("", "é\ud83d\ude00", "x".repeat(32 * 1024))) {
      String text = old.seal("code", "k", secret);
      assertThat(text.length()).isLessThan(64 * 1024);
      assertThat(old.open("code", "k", text)).isEqualTo(secret);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> old.seal("code", "k", SECRET.repeat(2000)))
        .withMessage("A secret of 40000 bytes is too long to be stored. Seal at most 32768.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> old.seal("code", "k", SECRET + "\ud800"))
        .withMessage("A secret with a lone surrogate cannot be stored. Seal its base64url.");
  }

  @Test
  void sealedAgain_isAnotherText() {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      all.add(old.seal("code", "k", SECRET));
    }
    assertThat(all).hasSize(100);
  }

  @Test
  void toString_namesKeysOnly() {
    assertThat(rotated.toString()).matches("StoredSecrets\\[SealKeys\\[current=.{16}, older=1]]");
  }

  private static void refused(StoredSecrets secrets, String key, String text, String problem) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> secrets.open("registration", key, text))
        .withMessageStartingWith(
            "A secret of the collection 'registration' does not open: " + problem)
        .withMessageNotContaining(SECRET);
  }
}
