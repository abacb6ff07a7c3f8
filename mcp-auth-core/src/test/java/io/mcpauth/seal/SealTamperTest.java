package io.mcpauth.seal;

import static io.mcpauth.seal.Callers.ALICE;
import static io.mcpauth.seal.Seals.MINUTE;
import static io.mcpauth.seal.Seals.PURPOSE;
import static io.mcpauth.seal.Seals.key;
import static io.mcpauth.seal.Seals.problem;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.keys.AesKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile client brings back. */
class SealTamperTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final Seal seal = Seals.seal(key(1));
  private final String sealed = seal.seal(ALICE, PURPOSE, "transfer 5", MINUTE);
  private final String[] parts = sealed.split("\\.", -1);

  @Test
  void everyChangedCharacter_doesNotOpen() {
    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("transfer 5");
    for (int i = 0; i < sealed.length(); i++) {
      for (char c : new char[] {next(sealed.charAt(i)), '.', '=', ' ', '+', '\n', '\u0100'}) {
        if (c != sealed.charAt(i)) {
          problem(seal, sealed.substring(0, i) + c + sealed.substring(i + 1));
        }
      }
    }
  }

  @Test
  void everyFlippedBit_doesNotOpen() {
    for (int part : new int[] {0, 2, 3, 4}) {
      byte[] bytes = Base64.getUrlDecoder().decode(parts[part]);
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        problem(seal, with(part, encode(flipped)));
      }
    }
  }

  /** 16 bytes leave four bits of the last character unused; only zeros are canonical. */
  @Test
  void otherSpellingsOfTheSameBytes_doNotOpen() {
    byte[] bytes = Base64.getUrlDecoder().decode(parts[4]);
    int same = 0;
    for (int i = 0; i < ALPHABET.length(); i++) {
      char c = ALPHABET.charAt(i);
      String tag = parts[4].substring(0, 21) + c;
      if (c != parts[4].charAt(21)) {
        String problem = problem(seal, with(4, tag));
        if (Arrays.equals(Base64.getUrlDecoder().decode(tag), bytes)) {
          assertThat(problem).isEqualTo("malformed");
          same++;
        }
      }
    }
    assertThat(same).as("other spellings of one tag").isEqualTo(15);
  }

  @Test
  void borderBetweenCiphertextAndTag_cannotBeMoved() {
    byte[] ciphertext = Base64.getUrlDecoder().decode(parts[3]);
    byte[] tag = Base64.getUrlDecoder().decode(parts[4]);
    byte[] longer = Arrays.copyOf(ciphertext, ciphertext.length + 3);
    System.arraycopy(tag, 0, longer, ciphertext.length, 3);
    String moved =
        String.join(
            ".",
            parts[0],
            "",
            parts[2],
            encode(longer),
            encode(Arrays.copyOfRange(tag, 3, tag.length)));

    assertThat(problem(seal, moved)).isEqualTo("malformed");
  }

  @Test
  void everyTruncation_doesNotOpen() {
    for (int length = 0; length < sealed.length(); length++) {
      problem(seal, sealed.substring(0, length));
      problem(seal, sealed.substring(sealed.length() - length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", ".", "=", "A", "AAAA", ".AAAA", "\u0000"})
  void addition_doesNotOpen(String addition) {
    problem(seal, sealed + addition);
    problem(seal, addition + sealed);
  }

  @Test
  void encryptedKey_doesNotOpen() {
    assertThat(problem(seal, with(1, "AAAA"))).isEqualTo("malformed");
  }

  /** RFC 7518 section 5.3: GCM would take a nonce of another length. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 11, 13, 16, 32})
  void nonceOfAnotherLength_doesNotOpen(int length) {
    assertThat(problem(seal, with(2, encode(new byte[length])))).isEqualTo("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'alg':'none'}",
        "{'alg':'none','enc':'A256GCM','kid':'KID'}",
        "{'alg':'RSA-OAEP-256','enc':'A256GCM','kid':'KID'}",
        "{'alg':'A256KW','enc':'A256GCM','kid':'KID'}",
        "{'alg':'PBES2-HS512+A256KW','p2c':2147483647,'p2s':'AAAA','enc':'A256GCM','kid':'KID'}",
        "{'alg':'dir','enc':'A128GCM','kid':'KID'}",
        "{'alg':'dir','enc':'A256CBC-HS512','kid':'KID'}",
        "{'alg':'dir','enc':'A256GCM','zip':'DEF','kid':'KID'}",
        "{'alg':'dir','enc':'A256GCM','kid':'KID','crit':['exp'],'exp':1}",
        "{'alg':'dir','enc':'A256GCM','kid':'KID','jku':'https://evil.example/keys'}",
        "{'alg':'dir','enc':'A256GCM','kid':'AAAAAAAAAAAAAAAA'}",
        "{'alg':'dir','enc':'A256GCM','kid':'../../etc/passwd'}",
        "{'alg':'dir','enc':'A256GCM','kid':1}",
        "{'alg':'dir','enc':'A256GCM'}",
        "{'kid':'KID','alg':'dir','enc':'A256GCM'}",
        "{'alg':'dir','enc':'A256GCM','kid':'KID','kid':'KID'}",
        "{'alg':'dir','enc':'A256GCM','kid':'KID'} ",
        "[]",
        "null",
        "{",
        ""
      })
  void anotherHeader_doesNotOpen(String header) {
    String json = header.replace('\'', '"').replace("KID", new SealedJwe(key(1)).keyId());

    assertThat(problem(seal, with(0, encode(json.getBytes(StandardCharsets.UTF_8)))))
        .isEqualTo("not sealed with a key that is known here");
  }

  /** Who has the key still cannot make this side inflate or obey something. */
  @Test
  void headerThatWasEncryptedWithTheKey_doesNotOpenUnlessItIsOurs() throws JoseException {
    String kid = new SealedJwe(key(1)).keyId();
    JsonWebEncryption zip = jwe(kid);
    zip.enableDefaultCompression();
    JsonWebEncryption type = jwe(kid);
    type.setHeader("typ", "JWT");
    for (JsonWebEncryption jwe : List.of(zip, type)) {
      jwe.setPlaintext(new Contents("n", "p", new byte[32], 0, new byte[0]).toBytes());
      assertThat(problem(seal, jwe.getCompactSerialization()))
          .isEqualTo("not sealed with a key that is known here");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0002 and so on", "\u0001", "\u0001\u0000\u0001n\u0000"})
  void contentsOfAnotherVersion_doNotOpen(String contents) {
    String foreign = new SealedJwe(key(1)).encrypt(contents.getBytes(StandardCharsets.UTF_8));

    assertThat(problem(seal, foreign)).isEqualTo("sealed by another version");
  }

  @Test
  void absentOrHugeOrForeignValue_doesNotOpen() {
    assertThat(problem(seal, null)).isEqualTo("absent");
    assertThat(problem(seal, parts[0] + "." + "A".repeat(64 * 1024))).isEqualTo("too large");
    assertThat(problem(seal, parts[0] + ".".repeat(60_000))).isEqualTo("malformed");
    assertThat(problem(seal, "eyJhbGciOiJub25lIn0.e30.")).startsWith("not sealed with a key");
    assertThat(problem(seal, "\ud800")).startsWith("not sealed with a key");
  }

  @Test
  void partsOfTwoValues_doNotOpenTogether() {
    String[] other = seal.seal(ALICE, PURPOSE, "transfer 9", MINUTE).split("\\.", -1);
    for (int part = 2; part < 5; part++) {
      assertThat(problem(seal, with(part, other[part]))).isEqualTo("altered or forged");
    }
  }

  @Test
  void sealedValue_isAJweThatShowsNothingButItsKeyId() throws JoseException {
    String header = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
    JsonWebEncryption second = new JsonWebEncryption();
    second.setKey(new AesKey(key(1)));
    second.setCompactSerialization(sealed);

    assertThat(header)
        .isEqualTo(
            "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\""
                + new SealedJwe(key(1)).keyId()
                + "\"}");
    assertThat(second.getPlaintextString()).endsWith("transfer 5").doesNotContain("alice");
  }

  private static JsonWebEncryption jwe(String kid) {
    JsonWebEncryption jwe = new JsonWebEncryption();
    jwe.setAlgorithmHeaderValue("dir");
    jwe.setEncryptionMethodHeaderParameter("A256GCM");
    jwe.setKeyIdHeaderValue(kid);
    jwe.setKey(new AesKey(key(1)));
    return jwe;
  }

  private static char next(char c) {
    return c == '.' ? 'A' : ALPHABET.charAt((ALPHABET.indexOf(c) + 1) % ALPHABET.length());
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private String with(int part, String replacement) {
    String[] changed = parts.clone();
    changed[part] = replacement;
    return String.join(".", changed);
  }
}
