package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.TestOutbound;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.outbound.OutboundConnections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are not discovered: of the operator, or over plain http inside a cluster. */
class StaticKeysTest {
  private static final RSAKey FIRST = key("first");
  private static final RSAKey SECOND = key("second");
  private static final String ISSUER = "https://unreachable.invalid";

  @TempDir Path directory;

  private final OutboundHttp http = new OutboundHttp(OutboundConnections.defaults(), 4);
  private final AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery();
  private final RecordedLog log = new RecordedLog();

  @AfterEach
  void close() {
    discovery.close();
    http.close();
  }

  // https://github.com/kyma-project/api-gateway/issues/1859
  @Test
  void keysInASetting_needNoIssuerThatCanBeReached() {
    KeysFetch fetch = fetch(AuthorizationServer.of(ISSUER).withJwks(set(FIRST)));

    assertThat(fetch.get()).extracting(VerificationKey::kid).containsExactly("first");
  }

  // https://github.com/kyma-project/api-gateway/issues/1859
  @Test
  void keysInAFile_areReadAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(directory.resolve("jwks.json"), set(FIRST));
    KeysFetch fetch = fetch(AuthorizationServer.of(ISSUER).withJwksFile(file));
    assertThat(fetch.get()).extracting(VerificationKey::kid).containsExactly("first");

