package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Scheme;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** A token that nobody signed is refused with a reason, whatever it looks like. */
class TokenFuzz {
  private static final String ISSUER = "https://login.example.com";
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
  private static final AuthorizationServer SERVER = AuthorizationServer.of(ISSUER);
  private static final ClaimsCheck CHECK =
      new ClaimsCheck(
          ResourceIdentifier.of(RESOURCE),
          new Lifetime(Duration.ofSeconds(60), Duration.ofDays(30)));
  private static final JwtVerification VERIFICATION =
      new JwtVerification(
          SERVER, keys(), SignatureChecks.onHalfTheProcessors(), new Forgeries(), CHECK, CLOCK);

  /** Text of header, claims and signature, a line each, or one line that is the token itself. */
  static Stream<byte[]> tokens() {
    String claims =
        "{\"iss\":\"https://login.example.com\",\"aud\":\"https://mcp.example.com/mcp\","
            + "\"sub\":\"a\",\"scope\":\"a b\",\"exp\":1795435500";
    return Stream.of(
            "eyJhbGciOiJub25lIn0.e30.",
            "{\"alg\":\"EdDSA\",\"kid\":\"k\"}\n" + claims + "}\n" + "s".repeat(64),
            "{\"alg\":\"none\"}\n" + claims + ",\"nbf\":1795435200}\n",
            "{\"alg\":\"Ed25519\",\"typ\":\"at+jwt\"}\n" + claims + ",\"roles\":[1,{}]}\nx")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("tokens")
  @FuzzTest
  @DictionaryEntries({
    "\"alg\":\"EdDSA\"",
    "\"alg\":\"none\"",
    "\"crit\":[\"b64\"]",
    "\"typ\":\"at+jwt\"",
    "\"nbf\":",
    "\"iat\":1e300",
    "\"client_id\":",
    "\"cnf\":{}",
    "\"events\":{}",
    "\\ud800"
  })
  void unsignedToken_isRefusedWithAReason(byte[] input) {
    String token = token(input);
    try {
      Jwt jwt = Jwt.parse(token);
      JwtVerification.requireHeader(jwt);
      TokenVerification.Verified unused = VERIFICATION.verify(presented(token), jwt);
      fail("accepted: " + token);
    } catch (AuthException e) {
      assertThat(e.reason()).isNotEqualTo(ReasonCode.INTERNAL_FAULT);
    }
    judgeAsIfSigned(token);
  }

  /** The checks behind the signature, which nothing that a fuzzer makes would reach. */
  private static void judgeAsIfSigned(String token) {
    McpPrincipal principal;
    try {
      TokenClaims claims = TokenClaims.of(Jwt.parse(token).claims());
      JudgedClaims judged = CHECK.judge(SERVER, claims, CLOCK.instant());
      principal = CHECK.mint(judged, Scheme.BEARER, Set.of("jti", "roles"));
    } catch (AuthException e) {
      assertThat(e.reason()).isNotEqualTo(ReasonCode.INTERNAL_FAULT);
      return;
    }
    assertThat(principal.issuer()).isEqualTo(ISSUER);
    assertThat(principal.expiresAt()).isAfter(CLOCK.instant().minusSeconds(60));
    assertThat(principal.getName()).isNotBlank();
  }

  private static PresentedToken presented(String token) {
    ResourceIdentifier resource = ResourceIdentifier.of(RESOURCE);
    return new PresentedToken(token, 0, new NoRequest(), resource);
  }

  private static String token(byte[] input) {
    String text = new String(input, ISO_8859_1);
    if (text.indexOf('\n') < 0) {
      return text;
    }
    Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
    return String.join(
        ".",
        Arrays.stream(text.split("\n", -1))
            .map(part -> base64url.encodeToString(part.getBytes(ISO_8859_1)))
            .toList());
  }

  private static IssuerKeys keys() {
    try {
      byte[] key =
          KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
      byte[] x = Arrays.copyOfRange(key, key.length - 32, key.length);
      String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(x);
      VerificationKey ed25519 =
          VerificationKey.of(
              Map.of("kty", "OKP", "crv", "Ed25519", "kid", "k", "x", encoded), 4096);
      List<VerificationKey> keys = List.of(Objects.requireNonNull(ed25519));
      return new IssuerKeys(() -> keys, Runnable::run, CLOCK);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A verification of JWTs reads nothing of it. */
  private record NoRequest() implements AccessRequest {
    @Override
    public String method() {
      throw new AssertionError("asked for the method");
    }

    @Override
    public List<String> headers(String name) {
      throw new AssertionError("asked for a header");
    }

    @Override
    public @Nullable String query() {
      throw new AssertionError("asked for the query");
    }

    @Override
    public byte[] body(BodyReader reader) {
      throw new AssertionError("asked for the body");
    }
  }
}
