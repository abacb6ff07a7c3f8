package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures and what is near them, before our verifier and before Nimbus's: one opinion. */
class PreparedSignatureTest {
  private static final byte[] INPUT = "header.payload".getBytes(StandardCharsets.US_ASCII);
  private static final RSAKey RSA = rsa(2048);

  /** Of a length that is no multiple of eight bits. */
  private static final RSAKey ODD_RSA = rsa(2055);

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void rsa_isJudgedAsByNimbus(String algorithm) throws Exception {
    for (RSAKey key : List.of(RSA, ODD_RSA)) {
      BigInteger modulus = key.getModulus().decodeToBigInteger();
      Pair pair =
          new Pair(
              new PreparedSignature(algorithm, key.toRSAPublicKey()),
              new RSASSAVerifier(key.toRSAPublicKey()),
              JWSAlgorithm.parse(algorithm));
      byte[] good = signed(new RSASSASigner(key), algorithm, INPUT);
      pair.agree(good, INPUT, true);
      pair.agree(good, "header.payloae".getBytes(StandardCharsets.US_ASCII), false);
      List<byte[]> near = near(good);
      near.add(fixed(new BigInteger(1, good).add(modulus), good.length + 1));
      near.add(fixed(modulus, good.length));
      near.add(fixed(modulus.subtract(BigInteger.ONE), good.length));
      near.add(fixed(BigInteger.ONE, good.length));
      near.add(signed(new RSASSASigner(rsa(2048)), algorithm, INPUT));
      for (byte[] signature : near) {
        pair.agree(signature, INPUT, false);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ES256", "ES384", "ES512"})
  void ecdsa_isJudgedAsByNimbus(String algorithm) throws Exception {
    Curve curve = Curve.forJWSAlgorithm(JWSAlgorithm.parse(algorithm)).iterator().next();
    ECKey key = new ECKeyGenerator(curve).generate();
    Pair pair =
        new Pair(
            new PreparedSignature(algorithm, key.toECPublicKey()),
            new ECDSAVerifier(key.toECPublicKey()),
            JWSAlgorithm.parse(algorithm));
    byte[] good = signed(new ECDSASigner(key), algorithm, INPUT);
    BigInteger n = key.toECPublicKey().getParams().getOrder();
    int half = good.length / 2;
    BigInteger r = new BigInteger(1, Arrays.copyOf(good, half));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, half, good.length));
    pair.agree(good, INPUT, true);
    // Known of ECDSA: whoever has one signature has its mirror too.
    pair.agree(halves(r, n.subtract(s), half), INPUT, true);

    List<byte[]> near = near(good);
    near.add(ECDSA.transcodeSignatureToDER(good));
    for (BigInteger odd : List.of(BigInteger.ZERO, BigInteger.ONE, n, n.subtract(BigInteger.ONE))) {
      near.add(halves(odd, s, half));
      near.add(halves(r, odd, half));
      near.add(halves(odd, odd, half));
    }
    near.add(halves(s, r, half));
    for (byte[] signature : near) {
      pair.agree(signature, INPUT, false);
    }
  }

  /** Where the JDK's ECDSA takes DER alone, Nimbus's verifier stands in: the same opinion. */
  @Test
  void ecdsaWithNimbus_isJudgedAlike() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).generate();
    VerificationKey.SignatureCheck check = VerificationKey.withNimbus(key.toECPublicKey());
    byte[] good = signed(new ECDSASigner(key), "ES256", INPUT);

    assertThat(check.verifies("ES256", INPUT, good)).isTrue();
    good[3] ^= 1;
    assertThat(check.verifies("ES256", INPUT, good)).isFalse();
  }

  @Test
  void oneOfManyThreads_seesNoOther() throws Exception {
    PreparedSignature verifier = new PreparedSignature("RS256", RSA.toRSAPublicKey());
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Boolean>> checks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        byte[] input = ("input " + i).getBytes(StandardCharsets.US_ASCII);
        byte[] other = ("input " + (i + 1)).getBytes(StandardCharsets.US_ASCII);
        byte[] signature = signed(new RSASSASigner(RSA), "RS256", input);
        checks.add(() -> verifier.verifies(input, signature));
        checks.add(() -> !verifier.verifies(other, signature));
      }
      for (Future<Boolean> check : threads.invokeAll(checks)) {
        assertThat(check.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void otherAlgorithms_areNone() {
    PublicKey key = publicKey(RSA);
    for (String name : List.of("HS256", "none", "RS1", "", "SHA256withRSA")) {
      assertThatThrownBy(() -> new PreparedSignature(name, key))
          .isInstanceOf(NoSuchAlgorithmException.class);
    }
  }

  private static PublicKey publicKey(RSAKey key) {
    try {
      return key.toRSAPublicKey();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Pair(PreparedSignature ours, JWSVerifier nimbus, JWSAlgorithm algorithm) {
    void agree(byte[] signature, byte[] input, boolean verifies) {
      boolean theirs;
      try {
        theirs = nimbus.verify(new JWSHeader(algorithm), input, Base64URL.encode(signature));
      } catch (JOSEException e) {
        theirs = false;
      }
      assertThat(ours.verifies(input, signature)).isEqualTo(theirs).isEqualTo(verifies);
      assertThat(ours.verifies(input, signature)).as("asked again").isEqualTo(verifies);
    }
  }

  /** Altered bits, other lengths, and what is random: nothing of it is a signature. */
  private static List<byte[]> near(byte[] good) {
    List<byte[]> near = new ArrayList<>();
    for (int bit = 0; bit < good.length * 8; bit += 7) {
      byte[] altered = good.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      near.add(altered);
    }
    for (int length : new int[] {0, 1, good.length / 2, good.length - 1, good.length + 1, 4096}) {
      near.add(Arrays.copyOf(good, length));
    }
    byte[] shifted = new byte[good.length + 1];
    System.arraycopy(good, 0, shifted, 1, good.length);
    near.add(shifted);
    near.add(new byte[good.length]);
    byte[] ones = new byte[good.length];
    Arrays.fill(ones, (byte) 0xff);
    near.add(ones);
    Random random = new Random(17);
    for (int i = 0; i < 20; i++) {
      byte[] any = new byte[good.length];
      random.nextBytes(any);
      near.add(any);
    }
    return near;
  }

  private static byte[] signed(JWSSigner signer, String algorithm, byte[] input)
      throws JOSEException {
    return signer.sign(new JWSHeader(JWSAlgorithm.parse(algorithm)), input).decode();
  }

  private static byte[] halves(BigInteger r, BigInteger s, int half) {
    byte[] both = Arrays.copyOf(fixed(r, half), 2 * half);
    System.arraycopy(fixed(s, half), 0, both, half, half);
    return both;
  }

  private static byte[] fixed(BigInteger value, int length) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[length];
    int count = Math.min(bytes.length, length);
    System.arraycopy(bytes, bytes.length - count, fixed, length - count, count);
    return fixed;
  }

  private static RSAKey rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