    Files.writeString(file, set(FIRST, SECOND));
    assertThat(fetch.get()).extracting(VerificationKey::kid).containsExactly("first", "second");
    Files.writeString(file, set(SECOND));
    assertThat(fetch.get()).extracting(VerificationKey::kid).containsExactly("second");
  }

  @Test
  void brokenFile_leavesTheKeysBeforeInUseForAnHourAndSaysSoOnce() throws Exception {
    Path file = Files.writeString(directory.resolve("jwks.json"), set(FIRST));
    KeysFetch fetch = fetch(AuthorizationServer.of(ISSUER).withJwksFile(file));
    MutableClock clock = new MutableClock();
    IssuerKeys keys = new IssuerKeys(fetch, Runnable::run, clock);
    assertThat(keys.find("RS256", "first")).hasSize(1);

    String secret = FIRST.toJSONString();
    for (String broken :
        new String[] {"", "{\"keys\":[", "{}", "{\"keys\":1}", secretSet(secret)}) {
      Files.writeString(file, broken);
      clock.advance(Duration.ofMinutes(6));
      assertThat(keys.find("RS256", "first")).hasSize(1);
      clock.advance(Duration.ofMinutes(1));
      assertThat(keys.find("RS256", "first")).hasSize(1);
    }
    Files.delete(file);
    clock.advance(Duration.ofMinutes(29)); // an hour and four minutes since it was right
    assertThat(keys.find("RS256", "first")).hasSize(1);
    assertThat(keys.state().problem()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    clock.advance(Duration.ofMinutes(1));
    assertThat(
            catchThrowableOfType(AuthException.class, () -> keys.find("RS256", "first")).reason())
        .isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    assertThat(log.lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith("ERROR Keys of " + ISSUER + ": The key set '" + file))
        .allMatch(line -> line.endsWith("stay in use, for 65 minutes at most."))
        .noneMatch(line -> line.contains(FIRST.getPrivateExponent().toString()));
    Files.writeString(file, set(SECOND));
    assertThat(fetch.get()).extracting(VerificationKey::kid).containsExactly("second");
  }

  /** A revocation that did not work would be worse than an outage. */
  @Test
  void fileWithoutAKey_leavesNoKeyValid() throws Exception {
    Path file = Files.writeString(directory.resolve("jwks.json"), set(FIRST));
    MutableClock clock = new MutableClock();
    IssuerKeys keys =
        new IssuerKeys(
            fetch(AuthorizationServer.of(ISSUER).withJwksFile(file)), Runnable::run, clock);
    VerificationKey first = keys.find("RS256", "first").get(0);

    String weak = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"w\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}";
    for (String empty : new String[] {"{\"keys\":[]}", weak}) {
      Files.writeString(file, empty);
      clock.advance(Duration.ofMinutes(6));
      assertThat(keys.publishes(first)).isFalse();
      assertThat(keys.find("RS256", "first")).isEmpty();
    }
    assertThat(keys.state().keys()).isZero();
    assertThat(log.lines().stream().filter(line -> line.startsWith("ERROR")))
        .hasSize(2)
        .allMatch(line -> line.endsWith("No token is accepted."));
    Files.writeString(file, set(SECOND));
    clock.advance(Duration.ofMinutes(6));
    assertThat(keys.find("RS256", "second")).hasSize(1);
  }

  @Test
  void setThatIsNoneOrHoldsASecret_isRefusedAndNotRepeated() {
    String symmetric =
        "{\"keys\":["
            + new OctetSequenceKey.Builder("s3cret-s3cret-s3cret".getBytes(UTF_8))
                .build()
                .toJSONString()
            + "]}";
    for (String bad :
        new String[] {
          "", "[]", "{}", "{\"keys\":[]}", symmetric, secretSet(FIRST.toJSONString())
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AuthorizationServer.of(ISSUER).withJwks(bad))
          .withMessageStartingWith("The key set ")
          .withMessageContaining("Write a JWK set of public keys")
          .withMessageNotContaining(FIRST.getPrivateExponent().toString());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuthorizationServer.of(ISSUER).withJwksFile(directory.resolve("absent")))
        .withMessageContaining("cannot be read (NoSuchFileException)");
  }

  /** Whether it is too long is known when all is set, in whatever order. */
  @Test
  void keyThatIsLongerThanTheServerTakes_stopsTheStart() throws Exception {
    String modulus = FIRST.getModulus().toString();
    String large = set(FIRST).replace(modulus, (modulus + modulus).substring(0, 684)); // 4,104 bits
    Path file = Files.writeString(directory.resolve("jwks.json"), large);
    AuthorizationServer server = AuthorizationServer.of(ISSUER);

    for (AuthorizationServer strict :
        new AuthorizationServer[] {server.withJwks(large), server.withJwksFile(file)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> issuers(strict))
          .withMessageContaining("'first': it has 4104 bits, not 2048 to 4096");
      assertThat(issuers(strict.allowRsaKeysUpTo(8192)).anyAsked()).isFalse();
    }
    assertThat(issuers(server.allowRsaKeysUpTo(8192).withJwks(large)).anyAsked()).isFalse();
  }

  // https://github.com/formbricks/formbricks/issues/8846
  // https://github.com/eclipse-sw360/sw360/issues/4272
  // https://github.com/agentgateway/agentgateway/issues/1306
  @Test
  void plainHttpInsideACluster_isForTheConfiguredAddressAlone() {
    try (WebServer web = new WebServer()) {
      web.answer("/jwks", 200, set(FIRST));
      String address = web.origin().replace("127.0.0.1", "keycloak") + "/jwks";
      AuthorizationServer server =
          AuthorizationServer.of(ISSUER).withJwksUriOverPlainHttpInsideTheCluster(address);

      OutboundHttp inside = TestOutbound.resolvingTo("7f000001").http();
      assertThat(new KeysFetch(server, inside, discovery).get()).hasSize(1);
      AuthException refusal =
          catchThrowableOfType(
              AuthException.class,
              () ->
                  new KeysFetch(server, TestOutbound.resolvingTo("08080808").http(), discovery)
                      .get());
      assertThat(refusal.facts())
          .containsEntry(
              "problem",
              "ADDRESS_REFUSED: plain http is for the inside, the host resolves to a public"
                  + " address");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AuthorizationServer.of(ISSUER).withJwksUri(address))
          .withMessageContaining("plain http is only for loopback hosts");
    }
  }

  @Test
  void plainHttpOption_isForAnAddressThatIsPlain() {
    for (String bad :
        new String[] {
          "https://keycloak/jwks", "http:///jwks", "http://u:s3cret@keycloak/jwks", "keycloak", ""
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> AuthorizationServer.of(ISSUER).withJwksUriOverPlainHttpInsideTheCluster(bad))
          .withMessageContaining("no plain http URL")
          .withMessageNotContaining("s3cret");
    }
  }

  private static Issuers issuers(AuthorizationServer server) {
    return new Issuers(
        List.of(
            new Issuers.Issuer(
                server,
                (token, jwt) -> {
                  throw new IllegalStateException();
                })));
  }

  private KeysFetch fetch(AuthorizationServer server) {
    return new KeysFetch(server, http, discovery, log.logger());
  }

  private static String set(RSAKey... keys) {
    StringBuilder set = new StringBuilder();
    for (RSAKey key : keys) {
      set.append(set.isEmpty() ? "" : ",").append(key.toPublicJWK().toJSONString());
    }
    return "{\"keys\":[" + set + "]}";
  }

  private static String secretSet(String key) {
    return "{\"keys\":[" + key + "]}";
  }

  private static RSAKey key(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
